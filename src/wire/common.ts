import * as z from 'zod/mini';

/** A field that some versions leave out or send as null. A wrong type is still an error. */
export const withDefault = <Schema extends z.ZodMiniType, Default>(schema: Schema, fallback: Default) =>
  z.pipe(
    z.optional(z.nullable(schema)),
    z.transform((value): z.output<Schema> | Default => value ?? fallback),
  );

/** Coder writes absent ids as null or leaves them out; its reference pages show an object that it never sends. */
export const optionalId = withDefault(z.string(), null);

/** A text that some versions leave out. */
export const optionalText = withDefault(z.string(), '');

/** An RFC 3339 time as Unix time in ms. */
export const timestamp = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) context.issues.push({ code: 'custom', message: 'not a time', input: text });
    return at;
  }),
);

/** The body of every refusal. */
export const errorResponse = z.object({
  message: z.string(),
  detail: z.optional(z.string()),
  validations: z.optional(z.nullable(z.array(z.object({ field: z.string(), detail: z.string() })))),
});
export type ErrorResponse = z.infer<typeof errorResponse>;
