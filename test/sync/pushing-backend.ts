import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { FollowEvent, Source } from '../../src/domain/ports/source.ts';
import type { TaskRef } from '../../src/domain/task.ts';

/** An open stream that the test fills. */
interface ScriptedStream<Event> {
  readonly signal: AbortSignal;
  readonly isOpen: boolean;
  /** Sends an event, also on an ended stream. */
  push(event: Event): void;
  fail(error: unknown): void;
  end(): void;
}

export interface PushingBackend extends AgentBackend {
  /** All streams, oldest first. */
  readonly watches: readonly ScriptedStream<void>[];
  readonly follows: readonly (ScriptedStream<FollowEvent> & { readonly taskId: string })[];
}

/**
 * A backend whose first source has streams that the test fills and ends, and the methods of `replace`. Streams end when
 * they are aborted.
 */
export function pushingBackend(backend: AgentBackend, replace: Partial<Source> = {}): PushingBackend {
  const source = { ...backend.sources[0], ...replace };
  const watches: ScriptedStream<void>[] = [];
  const follows: (ScriptedStream<FollowEvent> & { readonly taskId: string })[] = [];
  return {
    watches,
    follows,
    ...backend,
    sources: [
      {
        ...source,
        watch(onHint, signal) {
          const { stream, ended } = scriptedStream<void>(onHint, signal);
          watches.push(stream);
          return ended;
        },
        follow({ id }: TaskRef, onEvent, signal) {
          const { stream, ended } = scriptedStream(onEvent, signal);
          follows.push(Object.assign(stream, { taskId: id }));
          return ended;
        },
      },
    ],
  };
}

function scriptedStream<Event>(
  onEvent: (event: Event) => void,
  signal: AbortSignal,
): { readonly stream: ScriptedStream<Event>; readonly ended: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isOpen = true;
  const close = (settle: () => void): void => {
    isOpen = false;
    settle();
  };
  signal.addEventListener('abort', () => close(() => reject(signal.reason)));
  const stream = {
    signal,
    get isOpen() {
      return isOpen;
    },
    push: onEvent,
    fail: (error: unknown) => close(() => reject(error)),
    end: () => close(resolve),
  };
  return { stream, ended: promise };
}
