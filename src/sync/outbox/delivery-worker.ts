import type { Delivery } from '../../domain/delivery.ts';
import { BackendError, errorText } from '../../domain/errors.ts';
import type { Evidence } from '../../domain/receipt.ts';
import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import { sleep } from '../../platform/sleep.ts';
import type { NoticeCause } from '../../store/slices/notices.ts';
import { backOff } from '../refresh/back-off.ts';
import { createAttachmentUploads } from './attachment-uploads.ts';
import type { DeliveryResolver, ResolverContext } from './delivery-resolver.ts';
import { createFullQueues, isFullQueue } from './full-queues.ts';
import { retryDecision } from './retry-policy.ts';

/** Maximum sends and resumes that start at the same time, so that a message to many tasks does not flood the server. */
const MAX_CONCURRENT = 4;
/** A send that takes longer waits for the turn of an agent and no longer counts; ms. */
const STARTED_AFTER_MS = 2_000;
/** The delay before a message is tried again that could not start, or whose task is not in the list; ms. */
const NOT_STARTED_RETRY_MS = 5_000;
const NOT_LISTED_RETRY_MS = 15_000;
/** A message to a full queue is tried again after this time at the latest: not every change of a queue is seen; ms. */
const FULL_QUEUE_RETRY_MS = 10_000;
/** How long an accepted message stays on screen without a transcript that shows it, ms. A selected task is polled. */
const ACCEPTED_SHOWN_MS = 3_000;
const ACCEPTED_SELECTED_SHOWN_MS = 10_000;

/** Sends messages, resumes their tasks, and tries again after failures. */
export interface DeliveryWorker {
  isWorkingOn(id: string): boolean;
  /** As many messages as allowed are starting: the next one waits. */
  readonly isAtCapacity: boolean;
  /** A failure delays the next message to this task. */
  isBackingOff(taskId: string): boolean;
  deliver(delivery: Delivery, task: Task): void;
  /** `task`: the task, when it is not in the list. */
  resume(delivery: Delivery, task?: Task): void;
  /** Finds out whether a message without a response arrived, or whether it has left the server's queue. */
  settle(id: string): void;
  /** Requests a task that is not in the list. If it no longer exists, the text moves to the prompt history. */
  findTask(delivery: Delivery, onFound: (task: Task) => void): void;
  /** Ends the connection of a pending send. */
  abort(id: string): void;
  stop(): void;
}

export interface WorkerContext extends ResolverContext {
  readonly resolver: DeliveryResolver;
  /** Resolves to true when the server accepted the resume. A failure is shown as a notice. */
  readonly resume: (taskId: string, task?: Task) => Promise<boolean>;
  /** Called when the task changed: the server accepted a message, or reported a state other than the known one. */
  readonly onTaskChanged: (taskId: string) => void;
}

