import * as z from 'zod/mini';
import { withDefault } from './common.ts';

const text = z.catch(withDefault(z.string(), ''), '');
const flag = z.catch(withDefault(z.boolean(), false), false);

/** GET …/chats/worktrees/preview. See WireWorktreePreview; a missing or invalid text is empty. */
export const wireWorktreePreview = z.object({
  reason: text,
  repository: text,
  base: text,
  base_commit: text,
  base_subject: text,
  branch_prefix: text,
  parent: text,
  is_default: flag,
  set_up: text,
});
