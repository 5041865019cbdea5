import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

const wireModel = z.object({
  id: z.string(),
  ai_provider_id: optionalText,
  model: optionalText,
  display_name: optionalText,
  enabled: withDefault(z.boolean(), true),
  is_default: withDefault(z.boolean(), false),
  reasoning_efforts: withDefault(z.array(z.string()), null),
});
export type WireModel = z.infer<typeof wireModel>;

const wireProvider = z.object({
  id: optionalText,
  type: optionalText,
  /** Instead of `type` on servers before 2.37. */
  provider: optionalText,
  display_name: optionalText,
  available: withDefault(z.boolean(), true),
  unavailable_reason: optionalText,
  /** Only from taskdeck's own server: the name of an agent, and the command that signs in to it. */
  agent: optionalText,
  sign_in: optionalText,
  /** Only on servers before 2.37. */
  models: withDefault(z.array(wireModel), null),
});
export type WireProvider = z.infer<typeof wireProvider>;

/**
 * GET …/organizations/{id}/chats/models. Servers before 2.37 answer GET /api/experimental/chats/models with the models
 * inside their providers.
 */
export const wireModels = z.object({
  models: withDefault(z.array(wireModel), null),
  providers: withDefault(z.array(wireProvider), null),
});
export type WireModels = z.infer<typeof wireModels>;
