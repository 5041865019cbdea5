import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

/** GET /api/v2/buildinfo; needs no token. */
export const buildInfo = z.object({
  version: z.string(),
  dashboard_url: optionalText,
  /** Local server only: its extensions of Coder's API. */
  taskdeck: withDefault(z.object({ extensions: z.array(z.string()) }), null),
});

/** GET /api/v2/users/me */
export const wireUser = z.object({ id: z.string(), username: z.string(), name: optionalText });
export type WireUser = z.infer<typeof wireUser>;

/** GET /api/v2/users?q= */
export const wireUsers = z.object({ users: z.nullable(z.array(wireUser)) });
