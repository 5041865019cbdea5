import type { Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { Context } from './context.ts';

export interface Looked {
  readonly transcript: Transcript;
  /** When it was asked for, Unix ms. */
  readonly startedAt: number;
}

/** Asks for a task's transcript; rejects as the backend does, and with the signal's reason when it is given up. */
export type Look = (task: Task, signal: AbortSignal) => Promise<Looked>;

interface UnderWay {
  readonly answer: Promise<Looked>;
  readonly controller: AbortController;
  lookers: number;
}

/** Looks at transcripts, each at most once at the same time: whoever comes second waits for the answer to the first. */
export function createLook({ backend, clock }: Pick<Context, 'backend' | 'clock'>): Look {
  const underWay = new Map<string, UnderWay>();

  function begin(task: Task): UnderWay {
    const controller = new AbortController();
    const startedAt = clock.now();
    const answer = backend
      .transcript(task, controller.signal)
      .then((transcript) => ({ transcript, startedAt }))
      .finally(() => forget(task, begun));
    const begun: UnderWay = { answer, controller, lookers: 0 };
    underWay.set(task.id, begun);
    return begun;
  }

  const forget = (task: Task, look: UnderWay): void => {
    if (underWay.get(task.id) === look) underWay.delete(task.id);
  };

  return (task, signal) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const look = underWay.get(task.id) ?? begin(task);
    look.lookers++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        // The last one who gives up ends it for good.
        if (--look.lookers > 0) return;
        forget(task, look);
        look.controller.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = (): void => signal.removeEventListener('abort', leave);
      look.answer.then(resolve, reject).finally(stay);
    });
  };
}
