import * as z from 'zod/mini';
import { optionalText, orElse } from './common.ts';

/** Ms, with capitals on the wire; null until the server has seen enough builds. */
const buildTime = orElse(z.object({ P50: orElse(z.number(), null), P95: orElse(z.number(), null) }), null);

const wireTemplate = z.object({
  id: z.string(),
  name: z.string(),
  display_name: optionalText,
  description: optionalText,
  active_version_id: z.string(),
  organization_name: optionalText,
  build_time_stats: orElse(z.object({ start: buildTime, stop: buildTime }), null),
});
export type WireTemplate = z.infer<typeof wireTemplate>;
export const wireTemplates = z.nullable(z.array(wireTemplate));

/** Capitals as on the wire; the reference pages print lower case. */
const wirePreset = z.object({
  ID: z.string(),
  Name: z.string(),
  Description: optionalText,
  Default: orElse(z.boolean(), false),
  Parameters: orElse(z.array(z.object({ Name: z.string(), Value: z.string() })), null),
});
export type WirePreset = z.infer<typeof wirePreset>;
/** `null` when a template has none. */
export const wirePresets = z.nullable(z.array(wirePreset));

const wireExternalAuth = z.object({
  id: z.string(),
  type: optionalText,
  display_name: optionalText,
  authenticate_url: optionalText,
  authenticated: orElse(z.boolean(), false),
  optional: orElse(z.boolean(), false),
});
export type WireExternalAuth = z.infer<typeof wireExternalAuth>;
/** GET …/templateversions/{id}/external-auth */
export const wireExternalAuths = z.nullable(z.array(wireExternalAuth));
