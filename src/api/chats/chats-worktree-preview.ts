import { WORKTREES } from '../../domain/chat-extension.ts';
import type { Source } from '../../domain/ports/source.ts';
import { noWorktree } from '../../domain/worktree.ts';
import { wireWorktreePreview } from '../../wire/worktree-preview.ts';
import type { ChatsApi } from './chats-api.ts';

/** The worktree that a new chat would get. A server without the extension gets no request. */
export const createWorktreePreview = (api: ChatsApi): Required<Pick<Source, 'previewWorktree'>> => ({
  async previewWorktree(directory, base, signal) {
    const extensions = await api.client.extensions(signal);
    if (!extensions.includes(WORKTREES)) return noWorktree(NO_WORKTREES);
    const query = { directory, ...(base !== '' && { base }) };
    const wire = await api.request(
      wireWorktreePreview,
      { method: 'GET', path: '/worktrees/preview', query },
      signal,
    );
    return {
      reason: wire.reason,
      repository: wire.repository,
      base: wire.base,
      baseCommit: wire.base_commit,
      baseSubject: wire.base_subject,
      branchPrefix: wire.branch_prefix,
      parent: wire.parent,
      isDefault: wire.is_default,
      setUp: wire.set_up,
    };
  },
});

/** The reason of a server without the extension. */
export const NO_WORKTREES = 'This server makes no worktrees.';
