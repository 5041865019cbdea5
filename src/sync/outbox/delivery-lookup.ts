import type { Delivery } from '../../domain/delivery.ts';
import { BackendError } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { sleep } from '../../platform/sleep.ts';
import { taskById } from '../../store/selectors.ts';
import { backOff } from '../back-off.ts';
import type { FetchedTranscript } from '../fetch-transcript.ts';
import type { OutboxContext } from './context.ts';
import type { OutboxStore } from './outbox-store.ts';

/** From then on the transcript is looked at while a message is still being sent, ms, and how often. */
const FIRST_CHECK_MS = 20_000;
const CHECK_INTERVAL_MS = 5_000;
/**
 * A message that no transcript has shown for so long is not the cause of a long turn: it hangs somewhere on the way; ms. Coder
 * may dial for 30 s, and a terminal takes up to 17 s to show it.
 */
const HANG_AFTER_MS = 3 * 60_000;
/** How often the transcript is looked at for a message without an answer: often first, then ever more seldom; ms. */
const INITIAL_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;
/** Ways to find out what has become of a message. What transcripts say is judged by whoever watches the state. */
export interface DeliveryLookup {
  readTranscript(task: Task, signal: AbortSignal): Promise<Transcript>;
  /** Resolves to true when the message hangs: the transcript can be read and does not show it. */
  watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean>;
  /** Looks until a message without an answer is settled, or somebody else's. */
  watchUntilSettled(id: string): Promise<void>;
  /** The task of a message that is not in the list; null when it cannot be found now. Of one that is gone the message is in the history. */
  findTask(delivery: Delivery): Promise<Task | 'gone' | null>;
}

export function createDeliveryLookup(
  context: OutboxContext & { readonly outboxStore: OutboxStore; readonly stopping: AbortSignal },
): DeliveryLookup {
  const { backend, store, clock, random, fetchTranscript, outboxStore: queue, stopping } = context;
  /** Tasks that are not in the list, and exist all the same. */
  const unlisted = new Map<string, Task>();
  const taskOf = (id: string): Task | null => taskById(store.getState(), id) ?? unlisted.get(id) ?? null;

  /** The task's transcript as it is now; shown too, since it is at hand. */
  async function readTranscript(task: Task, signal: AbortSignal): Promise<Transcript> {
    const requestedAt = clock.now();
    let fetched: FetchedTranscript = await fetchTranscript(task, signal);
    // Somebody else's look may have begun before.
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

  /** A send may take the agent's whole turn: meanwhile the transcript can show that it arrived. */
  async function watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean> {
    const hangAt = clock.monotonic() + HANG_AFTER_MS;
    const signal = AbortSignal.any([sendEnded, stopping]);
    await sleep(clock, FIRST_CHECK_MS, signal);
    let failures = 0;
    while (!signal.aborted && queue.find(id)?.stage === 'sending') {
      failures = await looked(task, signal, failures);
      const isOpen = !signal.aborted && queue.find(id)?.stage === 'sending';
      if (isOpen && failures === 0 && clock.monotonic() >= hangAt) return true;
      await sleep(
        clock,
        Math.max(CHECK_INTERVAL_MS, failures === 0 ? 0 : backOff(failures, random())),
        signal,
      );
    }
    return false;
  }

  /** What it says is judged by whoever watches the state. Returns how many looks in a row failed. */
  async function looked(task: Task, signal: AbortSignal, failures: number): Promise<number> {
    try {
      await readTranscript(task, signal);
      return 0;
    } catch {
      return failures + 1;
    }
  }

  async function watchUntilSettled(id: string): Promise<void> {
    let wait = INITIAL_POLL_MS;
    let failures = 0;
    while (!stopping.aborted) {
      const delivery = queue.find(id);
      if (delivery?.stage !== 'unsure' || delivery.instanceName !== queue.instanceName) return;
      const task = taskOf(delivery.taskId);
      if (task !== null) failures = await looked(task, stopping, failures);
      else if ((await findTask(delivery)) === 'gone') return;
      else failures++;
      if (queue.find(id)?.stage !== 'unsure') return;
      await sleep(clock, Math.max(wait, failures === 0 ? 0 : backOff(failures, random())), stopping);
      wait = Math.min(wait * 2, MAX_POLL_MS);
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
    if (queue.returnToPrompt(id)) {
      const words = 'The task is gone. What you wrote to it is kept: up in a prompt brings it back.';
      store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: words, at: clock.now() } });
    }
    return 'gone';
  }

  return { readTranscript, watchForHang, watchUntilSettled, findTask };
}
