import type { FollowEvent, Source } from '../domain/ports/source.ts';
import type { Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import { Hint, PushStream } from './push-stream.ts';
import type { ScriptContext } from './script-context.ts';

/**
 * With a healthy stream the task is requested only this often, ms: no stream reports everything, such as that the task was
 * archived. Less often once the stream has reported the task.
 */
const REQUEST_MS = 5_000;
const REQUEST_PUSHED_MS = 15_000;

/** The changes of one task: from its stream while that is healthy, else from requests at an interval. */
export interface FollowedTask {
  /** The whole conversation as the stream has it now; null: it must be requested. */
  readonly pushedTranscript: Transcript | null;
  /** The task as the stream reported it since the last call; null: nothing new. */
  takePushedTask(): Task | null;
  /** Whether the task must be requested now. */
  readonly isRequestDue: boolean;
  /** The caller requests the task now, and reports the answer. */
  requested(): void;
  received(task: Task): void;
  /** Resolves after a change, or at the latest when the next request is due. `pollMs`: the interval without a stream. */
  wait(pollMs: number): Promise<void>;
  close(): void;
}

/** Opens the stream, if the source has one. */
export function followTask(context: ScriptContext, source: Source, first: Task): FollowedTask {
  const { clock, signal } = context;
  const hint = new Hint();
  const follow = source.follow?.bind(source);
  let transcript: Transcript | null = null;
  /** A stream that opens again reports changes of this one. */
  let known = first;
  let pushedTask: Task | null = null;
  let pushesTask = false;
  let isRequested = false;
  let requestedAt = clock.monotonic();

  const receive = (event: FollowEvent): void => {
    switch (event.type) {
      case 'transcript':
        // The task may have changed with its messages.
        if (!pushesTask && event.transcript.messages !== transcript?.messages) isRequested = false;
        ({ transcript } = event);
        break;
      case 'task':
        known = event.task;
        pushedTask = event.task;
        pushesTask = true;
        break;
      case 'changed':
        isRequested = false;
    }
  };
  const stream =
    follow === undefined
      ? null
      : new PushStream(
          context,
          async (onEvent, streamSignal) => {
            try {
              await follow(
                known,
                (event) => {
                  receive(event);
                  onEvent();
                },
                streamSignal,
              );
            } finally {
              transcript = null;
              isRequested = false;
            }
          },
          () => hint.give(),
        );
  const msUntilRequest = (): number =>
    Math.max(0, requestedAt + (pushesTask ? REQUEST_PUSHED_MS : REQUEST_MS) - clock.monotonic());

  return {
    get pushedTranscript() {
      return transcript;
    },
    takePushedTask() {
      const taken = pushedTask;
      pushedTask = null;
      return taken;
    },
    get isRequestDue() {
      return stream?.isHealthy !== true || !isRequested || msUntilRequest() === 0;
    },
    requested() {
      isRequested = true;
      requestedAt = clock.monotonic();
    },
    received(task) {
      known = task;
    },
    wait: (pollMs) => hint.wait(clock, stream?.isHealthy === true ? msUntilRequest() : pollMs, signal),
    close: () => stream?.close(),
  };
}
