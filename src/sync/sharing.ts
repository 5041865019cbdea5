interface UnderWay<Value> {
  readonly answer: Promise<Value>;
  readonly controller: AbortController;
  /** To be called when bytes of the answer arrive. */
  readonly hearing: Set<() => void>;
  waiting: number;
}

/** Asks for something, unless the same is being asked for: then its answer is everybody's. */
export type Share<Value> = (
  key: string,
  ask: (signal: AbortSignal, heard: () => void) => Promise<Value>,
  signal: AbortSignal,
  heard?: () => void,
) => Promise<Value>;

/**
 * The same thing is asked for at most once at the same time: whoever comes second waits for the answer to the first. It is
 * given up when the last one has given it up; who does so gets the reason of their signal.
 */
export function sharing<Value>(): Share<Value> {
  const underWay = new Map<string, UnderWay<Value>>();

  const forget = (key: string, one: UnderWay<Value>): void => {
    if (underWay.get(key) === one) underWay.delete(key);
  };

  function begin(key: string, ask: Parameters<Share<Value>>[1]): UnderWay<Value> {
    const controller = new AbortController();
    const hearing = new Set<() => void>();
    const heard = (): void => {
      for (const each of hearing) each();
    };
    const answer = ask(controller.signal, heard).finally(() => forget(key, begun));
    const begun: UnderWay<Value> = { answer, controller, hearing, waiting: 0 };
    underWay.set(key, begun);
    return begun;
  }

  return (key, ask, signal, heard) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const one = underWay.get(key) ?? begin(key, ask);
    one.waiting++;
    if (heard !== undefined) one.hearing.add(heard);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        // The last one who gives up ends it for good.
        if (--one.waiting > 0) return;
        forget(key, one);
        one.controller.abort(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = (): void => signal.removeEventListener('abort', leave);
      one.answer.then(resolve, reject).finally(stay);
    });
  };
}
