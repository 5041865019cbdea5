import type { Delivery } from '../../domain/delivery.ts';
import { baselineOf } from '../../domain/delivery-evidence.ts';
import { BackendError, errorText } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { sleep } from '../../platform/sleep.ts';
import type { NoticeCause } from '../../store/state.ts';
import { backOff } from '../back-off.ts';
import type { OutboxContext } from './context.ts';
import { createDeliveryLookup } from './delivery-lookup.ts';
import type { OutboxStore } from './outbox-store.ts';
import { retryDecision } from './retry-policy.ts';
import { createStartSlots } from './start-slots.ts';

/** When a message is tried again that could not be begun, and when one whose task is not in the list, ms. */
const NOT_STARTED_RETRY_MS = 5_000;
const NOT_LISTED_RETRY_MS = 15_000;
/** How long a message that the server took is shown when no transcript shows it, ms: that of the selected task soon will. */
const ACCEPTED_SHOWN_MS = 3_000;
const ACCEPTED_SELECTED_SHOWN_MS = 10_000;

/** Where single messages are worked on. */
export interface DeliveryWorker {
  isWorkingOn(id: string): boolean;
  /** So much is being begun that the next message waits a moment. */
  readonly isAtCapacity: boolean;
  /** Nothing is to be sent to this task for a while. */
  isBackingOff(taskId: string): boolean;
  deliver(delivery: Delivery, task: Task): void;
  /** `task` where it is not in the list. */
  resume(delivery: Delivery, task?: Task): void;
  /** Looks at transcripts until it is known what has become of a message. */
  settle(id: string): void;
  /**
   * Looks for a task that is not in the list, which may be somebody else's list: what was written to one that is gone
   * goes to the history, and `found` is called with another one, to deliver to it.
   */
  findTask(delivery: Delivery, found: (task: Task) => void): void;
  /** Ends the connection of a message that is being sent. */
  abort(id: string): void;
  stop(): void;
}

