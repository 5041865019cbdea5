import { BackendError } from '../../domain/errors.ts';
import { badResponse } from '../parse-response.ts';
import type { RoutedResponse } from './chats-routes.ts';

/** The message of a 429 that is no rate limit: it has no Retry-After. */
const QUEUE_FULL = 'Message queue is full.';

/**
 * The error of a request that changes a chat, with what Chats mean by it: a full queue is `busy`; without the AI Gateway,
 * and when a hook of the deployment failed, nothing was done. Other errors stay as they are.
 */
export function chatsError(error: unknown): unknown {
  if (!(error instanceof BackendError)) return error;
  const { status, message } = error;
  if (status === 429 && message === QUEUE_FULL)
    return changed(error, { kind: 'busy', hint: 'It is sent when a queued message has run.' });
  // A retry cannot help: an administrator has to turn it on.
  if (status === 503 && message.includes('AI Gateway'))
    return changed(error, { kind: 'invalid', hint: 'Reading goes on.', tookEffect: 'no' });
  if (status === 502 && message.includes('lifecycle hook')) return changed(error, { tookEffect: 'no' });
  return error;
}

const changed = (
  error: BackendError,
  facts: Partial<Pick<BackendError, 'kind' | 'tookEffect'> & { readonly hint: string }>,
): BackendError => new BackendError({ ...error, message: error.message, ...facts, cause: error });

/**
 * Rejects the answer to a change that has no body unless it has the API's status.
 * @throws BackendError `bad-answer`: a proxy may have swallowed the request
 */
export function expectStatus({ response, request }: RoutedResponse, status: number): void {
  if (response.status !== status)
    throw badResponse(request, `its status is ${response.status}`, response.status);
}

/** The rows of the chat contradict each other: it refuses everything, until an administrator or its user repairs it. */
export const isInvalidState = (error: unknown): boolean =>
  error instanceof BackendError && error.status === 409 && error.message === 'Chat is in an invalid state.';

export const isConflict = (error: unknown): boolean =>
  error instanceof BackendError && error.kind === 'conflict';

export const isNotFound = (error: unknown): boolean =>
  error instanceof BackendError && error.kind === 'not-found';

/** Whether the request may have taken effect although its answer is missing. */
export const isMaybe = (error: unknown): boolean =>
  error instanceof BackendError && error.tookEffect === 'maybe' && error.kind !== 'aborted';
