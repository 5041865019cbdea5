import { textOf } from '../../domain/message.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { isQueueStuck, pendingMessagesOf, type ServerQueued } from '../../store/pending-messages.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { queueHeading } from '../detail/pending-words.ts';

/** Columns of a message that is named and not read. */
const MAX_NAMED = 60;

/**
 * The changes of the server's queue of the selected task: messages of other programs, messages that run, and a queue that
 * stands still. The user's own messages are announced as deliveries.
 */
export function queueChanges(before: State, after: State): readonly string[] {
  const [was, is] = [selectedTask(before), selectedTask(after)];
  if (is === null || was?.id !== is.id || !hasQueue(before, is.id)) return [];
  const [old, now] = [queuedIn(before, is.id), queuedIn(after, is.id)];
  const stuck =
    isQueueStuck(after, is) && !isQueueStuck(before, was) ? [`${queueHeading(after, is.id)}.`] : [];
  if (old === now) return stuck;
  const arrived = now.filter(
    ({ delivery, message }) => delivery === null && !old.some((each) => each.message.id === message.id),
  );
  const left = old.filter(
    ({ message, request }) =>
      request?.kind !== 'take-out' && !now.some((each) => each.message.id === message.id),
  );
  return [
    ...left.map((queued) => `No longer in the server’s queue: ${nameOf(queued)}`),
    ...arrived.map(
      (queued) => `In the server’s queue, ${queued.place} of ${queued.count}: ${nameOf(queued)}`,
    ),
    ...stuck,
  ];
}

/** Whether the queue was known: the first response is no change. */
const hasQueue = ({ transcripts }: State, taskId: string): boolean =>
  transcripts.get(taskId)?.transcript?.queue !== undefined;

const queuedIn = (state: State, taskId: string): readonly ServerQueued[] =>
  pendingMessagesOf(state, taskId).filter((each) => each.kind === 'queued');

const nameOf = ({ message }: ServerQueued): string => truncate(sanitiseLine(textOf(message)), MAX_NAMED);
