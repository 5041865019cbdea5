import { BackendError } from '../domain/errors.ts';

interface PendingRequest<Value> {
  readonly answer: Promise<Value>;
  readonly controller: AbortController;
  /** To be called when bytes of the answer arrive. */
  readonly listeners: Set<() => void>;
  callers: number;
}

/** Asks for something, unless the same is being asked for: then its answer is everybody's. */
export type ShareRequest<Value> = (
  key: string,
  ask: (signal: AbortSignal, heard: () => void) => Promise<Value>,
  signal: AbortSignal,
  heard?: () => void,
) => Promise<Value>;

/**
 * Sends one request per key at a time: a second caller waits for the answer to the first request. The request is aborted when
 * the last caller has given up, who gets the reason of their signal, or when one gives up because of a timeout: the request
 * hangs for the others too, so they get an error of kind `timeout`, and the next caller sends a new request.
 */
export function sharing<Value>(): ShareRequest<Value> {
  const underWay = new Map<string, PendingRequest<Value>>();

  const forget = (key: string, one: PendingRequest<Value>): void => {
    if (underWay.get(key) === one) underWay.delete(key);
  };

  function begin(key: string, ask: Parameters<ShareRequest<Value>>[1]): PendingRequest<Value> {
    const controller = new AbortController();
    const hearing = new Set<() => void>();
    const heard = (): void => {
      for (const each of hearing) each();
    };
    const answer = ask(controller.signal, heard).finally(() => forget(key, begun));
    const begun: PendingRequest<Value> = { answer, controller, listeners: hearing, callers: 0 };
    underWay.set(key, begun);
    return begun;
  }

  return (key, ask, signal, heard) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const one = underWay.get(key) ?? begin(key, ask);
    one.callers++;
    if (heard !== undefined) one.listeners.add(heard);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        if (--one.callers > 0 && !isTimeout(signal.reason)) return;
        forget(key, one);
        one.controller.abort(signal.reason);
      };
      const stay = (): void => signal.removeEventListener('abort', leave);
      const abandon = (): void => {
        stay();
        reject(timedOut());
      };
      signal.addEventListener('abort', leave, { once: true });
      one.controller.signal.addEventListener('abort', abandon, { once: true });
      one.answer.then(resolve, reject).finally(stay);
    });
  };
}

const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError';

const timedOut = (): BackendError =>
  new BackendError({ kind: 'timeout', message: 'The server did not answer in time.', tookEffect: 'no' });
