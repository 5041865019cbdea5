import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Diff, DiffOf, Source } from '../../domain/ports/source.ts';
import { chatFacts, directoryOf, hasExtension, type Task } from '../../domain/task.ts';
import { wireChatCost, wireChatDiff } from '../../wire/chat.ts';
import type { ApiRequest } from '../call.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { uncommittedChanges } from './uncommitted-changes.ts';

/** The changes of chats, and their costs. */
export function createChatsChanges(
  api: ChatsApi,
  clock: Pick<Clock, 'after'>,
): Required<Pick<Source, 'diff' | 'cost'>> {
  /** A server that does not report costs is not requested again. */
  let hasCosts = true;

  return {
    diff: (task, of, signal) =>
      hasExtension(task, 'diff-scope')
        ? changesInScope(api, task, of, signal)
        : of === 'base'
          ? baseChanges(api, task, signal)
          : uncommittedChanges(api, task, clock, signal),

    async cost(task, signal) {
      if (!hasCosts) return null;
      try {
        const path = chatPath(task, 'cost');
        const wire = await api.request(wireChatCost, { method: 'GET', path }, signal);
        return { micros: wire.total_cost_micros, isPartial: wire.unpriced_request_count > 0 };
      } catch (error) {
        if (!isUnsupported(error)) throw error;
        hasCosts = false;
        return null;
      }
    },
  };
}

/** The server lacks the endpoint, which a missing chat does not say. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof BackendError &&
  (error.status === 405 || (error.status === 404 && error.kind !== 'not-found') || error.status === 501);

/** The changes in the directory of a chat on this machine. A refusal says why there are none to show. */
async function changesInScope(api: ChatsApi, task: Task, of: DiffOf, signal: AbortSignal): Promise<Diff> {
  const request: ApiRequest = { method: 'GET', path: chatPath(task, 'diff'), query: { scope: of } };
  try {
    const { remote_origin, branch, pull_request_url, diff } = await api.request(
      wireChatDiff,
      request,
      signal,
    );
    const name = directoryOf(task)?.path ?? remote_origin;
    return {
      repositories: diff === '' ? [] : [{ name, branch, text: diff }],
      url: pull_request_url,
      reason: '',
    };
  } catch (error) {
    if (!(error instanceof BackendError) || error.status !== 400) throw error;
    return { repositories: [], url: '', reason: error.message };
  }
}

async function baseChanges(api: ChatsApi, task: Task, signal: AbortSignal): Promise<Diff> {
  const wire = await api.request(wireChatDiff, { method: 'GET', path: chatPath(task, 'diff') }, signal);
  const { remote_origin, branch, pull_request_url, diff } = wire;
  return {
    repositories: diff === '' ? [] : [{ name: remote_origin, branch, text: diff }],
    url: pull_request_url,
    reason: diff === '' ? emptyReason(task, remote_origin) : '',
  };
}

/** The server does not say why it returns no changes: it needs a branch, and the user's sign-in to the git host. */
function emptyReason(task: Task, remoteOrigin: string): string {
  const changes = chatFacts(task)?.changes ?? null;
  if (changes === null && remoteOrigin === '') return 'The server knows no pushed branch of this chat.';
  return changes !== null && changes.additions + changes.deletions === 0
    ? `No changes against the base. ${SIGN_IN} if the branch has some.`
    : `The server could not read the changes from the git host. ${SIGN_IN}.`;
}

const SIGN_IN = 'Sign in to the git host on the page of your Coder account, under External Authentication';
