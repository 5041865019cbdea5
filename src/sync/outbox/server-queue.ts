import { EMPTY_BUFFER } from '../../domain/edit/buffer.ts';
import { BackendError, errorText } from '../../domain/errors.ts';
import { editableText } from '../../domain/initial-prompt.ts';
import { textOf } from '../../domain/message.ts';
import type { OutboxOperations } from '../../domain/ports/operations.ts';
import type { TranscriptReader } from '../../domain/receipt.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import { pendingMessagesOf, type ServerQueued } from '../../store/pending-messages.ts';
import { prependUndelivered } from '../../store/slices/drafts.ts';
import type { Notice } from '../../store/slices/notices.ts';
import type { QueueRequest } from '../../store/slices/outbox.ts';
import { knownTask } from '../../store/task-index.ts';
import type { SyncContext } from '../sync-context.ts';
import type { OutboxStore } from './outbox-store.ts';

interface ServerQueueContext extends Pick<SyncContext, 'backend' | 'store' | 'clock'> {
  readonly outboxStore: OutboxStore;
  readonly readTranscript: TranscriptReader;
  /** Called when the server's state of the task changed. */
  readonly onTaskChanged: (taskId: string) => void;
  /** Aborted when the outbox stops. */
  readonly stopping: AbortSignal;
}

/** The effect of a request on a message in the server's queue. */
type Outcome =
  | { readonly kind: 'done' }
  /** The message had left the queue before. */
  | { readonly kind: 'gone' }
  /** The queue is as before, or that is unknown. */
  | { readonly kind: 'failed'; readonly tookEffect: 'no' | 'maybe'; readonly reason: string };

/** Changes messages in the servers' queues. */
export function createServerQueue({
  backend,
  store,
  clock,
  outboxStore,
  readTranscript,
  onTaskChanged,
  stopping,
}: ServerQueueContext): Pick<OutboxOperations, 'takeOut' | 'sendNow'> {
  const notify = (tone: Notice['tone'], text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });

  const find = (taskId: string, queueId: string): ServerQueued | null =>
    pendingMessagesOf(store.getState(), taskId).find(
      (each): each is ServerQueued => each.kind === 'queued' && each.message.id === queueId,
    ) ?? null;

  const draftWith = (taskId: string, text: string): string =>
    prependUndelivered(store.getState().drafts.get(taskId) ?? EMPTY_BUFFER, text).text;

  /** Sends the request and shows its effect on the queue. Resolves to null when the outbox stopped meanwhile. */
  async function perform(
    task: Task,
    queued: ServerQueued,
    kind: QueueRequest['kind'],
    request: () => Promise<void>,
  ): Promise<Outcome | null> {
    const [taskId, queueId] = [task.id, queued.message.id];
    store.dispatch({ type: 'queue-request-started', taskId, queueId, kind, now: clock.now() });
    const outcome = await outcomeOf(request);
    if (stopping.aborted) return null;
    // A message that is sent now stays in the queue until its turn begins.
    const hasLeft = outcome.kind === 'gone' || (outcome.kind === 'done' && kind === 'take-out');
    store.dispatch({ type: 'queue-request-finished', taskId, queueId, hasLeft, now: clock.now() });
    if (hasLeft && queued.delivery !== null) outboxStore.forget(queued.delivery.id);
    onTaskChanged(taskId);
    // The transcript of a task that is not selected is not polled.
    readTranscript(task, stopping).catch(() => {});
    return outcome;
  }

  async function takeOut(taskId: string, queueId: string, isEdit: boolean): Promise<void> {
    const task = knownTask(store.getState(), taskId);
    const queued = find(taskId, queueId);
    if (task === null || queued === null || queued.request !== null) return;
    const source = sourceOf(backend, task);
    const text = editableText(textOf(queued.message));
    // On disk before the server forgets it: the text survives the end of this program.
    outboxStore.saveDraft(taskId, draftWith(taskId, text));
    const outcome = await perform(task, queued, 'take-out', async () =>
      source.cancelQueued?.(task, queueId, stopping),
    );
    if (outcome === null) return;
    const title = `“${shortTitle(task)}”`;
    const isBack =
      outcome.kind === 'done' || (outcome.kind === 'gone' ? isEdit : outcome.tookEffect === 'maybe');
    // Of a message that another program queued, only the text is known.
    const { attachments = [] } = queued.delivery?.extras ?? {};
    if (isBack) store.dispatch({ type: 'draft-restored', key: taskId, text, attachments });
    else outboxStore.saveDraft(taskId, store.getState().drafts.get(taskId)?.text ?? '');
    switch (outcome.kind) {
      case 'done':
        return isEdit ? undefined : notify('plain', `The message to ${title} is back in its prompt.`);
      case 'gone':
        return notify('bad', `${leftWords(title)}${isEdit ? ' Its text is in the prompt.' : ''}`);
      case 'failed':
        return notify(
          'bad',
          outcome.tookEffect === 'no'
            ? `Cannot take the message to ${title} out of the queue: ${outcome.reason}`
            : `The message to ${title} may still be in the queue: ${outcome.reason} Its text is in the prompt.`,
        );
    }
  }

  async function sendNow(taskId: string, queueId: string): Promise<void> {
    const task = knownTask(store.getState(), taskId);
    const queued = find(taskId, queueId);
    if (task === null || queued === null || queued.request !== null) return;
    const source = sourceOf(backend, task);
    const outcome = await perform(task, queued, 'send-now', async () =>
      source.sendQueuedNow?.(task, queueId, stopping),
    );
    if (outcome === null) return;
    const title = `“${shortTitle(task)}”`;
    switch (outcome.kind) {
      case 'done':
        return notify('good', `The message to ${title} runs next.`);
      case 'gone':
        return notify('bad', leftWords(title));
      case 'failed':
        return notify('bad', `Cannot send the message to ${title} now: ${outcome.reason}`);
    }
  }

  return {
    takeOut: (taskId, queueId, purpose) => void takeOut(taskId, queueId, purpose === 'edit'),
    sendNow: (taskId, queueId) => void sendNow(taskId, queueId),
  };
}

const leftWords = (title: string): string =>
  `The message to ${title} has left the queue: it ran, or another program removed it.`;

async function outcomeOf(request: () => Promise<void>): Promise<Outcome> {
  try {
    await request();
    return { kind: 'done' };
  } catch (cause) {
    if (!(cause instanceof BackendError))
      return { kind: 'failed', tookEffect: 'maybe', reason: errorText(cause) };
    return cause.kind === 'not-found' || cause.kind === 'conflict'
      ? { kind: 'gone' }
      : { kind: 'failed', tookEffect: cause.tookEffect, reason: errorText(cause) };
  }
}
