import * as z from 'zod/mini';
import { optionalText, withDefault } from './common.ts';

/*
 * The worktrees of chats, of taskdeck's own server: see local-extension.ts. The client reads them leniently: a newer
 * server may have other actions.
 */

const sentences = withDefault(z.array(z.string()), []);
const count = withDefault(z.number(), 0);

/** The body of GET …/chats/{id}/worktree. */
export const wireWorktreeActions = z.object({
  actions: withDefault(
    z.array(
      z.object({
        action: z.string(),
        steps: withDefault(z.array(z.object({ command: z.string(), directory: optionalText })), []),
        reasons: sentences,
        remarks: sentences,
      }),
    ),
    [],
  ),
  may_delete_branch: withDefault(z.boolean(), false),
});
export type WireReadActions = z.infer<typeof wireWorktreeActions>;

/** The body of POST …/chats/{id}/worktree. */
export const wireWorktreeResult = z.object({ message: optionalText });

const wireWorktreeEntry = z.object({
  chat_id: withDefault(z.string(), null),
  archived: withDefault(z.boolean(), false),
  path: z.string(),
  repository: optionalText,
  branch: optionalText,
  base: optionalText,
  state: optionalText,
  ahead: count,
  behind: count,
  dirty: count,
  untracked: count,
  reasons: sentences,
});
export type WireReadEntry = z.infer<typeof wireWorktreeEntry>;

/** The body of GET …/chats/worktrees. */
export const wireWorktreeEntries = z.array(wireWorktreeEntry);
