import * as z from 'zod/mini';

/** A field that may be missing or null. A wrong type is an error. */
export const withDefault = <Schema extends z.ZodMiniType, Default>(schema: Schema, fallback: Default) =>
  z.pipe(
    z.optional(z.nullable(schema)),
    z.transform((value): z.output<Schema> | Default => value ?? fallback),
  );

/** Missing ids are null or absent. Coder's reference shows an object, which no version sends. */
export const optionalId = withDefault(z.string(), null);

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

/** The body of every error status. */
export const errorResponse = z.object({
  message: z.string(),
  detail: z.optional(z.string()),
  /** Chats: the reason of a refusal by a lifecycle hook, such as `hook_denied`. */
  kind: z.catch(z.optional(z.string()), undefined),
  validations: z.optional(z.nullable(z.array(z.object({ field: z.string(), detail: z.string() })))),
});
export type ErrorResponse = z.infer<typeof errorResponse>;
