import { BackendError } from '../../domain/errors.ts';
import type { Around } from '../../platform/decorate.ts';

interface PendingRequest<Value> {
  readonly response: Promise<Value>;
  readonly controller: AbortController;
  readonly listeners: Set<() => void>;
  callers: number;
}

/** Sends a request, or shares the response of a pending request with the same key. `onProgress`: see AgentBackend. */
export type RequestOnce<Value> = (
  key: string,
  send: (signal: AbortSignal, onProgress: () => void) => Promise<Value>,
  signal: AbortSignal,
  onProgress?: () => void,
) => Promise<Value>;

/**
 * Sends one request per key at a time. A caller that aborts is rejected with the reason of its signal; the request
 * itself is aborted with the last caller. A caller that aborts with a timeout ends the request for all, since it hangs:
 * the others are rejected with a BackendError of kind `timeout`, and the next caller sends a new request.
 */
export function dedupeRequests<Value>(): RequestOnce<Value> {
  const pending = new Map<string, PendingRequest<Value>>();

  const forget = (key: string, request: PendingRequest<Value>): void => {
    if (pending.get(key) === request) pending.delete(key);
  };

  function start(key: string, send: Parameters<RequestOnce<Value>>[1]): PendingRequest<Value> {
    const controller = new AbortController();
    const listeners = new Set<() => void>();
    const onProgress = (): void => {
      for (const listener of listeners) listener();
    };
    const response = send(controller.signal, onProgress).finally(() => forget(key, request));
    const request: PendingRequest<Value> = { response, controller, listeners, callers: 0 };
    pending.set(key, request);
    return request;
  }

  return (key, send, signal, onProgress) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const request = pending.get(key) ?? start(key, send);
    request.callers++;
    if (onProgress !== undefined) request.listeners.add(onProgress);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        if (--request.callers > 0 && !isTimeout(signal.reason)) return;
        forget(key, request);
        request.controller.abort(signal.reason);
      };
      const stopListening = (): void => signal.removeEventListener('abort', leave);
      const rejectAsTimedOut = (): void => {
        stopListening();
        reject(timedOut());
      };
      signal.addEventListener('abort', leave, { once: true });
      request.controller.signal.addEventListener('abort', rejectAsTimedOut, { once: true });
      request.response.then(resolve, reject).finally(stopListening);
    });
  };
}

/** For `decorate`: concurrent calls of the method `path`, which has no arguments but a signal, share one request. */
export function sharedCalls(path: string): Around {
  const share = dedupeRequests<unknown>();
  return (call, proceed) => {
    const [signal, onProgress] = call.args;
    if (call.path !== path || !(signal instanceof AbortSignal)) return proceed(call.args);
    const send = async (...args: readonly unknown[]): Promise<unknown> => proceed(args);
    return share(path, send, signal, onProgress as (() => void) | undefined);
  };
}

/** Whether a request was aborted because it was silent for too long. */
export const isTimeout = (reason: unknown): boolean =>
  reason instanceof Error && reason.name === 'TimeoutError';

const timedOut = (): BackendError =>
  new BackendError({ kind: 'timeout', message: 'The server did not answer in time.', tookEffect: 'no' });
