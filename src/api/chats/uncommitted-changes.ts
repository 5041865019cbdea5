import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Diff } from '../../domain/ports/source.ts';
import type { Task } from '../../domain/task.ts';
import { wireGitFrame } from '../../wire/chat.ts';
import type { ApiRequest } from '../call.ts';
import { badResponse } from '../parse-response.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';

/** The agent in the workspace runs git in each repository, ms. */
const LIMIT_MS = 20_000;

/**
 * The uncommitted changes in the workspace of a chat: opens the stream of its changes, requests them once, and closes it
 * with the first answer. A refusal means that there are none to show now, for the reason that the server gives.
 */
export async function uncommittedChanges(
  api: ChatsApi,
  task: Task,
  clock: Pick<Clock, 'after'>,
  signal: AbortSignal,
): Promise<Diff> {
  const request: ApiRequest = { method: 'GET', path: chatPath(task, 'stream', 'git') };
  const closing = new AbortController();
  const received: { answer: Diff | null; isLate: boolean } = { answer: null, isLate: false };
  const stop = clock.after(LIMIT_MS, () => {
    received.isLate = true;
    closing.abort();
  });
  try {
    await api.openSocket(
      { path: request.path },
      {
        onOpen: (send) => send('{"type":"refresh"}'),
        onMessage(text) {
          received.answer = answerOf(text, request);
          if (received.answer !== null) closing.abort();
        },
      },
      AbortSignal.any([signal, closing.signal]),
    );
  } catch (error) {
    if (received.answer !== null) return received.answer;
    if (signal.aborted) throw error;
    if (received.isLate)
      throw new BackendError({
        kind: 'timeout',
        message: `The workspace did not report its changes within ${LIMIT_MS / 1_000} s.`,
        tookEffect: 'no',
      });
    if (!(error instanceof BackendError) || error.status !== 400) throw error;
    return noChanges(error.message);
  } finally {
    stop();
  }
  if (received.answer !== null) return received.answer;
  throw badResponse(request, 'the stream ended without changes', 200);
}

const noChanges = (reason: string): Diff => ({ repositories: [], url: '', reason });

/** Null for a frame of another type. */
function answerOf(text: string, request: ApiRequest): Diff | null {
  const frame = wireGitFrame.safeParse(jsonOf(text));
  if (!frame.success) throw badResponse(request, 'a message of the stream has another format', 200);
  const { type, message, repositories } = frame.data;
  if (type === 'error') return noChanges(message);
  if (type !== 'changes') return null;
  return {
    repositories: repositories.map(({ repo_root, branch, remote_origin, unified_diff }) => ({
      name: repo_root || remote_origin,
      branch,
      text: unified_diff,
    })),
    url: '',
    reason: '',
  };
}

/** Undefined for text that is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
