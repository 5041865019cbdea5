import { type Delivery, isWithServer } from '../../domain/delivery.ts';
import { BackendError } from '../../domain/errors.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import type { Resolution, SentMessage, TranscriptReader } from '../../domain/receipt.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { getFromAnySource, sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import { sleep } from '../../platform/sleep.ts';
import type { FetchedTranscript } from '../../store/slices/conversations.ts';
import { knownTask, taskById } from '../../store/task-index.ts';
import { backOff } from '../refresh/back-off.ts';
import type { SyncContext } from '../sync-context.ts';
import type { OutboxStore } from './outbox-store.ts';

/** While a send is pending, its source is consulted first after this time, then at this interval; ms. */
const FIRST_CHECK_MS = 20_000;
const CHECK_INTERVAL_MS = 5_000;
/**
 * A send hangs when its source does not find the message for this long, ms. Well above the slowest delivery: Coder may
 * dial for 30 s, and a terminal agent takes up to 17 s to show a message.
 */
const HANG_AFTER_MS = 3 * 60_000;
/** The interval between looks for a message without a response: doubles from the first to the last, ms. */
const INITIAL_POLL_MS = 1_000;
const MAX_POLL_MS = 15_000;

/** Lets the sources find out whether messages arrived, and settles these. */
export interface DeliveryResolver {
  /** Settles what the received transcripts decide. Call it after each change of the state. */
  checkReceived(): void;
  /** Resolves to true when the send hangs: its source can look, and does not find the message. */
  watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean>;
  /** Whether the message is unsure and belongs to this instance, or waits in the server's queue. */
  isUnsettled(delivery: Delivery): boolean;
  /** Looks while the message is unsettled. */
  watchUntilSettled(id: string): Promise<void>;
  /**
   * Requests a task that is not in the list. Resolves to null after a failure, and to `gone` when the task no longer
   * exists: the text of the message is then in the prompt and in the prompt history.
   */
  findTask(delivery: Delivery): Promise<Task | 'gone' | null>;
}

/** The last comparison of a message with a transcript. */
interface CheckedDelivery extends Pick<Delivery, 'stage' | 'version'> {
  readonly entry: FetchedTranscript;
}

export interface ResolverContext extends SyncContext {
  readonly readTranscript: TranscriptReader;
  readonly outboxStore: OutboxStore;
  /** Aborted when the outbox stops. */
  readonly stopping: AbortSignal;
}

export function createDeliveryResolver(context: ResolverContext): DeliveryResolver {
  const { backend, store, clock, random, readTranscript, outboxStore, stopping } = context;
  /** By message id, since a reload from disk creates new objects. */
  const checked = new Map<string, CheckedDelivery>();
  /** Tasks that exist but are not in the list, by id. */
  const unlisted = new Map<string, Task>();

  const taskOf = (id: string): Task | null => taskById(store.getState(), id) ?? unlisted.get(id) ?? null;

  function sentMessage({ text, attempt, since, receipt }: Delivery): SentMessage {
    const { promptHistory } = store.getState();
    return {
      text,
      receipt: receipt ?? null,
      ...(attempt ?? { startedAt: since, brokenAt: since, evidence: null }),
      // The prompt history holds texts that were sent before the outbox was on disk.
      wasSentHere: (other) => outboxStore.wasSentBefore(other) || promptHistory.includes(other),
    };
  }

  function settle(delivery: Delivery, resolution: Resolution): void {
    const { id } = delivery;
    if (isWithServer(delivery)) {
      const isShown = delivery.stage === 'accepted' ? resolution !== 'accepted' : isUndecided(resolution);
      if (!isShown) outboxStore.forget(id);
    } else if (resolution === 'queued') outboxStore.markWithServer(id, 'queued', clock.now());
    else {
      const settled = outboxStore.apply(id, { type: 'resolved', as: resolution, now: clock.now() });
      if (settled === null || resolution !== 'unknown') return;
      const cause = { kind: 'delivery', id, stages: ['asked'] } as const;
      const notice = { tone: 'bad', text: unknownStatusText(delivery), at: clock.now(), cause } as const;
      store.dispatch({ type: 'notice-changed', notice });
    }
  }

  function unknownStatusText({ taskId }: Delivery): string {
    const task = knownTask(store.getState(), taskId);
    const name = task === null ? 'a task' : `“${shortTitle(task)}”`;
    return `A message to ${name} has an unknown delivery status. Press ${keyFor('outbox')} to resolve it.`;
  }

  function checkReceived(): void {
    const { deliveries } = store.getState();
    for (const delivery of deliveries) {
      const { stage, instanceName } = delivery;
      const isSent = stage === 'sending' || stage === 'unsure';
      if (isWithServer(delivery) || (isSent && instanceName === outboxStore.instanceName))
        checkTranscript(delivery);
    }
    for (const id of checked.keys())
      if (!deliveries.some((delivery) => delivery.id === id)) checked.delete(id);
  }

  /** Compares each message with each transcript once. */
  function checkTranscript(delivery: Delivery): void {
    const { id, stage, version, taskId } = delivery;
    const entry = store.getState().transcripts.get(taskId);
    const last = checked.get(id);
    if (entry === undefined) return;
    if (last?.entry === entry && last.stage === stage && last.version === version) return;
    checked.set(id, { entry, stage, version });
    const { transcript, requestedAt } = entry;
    const task = taskOf(taskId);
    if (transcript === null || requestedAt === null || task === null) return;
    settle(
      delivery,
      sourceOf(backend, task).resolveFrom(task, sentMessage(delivery), { transcript, requestedAt }),
    );
  }

  /** Resolves to the number of consecutive failures of the source. */
  async function look(id: string, task: Task, signal: AbortSignal, failures: number): Promise<number> {
    const delivery = outboxStore.find(id);
    if (delivery === null) return failures;
    try {
      const resolution = await sourceOf(backend, task).resolve(
        task,
        sentMessage(delivery),
        readTranscript,
        signal,
      );
      // Meanwhile it may have been settled, and even be in its next attempt.
      if (outboxStore.find(id) === delivery) settle(delivery, resolution);
      return 0;
    } catch (cause) {
      if (isNotFound(cause)) unlisted.delete(task.id);
      return failures + 1;
    }
  }

  // A send can take the whole turn of the agent. Meanwhile its source can find that the message arrived.
  async function watchForHang(id: string, task: Task, sendEnded: AbortSignal): Promise<boolean> {
    const hangAt = clock.monotonic() + HANG_AFTER_MS;
    const signal = AbortSignal.any([sendEnded, stopping]);
    await sleep(clock, FIRST_CHECK_MS, signal);
    let failures = 0;
    while (!signal.aborted && outboxStore.find(id)?.stage === 'sending') {
      failures = await look(id, task, signal, failures);
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

  const isUnsettled = ({ stage, instanceName }: Delivery): boolean =>
    stage === 'queued' || (stage === 'unsure' && instanceName === outboxStore.instanceName);

  async function watchUntilSettled(id: string): Promise<void> {
    let delayMs = INITIAL_POLL_MS;
    let failures = 0;
    while (!stopping.aborted) {
      const delivery = outboxStore.find(id);
      if (delivery === null || !isUnsettled(delivery)) return;
      const task = taskOf(delivery.taskId);
      if (task !== null) failures = await look(id, task, stopping, failures);
      else if ((await findTask(delivery)) === 'gone') return;
      else failures++;
      const after = outboxStore.find(id);
      if (after === null || !isUnsettled(after)) return;
      await sleep(clock, Math.max(delayMs, failures === 0 ? 0 : backOff(failures, random())), stopping);
      delayMs = Math.min(delayMs * 2, MAX_POLL_MS);
    }
  }

  async function findTask(delivery: Delivery): Promise<Task | 'gone' | null> {
    const { id, taskId, text } = delivery;
    try {
      const task = await getFromAnySource(backend, { id: taskId, ownerName: 'me' }, stopping);
      unlisted.set(taskId, task);
      return task;
    } catch (cause) {
      if (!isNotFound(cause)) return null;
    }
    if (isWithServer(delivery)) outboxStore.forget(id);
    else {
      store.dispatch({ type: 'prompt-recorded', text });
      if (outboxStore.returnToPrompt(id)) {
        const notice = 'The task no longer exists. To restore your message, press up in a prompt.';
        store.dispatch({
          type: 'notice-changed',
          notice: { tone: 'bad', text: notice, at: clock.now() },
        });
      }
    }
    return 'gone';
  }

  return { checkReceived, watchForHang, isUnsettled, watchUntilSettled, findTask };
}

const isUndecided = (resolution: Resolution): boolean =>
  resolution === 'queued' || resolution === 'undecided';

const isNotFound = (cause: unknown): boolean => cause instanceof BackendError && cause.kind === 'not-found';
