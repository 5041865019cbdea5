import type { Delivery } from '../../domain/delivery.ts';
import { BackendError } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { sleep } from '../../platform/sleep.ts';
import { taskById } from '../../store/selectors.ts';
import { backOff } from '../refresh/back-off.ts';
import type { FetchedTranscript } from '../refresh/fetch-transcript.ts';
import type { OutboxContext } from './outbox-context.ts';
import type { OutboxStore } from './outbox-store.ts';

/** While a send is pending, the transcript is read first after this time, then at this interval; ms. */
const FIRST_CHECK_MS = 20_000;
const CHECK_INTERVAL_MS = 5_000;
/**
 * A send hangs when no transcript shows the message after this time, ms. Well above the slowest delivery: Coder may
 * dial for 30 s, and a terminal agent takes up to 17 s to show a message.
 */
const HANG_AFTER_MS = 3 * 60_000;
/** The interval between transcript reads for an unsure message: doubles from the first to the last, ms. */
const INITIAL_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;

/** Finds out whether a message arrived. It only puts transcripts in the state; the reconciler compares them. */
export interface DeliveryLookup {
  readTranscript(task: Task, signal: AbortSignal): Promise<Transcript>;
  /** Resolves to true when the send hangs: the transcript is readable and does not show the message. */
  watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean>;
  /** Reads transcripts until the message is no longer unsure, or belongs to another instance. */
  watchUntilSettled(id: string): Promise<void>;
  /**
   * Requests a task that is not in the list. Resolves to null after a failure, and to `gone` when the task no longer
   * exists: the text of the message is then in the prompt and in the prompt history.
   */
  findTask(delivery: Delivery): Promise<Task | 'gone' | null>;
}

export function createDeliveryLookup(
  context: OutboxContext & { readonly outboxStore: OutboxStore; readonly stopping: AbortSignal },
): DeliveryLookup {
  const { backend, store, clock, random, fetchTranscript, outboxStore, stopping } = context;
  /** Tasks that exist but are not in the list, by id. */
  const unlisted = new Map<string, Task>();
  const taskOf = (id: string): Task | null => taskById(store.getState(), id) ?? unlisted.get(id) ?? null;

  /** Reads a transcript that was requested after this call, and puts it in the state. */
  async function readTranscript(task: Task, signal: AbortSignal): Promise<Transcript> {
    const requestedAt = clock.now();
    let fetched: FetchedTranscript = await fetchTranscript(task, signal);
    // A shared request may have started before this call.
    if (fetched.startedAt < requestedAt) fetched = await fetchTranscript(task, signal);
    const { transcript, startedAt } = fetched;
    const staleAfterMs = store.getState().transcripts.get(task.id)?.refreshMs ?? Number.POSITIVE_INFINITY;
    store.dispatch({
      type: 'transcript-received',
      taskId: task.id,
      transcript,
      startedAt,
      refreshMs: staleAfterMs,
      now: clock.now(),
    });
    return transcript;
  }

  // A send can take the whole turn of the agent. Meanwhile the transcript can show that the message arrived.
  async function watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean> {
    const hangAt = clock.monotonic() + HANG_AFTER_MS;
    const signal = AbortSignal.any([sendEnded, stopping]);
    await sleep(clock, FIRST_CHECK_MS, signal);
    let failures = 0;
    while (!signal.aborted && outboxStore.find(id)?.stage === 'sending') {
      failures = await readAndCount(task, signal, failures);
      const isPending = !signal.aborted && outboxStore.find(id)?.stage === 'sending';
      if (isPending && failures === 0 && clock.monotonic() >= hangAt) return true;
      await sleep(
        clock,
        Math.max(CHECK_INTERVAL_MS, failures === 0 ? 0 : backOff(failures, random())),
        signal,
      );
    }
    return false;
  }

  /** Reads the transcript. Resolves to the number of consecutive failures. */
  async function readAndCount(task: Task, signal: AbortSignal, failures: number): Promise<number> {
    try {
      await readTranscript(task, signal);
      return 0;
    } catch {
      return failures + 1;
    }
  }

  async function watchUntilSettled(id: string): Promise<void> {
    let delayMs = INITIAL_POLL_MS;
    let failures = 0;
    while (!stopping.aborted) {
      const delivery = outboxStore.find(id);
      if (delivery?.stage !== 'unsure' || delivery.instanceName !== outboxStore.instanceName) return;
      const task = taskOf(delivery.taskId);
      if (task !== null) failures = await readAndCount(task, stopping, failures);
      else if ((await findTask(delivery)) === 'gone') return;
      else failures++;
      if (outboxStore.find(id)?.stage !== 'unsure') return;
      await sleep(clock, Math.max(delayMs, failures === 0 ? 0 : backOff(failures, random())), stopping);
      delayMs = Math.min(delayMs * 2, MAX_POLL_MS);
    }
  }

  async function findTask({ id, taskId, text }: Delivery): Promise<Task | 'gone' | null> {
    try {
      const task = await backend.get({ id: taskId, ownerName: 'me' }, stopping);
      unlisted.set(taskId, task);
      return task;
    } catch (cause) {
      if (!(cause instanceof BackendError && cause.kind === 'not-found')) return null;
    }
    store.dispatch({ type: 'prompt-recorded', text });
    if (outboxStore.returnToPrompt(id)) {
      const notice = 'The task no longer exists. To restore your message, press up in a prompt.';
      store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: notice, at: clock.now() } });
    }
    return 'gone';
  }

  return { readTranscript, watchForHang, watchUntilSettled, findTask };
}
