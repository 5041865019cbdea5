import type { Delivery } from '../../domain/delivery.ts';
import { baselineOf } from '../../domain/delivery-evidence.ts';
import { BackendError, errorText } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { sleep } from '../../platform/sleep.ts';
import type { NoticeCause } from '../../store/state.ts';
import { backOff } from '../refresh/back-off.ts';
import { createDeliveryLookup } from './delivery-lookup.ts';
import type { OutboxContext } from './outbox-context.ts';
import type { OutboxStore } from './outbox-store.ts';
import { retryDecision } from './retry-policy.ts';
import { createStartSlots } from './start-slots.ts';

/** The delay before a message is tried again that could not start, or whose task is not in the list; ms. */
const NOT_STARTED_RETRY_MS = 5_000;
const NOT_LISTED_RETRY_MS = 15_000;
/** How long an accepted message stays on screen without a transcript that shows it, ms. A selected task is polled. */
const ACCEPTED_SHOWN_MS = 3_000;
const ACCEPTED_SELECTED_SHOWN_MS = 10_000;

/** Sends messages and finds out whether they arrived. */
export interface DeliveryWorker {
  isWorkingOn(id: string): boolean;
  /** All start slots are in use: the next message waits. */
  readonly isAtCapacity: boolean;
  /** A failure delays the next message to this task. */
  isBackingOff(taskId: string): boolean;
  deliver(delivery: Delivery, task: Task): void;
  /** `task`: the task, when it is not in the list. */
  resume(delivery: Delivery, task?: Task): void;
  /** Reads transcripts until the message is no longer unsure. */
  settle(id: string): void;
  /** Requests a task that is not in the list. If it no longer exists, the text moves to the prompt history. */
  findTask(delivery: Delivery, onFound: (task: Task) => void): void;
  /** Ends the connection of a pending send. */
  abort(id: string): void;
  stop(): void;
}

export function createDeliveryWorker(
  context: OutboxContext & { readonly outboxStore: OutboxStore; readonly stopping: AbortSignal },
): DeliveryWorker {
  const { backend, store, clock, random, outboxStore, stopping, onTaskChanged } = context;
  const working = new Map<string, AbortController>();
  /** Messages whose send the user cancelled, by id. */
  const aborted = new Set<string>();
  /** By task id: when to try again (Unix ms), and the number of consecutive failures. */
  const backOffs = new Map<string, { readonly until: number; readonly failures: number }>();
  const slots = createStartSlots(clock, stopping, () =>
    store.dispatch({ type: 'clock-ticked', now: clock.now() }),
  );
  const { readTranscript, watchForHang, watchUntilSettled, findTask } = createDeliveryLookup(context);

  const showError = (text: string, cause?: NoticeCause): void =>
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text, at: clock.now(), ...(cause && { cause }) },
    });

  function backOffTask(taskId: string, failures: number, ms: number): void {
    backOffs.set(taskId, { until: clock.now() + ms, failures });
    // A state change makes the outbox try again.
    void sleep(clock, ms, stopping).then(() => {
      if (!stopping.aborted) store.dispatch({ type: 'clock-ticked', now: clock.now() });
    });
  }

  async function track(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      await work(controller.signal);
    } finally {
      working.delete(id);
      aborted.delete(id);
      // Messages that had to wait for this one can start now.
      if (!stopping.aborted && store.getState().deliveries.length > 0)
        store.dispatch({ type: 'clock-ticked', now: clock.now() });
    }
  }

  /** The transcript before the send; null when the send must wait, undefined when the user may not read it. */
  async function readBaseline(task: Task, signal: AbortSignal): Promise<Transcript | null | undefined> {
    try {
      const transcript = await readTranscript(task, signal);
      if (!transcript.snapshot) return transcript;
    } catch (cause) {
      if (signal.aborted || stopping.aborted) return null;
      const decision = retryDecision(cause, failuresOf(task.id), random());
      // A user can have the right to write to a task but not to read its transcript.
      if (decision.kind === 'return-text') return undefined;
      backOffTask(task.id, failuresOf(task.id) + 1, decision.delayMs);
      return null;
    }
    // A snapshot means that the agent does not run: the list is out of date.
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
    if (
      outboxStore.claim(id, { type: 'started', instanceName: outboxStore.instanceName, attempt, now }) ===
      null
    ) {
      // Another instance claimed it, or the write failed. Never send a message that is not on disk.
      backOffTask(taskId, failuresOf(taskId), NOT_STARTED_RETRY_MS);
      return;
    }
    const sendEnded = new AbortController();
    void watchForHang(id, task, sendEnded.signal).then((hangs) => hangs && working.get(id)?.abort());
    try {
      await backend.send(task, text, signal);
      backOffs.delete(taskId);
      outboxStore.markAccepted(id, clock.now());
      const isSelected = store.getState().view.selected === taskId;
      void sleep(clock, isSelected ? ACCEPTED_SELECTED_SHOWN_MS : ACCEPTED_SHOWN_MS, stopping).then(() =>
        outboxStore.forget(id),
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
      if (outboxStore.apply(id, { type: 'disconnected', now: clock.now() }) !== null)
        await watchUntilSettled(id);
      return;
    }
    const decision = retryDecision(cause, failuresOf(task.id), random());
    if (outboxStore.find(id) === null) {
      // The reconciler found it in the transcript by mistake: the server refused it.
      outboxStore.add({ id, taskId: task.id, text, resume: false, since: clock.now() });
    } else if (outboxStore.apply(id, { type: 'rejected', now: clock.now() }) === null) return;
    const isRetried = decision.kind === 'retry' && !aborted.has(id);
    if (isRetried) {
      if (decision.isStateChanged && failuresOf(task.id) === 0)
        showError(`${errorText(cause)} The message stays queued.`, {
          kind: 'delivery',
          id,
          stages: ['waiting', 'resuming', 'sending', 'unsure'],
        });
      backOffTask(task.id, failuresOf(task.id) + 1, decision.delayMs);
      if (decision.isStateChanged) onTaskChanged(task.id);
    } else if (outboxStore.returnToPrompt(id))
      showError(`Not sent: ${errorText(cause)} The text is back in the prompt.`);
  }

  return {
    isWorkingOn: (id) => working.has(id),
    isBackingOff: (taskId) => (backOffs.get(taskId)?.until ?? 0) > clock.now(),
    get isAtCapacity() {
      return slots.isFull;
    },
    deliver: (delivery, task) =>
      void track(delivery.id, (signal) => slots.run(() => send(delivery, task, signal))),
    resume({ id, taskId }, task) {
      void track(id, () =>
        slots.run(async () => {
          if (
            outboxStore.claim(id, {
              type: 'resume-started',
              instanceName: outboxStore.instanceName,
              now: clock.now(),
            }) === null
          )
            return;
          await context.resume(taskId, task);
          if (!stopping.aborted) outboxStore.apply(id, { type: 'resume-finished', now: clock.now() });
        }),
      );
    },
    settle: (id) => void track(id, () => watchUntilSettled(id)),
    findTask(delivery, onFound) {
      const { id, taskId } = delivery;
      let task: Task | 'gone' | null = null;
      void track(id, async () => {
        task = await findTask(delivery);
        if (task !== 'gone') backOffTask(taskId, failuresOf(taskId), NOT_LISTED_RETRY_MS);
      }).then(() => {
        if (task !== null && task !== 'gone' && !stopping.aborted && outboxStore.find(id) !== null)
          onFound(task);
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
