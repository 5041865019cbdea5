import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import {
  WORKTREE_ACTIONS,
  type WorktreeAction,
  type WorktreeActions,
  type WorktreeEntry,
} from '../../domain/worktree.ts';
import {
  type WireReadActions,
  type WireReadEntry,
  wireWorktreeActions,
  wireWorktreeEntries,
  wireWorktreeResult,
} from '../../wire/worktree-actions.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { chatsError, isConflict } from './chats-errors.ts';

/** The worktrees of chats on this machine, and what finishes the work in them. */
export const createChatsWorktrees = (
  api: ChatsApi,
): Required<Pick<Source, 'worktreeActions' | 'finishWorktree' | 'worktrees'>> => ({
  async worktreeActions(task, signal) {
    const path = chatPath(task, 'worktree');
    return toActions(await api.request(wireWorktreeActions, { method: 'GET', path }, signal));
  },

  // Never sent again: a merge or push whose answer is missing may have run.
  async finishWorktree(task, action, { deleteBranch }, signal) {
    const path = chatPath(task, 'worktree');
    const json = { action, ...(deleteBranch && { delete_branch: true }) };
    // Hooks of a repository can run for minutes.
    const request = { method: 'POST', path, json, untimedResponse: true } as const;
    try {
      return (await api.request(wireWorktreeResult, request, signal)).message;
    } catch (error) {
      throw refusalOf(chatsError(error));
    }
  },

  async worktrees(signal) {
    if (!(await api.client.extensions(signal)).includes('worktree')) return [];
    const path = '/worktrees';
    return (await api.request(wireWorktreeEntries, { method: 'GET', path }, signal)).map(toEntry);
  },
});

/** A refusal with all its reasons in the message, one on each line. Other errors stay as they are. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof BackendError) || !isConflict(error)) return error;
  const reasons = error.validations.map(({ detail }) => detail);
  const message = [...new Set([error.message, ...reasons])].join('\n');
  return new BackendError({ ...error, message, validations: [], cause: error });
}

const isKnown = (action: string): action is WorktreeAction =>
  WORKTREE_ACTIONS.some((known) => known === action);

const toActions = (wire: WireReadActions): WorktreeActions => ({
  // The words of an action of a newer server are not known here.
  actions: wire.actions.flatMap(({ action, ...offer }) => (isKnown(action) ? [{ action, ...offer }] : [])),
  mayDeleteBranch: wire.may_delete_branch,
});

const toEntry = ({ chat_id, archived, ...worktree }: WireReadEntry): WorktreeEntry => ({
  ...worktree,
  chatId: chat_id,
  isArchived: archived,
});
