import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

/** Ms; null until the server has enough builds. */
const buildTime = withDefault(
  z.object({ P50: withDefault(z.number(), null), P95: withDefault(z.number(), null) }),
  null,
);

const wireTemplate = z.object({
  id: z.string(),
  name: z.string(),
  display_name: optionalText,
  description: optionalText,
  active_version_id: z.string(),
  organization_name: optionalText,
  build_time_stats: withDefault(z.object({ start: buildTime, stop: buildTime }), null),
});
export type WireTemplate = z.infer<typeof wireTemplate>;
export const wireTemplates = z.nullable(z.array(wireTemplate));

/** Coder sends capitals; its reference shows lower case. */
const wirePreset = z.object({
  ID: z.string(),
  Name: z.string(),
  Description: optionalText,
  Default: withDefault(z.boolean(), false),
  Parameters: withDefault(z.array(z.object({ Name: z.string(), Value: z.string() })), null),
});
export type WirePreset = z.infer<typeof wirePreset>;
/** Null for a template without presets. */
export const wirePresets = z.nullable(z.array(wirePreset));

const wireExternalAuth = z.object({
  id: z.string(),
  type: optionalText,
  display_name: optionalText,
  authenticate_url: optionalText,
  authenticated: withDefault(z.boolean(), false),
  optional: withDefault(z.boolean(), false),
});
export type WireExternalAuth = z.infer<typeof wireExternalAuth>;
/** GET …/templateversions/{id}/external-auth */
export const wireExternalAuths = z.nullable(z.array(wireExternalAuth));