export function createDeliveryWorker(context: WorkerContext): DeliveryWorker {
  const { backend, store, clock, random, readTranscript, outboxStore, resolver, stopping, onTaskChanged } =
    context;
  const working = new Map<string, AbortController>();
  /** Messages whose send the user cancelled, by id. */
  const aborted = new Set<string>();
  /** By task id: when to try again (Unix ms), and the number of consecutive failures. */
  const backOffs = new Map<string, { readonly until: number; readonly failures: number }>();
  const fullQueues = createFullQueues(store);
  const uploads = createAttachmentUploads();
  let startingCount = 0;

  const showError = (text: string, cause?: NoticeCause): void =>
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text, at: clock.now(), ...(cause && { cause }) },
    });

  /** A state change makes the outbox start what can start now. */
  function startOthers(): void {
    if (!stopping.aborted) store.dispatch({ type: 'clock-ticked', now: clock.now() });
  }

  function backOffTask(taskId: string, failures: number, ms: number): void {
    backOffs.set(taskId, { until: clock.now() + ms, failures });
    void sleep(clock, ms, stopping).then(startOthers);
  }

  async function track(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    working.set(id, controller);
    try {
      await work(controller.signal);
    } finally {
      working.delete(id);
      aborted.delete(id);
      if (store.getState().deliveries.length > 0) startOthers();
    }
  }

  /** Counts the work as starting until it ends or `STARTED_AFTER_MS` is over. */
  async function start(work: () => Promise<void>): Promise<void> {
    const ended = new AbortController();
    startingCount++;
    const started = sleep(clock, STARTED_AFTER_MS, AbortSignal.any([ended.signal, stopping])).then(() => {
      startingCount--;
      if (!ended.signal.aborted) startOthers();
    });
    try {
      await work();
    } finally {
      ended.abort();
      await started;
    }
  }

  const failuresOf = (taskId: string): number => backOffs.get(taskId)?.failures ?? 0;

  /**
   * The ids of the uploaded files and the evidence before the send; undefined when the message must wait or goes back to
   * the prompt.
   */
  async function prepare(
    { id, extras }: Delivery,
    task: Task,
    signal: AbortSignal,
  ): Promise<{ readonly fileIds: readonly string[]; readonly evidence: Evidence } | undefined> {
    const source = sourceOf(backend, task);
    const files = extras?.attachments ?? [];
    try {
      const fileIds = files.length === 0 ? [] : await uploads.upload(source, task, files, signal);
      return { fileIds, evidence: await source.prepare(task, readTranscript, signal, extras?.questionId) };
    } catch (cause) {
      if (signal.aborted || stopping.aborted) return undefined;
      const failures = failuresOf(task.id);
      const decision = retryDecision(cause, failures, random());
      if (decision.kind === 'return-text') returnToPrompt(id, cause);
      else if (decision.isStateChanged) {
        onTaskChanged(task.id);
        backOffTask(task.id, failures + 1, backOff(failures + 1, random()));
      } else backOffTask(task.id, failures + 1, decision.delayMs);
      return undefined;
    }
  }

  async function send(delivery: Delivery, task: Task, signal: AbortSignal): Promise<void> {
    const prepared = await prepare(delivery, task, signal);
    if (prepared === undefined || signal.aborted || stopping.aborted) return;
    const { id, text, taskId, extras } = delivery;
    const { fileIds, evidence } = prepared;
    const now = clock.now();
    const attempt = { startedAt: now, brokenAt: null, evidence };
    const { instanceName } = outboxStore;
    if (outboxStore.claim(id, { type: 'started', instanceName, attempt, now }) === null) {
      // Another instance claimed it, or the write failed. Never send a message that is not on disk.
      backOffTask(taskId, failuresOf(taskId), NOT_STARTED_RETRY_MS);
      return;
    }
    const sendEnded = new AbortController();
    void resolver.watchForHang(id, task, sendEnded.signal).then((hangs) => hangs && working.get(id)?.abort());
    try {
      const turn = store.getState().nextTurns.get(taskId);
      const { planMode, questionId } = extras ?? {};
      const options = {
        ...turn,
        ...(planMode !== undefined && { planMode }),
        ...(questionId !== undefined && { questionId }),
        ...(fileIds.length > 0 && { fileIds }),
      };
      const receipt = await sourceOf(backend, task).send(task, text, signal, options);
      if (turn !== undefined) store.dispatch({ type: 'next-turn-used', taskId, turn });
      backOffs.delete(taskId);
      fullQueues.clear(taskId);
      outboxStore.markWithServer(id, receipt.kind, clock.now(), receipt);
      if (receipt.kind === 'accepted') {
        const isSelected = store.getState().view.selected === taskId;
        void sleep(clock, isSelected ? ACCEPTED_SELECTED_SHOWN_MS : ACCEPTED_SHOWN_MS, stopping).then(() =>
          outboxStore.forget(id),
        );
      }
      onTaskChanged(taskId);
    } catch (cause) {
      await handleFailure(id, task, { text, ...(extras && { extras }) }, cause);
    } finally {
      sendEnded.abort();
    }
  }

  async function handleFailure(
    id: string,
    task: Task,
    content: Pick<Delivery, 'text' | 'extras'>,
    cause: unknown,
  ): Promise<void> {
    if (stopping.aborted) return;
    const wasNotAccepted = cause instanceof BackendError && cause.tookEffect === 'no';
    if (!wasNotAccepted) {
      context.requestLog?.noteNext(cause, 'finds out whether the message arrived');
      if (outboxStore.apply(id, { type: 'disconnected', now: clock.now() }) !== null)
        await resolver.watchUntilSettled(id);
      return;
    }
    const decision = retryDecision(cause, failuresOf(task.id), random());
    context.requestLog?.noteNext(
      cause,
      decision.kind === 'retry'
        ? `keeps the message in the outbox, and sends it after ${Math.ceil(decision.delayMs / 1_000)} s`
        : 'puts the message back into the prompt',
    );
    // Its source took another message for this one: the server refused it.
    outboxStore.forget(id);
    if (outboxStore.find(id) === null) {
      outboxStore.add({ id, taskId: task.id, ...content, resume: false, since: clock.now() });
    } else if (outboxStore.apply(id, { type: 'rejected', now: clock.now() }) === null) return;
    const isRetried = decision.kind === 'retry' && !aborted.has(id);
    if (isRetried && isFullQueue(task, cause)) {
      fullQueues.add(task, id, cause, clock.now());
      return backOffTask(task.id, failuresOf(task.id) + 1, FULL_QUEUE_RETRY_MS);
    }
    if (isRetried) {
      if (decision.isStateChanged && failuresOf(task.id) === 0)
        showError(`${errorText(cause)} The message stays queued.`, {
          kind: 'delivery',
          id,
          stages: ['waiting', 'resuming', 'sending', 'unsure'],
        });
      backOffTask(task.id, failuresOf(task.id) + 1, decision.delayMs);
      if (decision.isStateChanged) onTaskChanged(task.id);
    } else {
      uploads.forget(task, content.extras?.attachments ?? []);
      returnToPrompt(id, cause);
    }
  }

  function returnToPrompt(id: string, cause: unknown): void {
    if (cause instanceof BackendError && cause.kind === 'answered') {
      const delivery = outboxStore.find(id);
      if (delivery === null) return;
      onTaskChanged(delivery.taskId);
      if (delivery.extras?.isChosen === true) {
        if (outboxStore.apply(id, { type: 'cancelled' }) === 'done')
          showError(`Not sent: ${errorText(cause)}`);
        return;
      }
    }
    if (outboxStore.returnToPrompt(id))
      showError(`Not sent: ${errorText(cause)} The text is back in the prompt.`);
  }

  return {
    isWorkingOn: (id) => working.has(id),
    isBackingOff: (taskId) =>
      (backOffs.get(taskId)?.until ?? 0) > clock.now() && !fullQueues.hasRoomAgain(taskId),
    get isAtCapacity() {
      return startingCount >= MAX_CONCURRENT;
    },
    deliver: (delivery, task) =>
      void track(delivery.id, (signal) => start(() => send(delivery, task, signal))),
    resume: ({ id, taskId }, task) =>
      void track(id, () =>
        start(async () => {
          const { instanceName } = outboxStore;
          if (outboxStore.claim(id, { type: 'resume-started', instanceName, now: clock.now() }) === null)
            return;
          await context.resume(taskId, task);
          if (!stopping.aborted) outboxStore.apply(id, { type: 'resume-finished', now: clock.now() });
        }),
      ),
    settle: (id) => void track(id, () => resolver.watchUntilSettled(id)),
    findTask(delivery, onFound) {
      const { id, taskId } = delivery;
      let task: Task | 'gone' | null = null;
      void track(id, async () => {
        task = await resolver.findTask(delivery);
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