export function createDeliveryWorker(
  context: OutboxContext & { readonly outboxStore: OutboxStore; readonly stopping: AbortSignal },
): DeliveryWorker {
  const { backend, store, clock, random, outboxStore: queue, stopping, onTaskChanged } = context;
  const working = new Map<string, AbortController>();
  /** Sends that the user ended. */
  const aborted = new Set<string>();
  /** When a task is tried again, Unix ms, and how often in a row that was in vain. */
  const backOffs = new Map<string, { readonly until: number; readonly failures: number }>();
  const slots = createStartSlots(clock, stopping, () =>
    store.dispatch({ type: 'clock-ticked', now: clock.now() }),
  );
  const { readTranscript, watchForHang, watchUntilSettled, findTask } = createDeliveryLookup(context);

  const notice = (text: string, about?: NoticeCause): void =>
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text, at: clock.now(), ...(about && { cause: about }) },
    });

  function backOffTask(taskId: string, failures: number, ms: number): void {
    backOffs.set(taskId, { until: clock.now() + ms, failures });
    // The clock moves the state along: whoever waits for it is asked again then.
    void sleep(clock, ms, stopping).then(() => {
      if (!stopping.aborted) store.dispatch({ type: 'clock-ticked', now: clock.now() });
    });
  }

  async function at(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      await work(controller.signal);
    } finally {
      working.delete(id);
      aborted.delete(id);
      // What could not begin while this was worked on can now.
      if (!stopping.aborted && store.getState().deliveries.length > 0)
        store.dispatch({ type: 'clock-ticked', now: clock.now() });
    }
  }

  /** What a message is measured against; null when it is not to be sent now, and undefined when nobody can know. */
  async function readBaseline(task: Task, signal: AbortSignal): Promise<Transcript | null | undefined> {
    try {
      const transcript = await readTranscript(task, signal);
      if (!transcript.snapshot) return transcript;
    } catch (cause) {
      if (signal.aborted || stopping.aborted) return null;
      const decision = retryDecision(cause, failuresOf(task.id), random());
      // Some may write to a task whose transcript they may not read.
      if (decision.kind === 'return-text') return undefined;
      backOffTask(task.id, failuresOf(task.id) + 1, decision.delayMs);
      return null;
    }
    // The agent does not run, whatever the list said: it will be told otherwise soon.
    onTaskChanged(task.id);
    backOffTask(task.id, failuresOf(task.id) + 1, backOff(failuresOf(task.id) + 1, random()));
    return null;
  }

  const failuresOf = (taskId: string): number => backOffs.get(taskId)?.failures ?? 0;

  async function send({ id, text, taskId }: Delivery, task: Task, signal: AbortSignal): Promise<void> {
    const transcript = await readBaseline(task, signal);
    if (transcript === null || signal.aborted || stopping.aborted) return;
    const now = clock.now();
    const baseline = transcript === undefined ? null : baselineOf(transcript);
    const attempt = { at: now, brokenAt: null, build: task.buildNumber, baseline };
    if (queue.claim(id, { type: 'started', instanceName: queue.instanceName, attempt, now }) === null) {
      // Another taskdeck was there before, or nothing can be written: nothing is sent that is not written down.
      backOffTask(taskId, failuresOf(taskId), NOT_STARTED_RETRY_MS);
      return;
    }
    const sendEnded = new AbortController();
    void watchForHang(id, task, sendEnded.signal).then((hangs) => hangs && working.get(id)?.abort());
    try {
      await backend.send(task, text, signal);
      backOffs.delete(taskId);
      queue.markAccepted(id, clock.now());
      const isSelected = store.getState().view.selected === taskId;
      void sleep(clock, isSelected ? ACCEPTED_SELECTED_SHOWN_MS : ACCEPTED_SHOWN_MS, stopping).then(() =>
        queue.forget(id),
      );
      onTaskChanged(taskId);
    } catch (cause) {
      await handleFailure(id, task, text, cause);
    } finally {
      sendEnded.abort();
    }
  }

  async function handleFailure(id: string, task: Task, text: string, cause: unknown): Promise<void> {
    if (stopping.aborted) return;
    const wasNotAccepted = cause instanceof BackendError && cause.tookEffect === 'no';
    if (!wasNotAccepted) {
      if (queue.apply(id, { type: 'disconnected', now: clock.now() }) !== null) await watchUntilSettled(id);
      return;
    }
    const decision = retryDecision(cause, failuresOf(task.id), random());
    if (queue.find(id) === null) {
      // The transcript seemed to show it; but the server knows best what it refused.
      queue.add({ id, taskId: task.id, text, resume: false, since: clock.now() });
    } else if (queue.apply(id, { type: 'rejected', now: clock.now() }) === null) return;
    const isRetried = decision.kind === 'retry' && !aborted.has(id);
    if (isRetried) {
      if (decision.isStateChanged && failuresOf(task.id) === 0)
        notice(`${errorText(cause)} The message stays queued.`, {
          kind: 'delivery',
          id,
          stages: ['waiting', 'resuming', 'sending', 'unsure'],
        });
      backOffTask(task.id, failuresOf(task.id) + 1, decision.delayMs);
      if (decision.isStateChanged) onTaskChanged(task.id);
    } else if (queue.returnToPrompt(id)) notice(`Not sent: ${errorText(cause)} It is back in the prompt.`);
  }

  return {
    isWorkingOn: (id) => working.has(id),
    isBackingOff: (taskId) => (backOffs.get(taskId)?.until ?? 0) > clock.now(),
    get isAtCapacity() {
      return slots.isFull;
    },
    deliver: (delivery, task) =>
      void at(delivery.id, (signal) => slots.run(() => send(delivery, task, signal))),
    resume({ id, taskId }, task) {
      void at(id, () =>
        slots.run(async () => {
          if (
            queue.claim(id, {
              type: 'resume-started',
              instanceName: queue.instanceName,
              now: clock.now(),
            }) === null
          )
            return;
          await context.resume(taskId, task);
          if (!stopping.aborted) queue.apply(id, { type: 'resume-finished', now: clock.now() });
        }),
      );
    },
    settle: (id) => void at(id, () => watchUntilSettled(id)),
    findTask(delivery, found) {
      const { id, taskId } = delivery;
      let task: Task | 'gone' | null = null;
      void at(id, async () => {
        task = await findTask(delivery);
        if (task !== 'gone') backOffTask(taskId, failuresOf(taskId), NOT_LISTED_RETRY_MS);
      }).then(() => {
        if (task !== null && task !== 'gone' && !stopping.aborted && queue.find(id) !== null) found(task);
      });
    },
    abort(id) {
      aborted.add(id);
      working.get(id)?.abort();
    },
    stop() {
      for (const controller of working.values()) controller.abort();
    },
  };
}
