import type { Delivery } from '../domain/delivery.ts';
import { textOf } from '../domain/message.ts';
import { messageOf } from '../domain/stored-conversation.ts';
import { hasSameWords } from '../domain/transcript.ts';
import { memoize } from './memoize.ts';
import { mergedTranscriptOf } from './merged-transcript.ts';
import type { OutboxState } from './slices/outbox.ts';
import type { State } from './state.ts';
import {
  hasVisibleText,
  isEntry,
  isSameEntry,
  type TranscriptItem,
  transcriptItems,
} from './transcript-items.ts';

/** The outbox messages that have a block below the task's conversation, in order. */
export const visibleDeliveries = ({ deliveries }: OutboxState, taskId: string): readonly Delivery[] =>
  deliveriesByTask(deliveries).get(taskId) ?? NO_DELIVERIES;

/** The same array for all tasks without messages, so that changes of the outbox do not rebuild their transcripts. */
const NO_DELIVERIES: readonly Delivery[] = [];

const deliveriesByTask = memoize(
  (deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> =>
    Map.groupBy(
      deliveries.filter(({ text }) => hasVisibleText(text)),
      ({ taskId }) => taskId,
    ),
);

/**
 * The view holds indexes: of the first message on screen, the message cursor, the current hit and the selected message of
 * the outbox. Returns `after` with the indexes that the same messages of `before` have now, also for a message that went
 * from the outbox into the conversation.
 */
export function keepPositions(before: State, after: State): State {
  if (before.deliveries === after.deliveries && before.mergedTranscripts === after.mergedTranscripts)
    return after;
  const { scrollAnchors, messageCursor, transcriptSearch } = after.view;
  const taskIds = new Set(scrollAnchors.keys());
  for (const position of [messageCursor, transcriptSearch])
    if (position !== null) taskIds.add(position.taskId);
  const isUnchanged = (taskId: string): boolean =>
    before.deliveries === after.deliveries &&
    before.mergedTranscripts.get(taskId) === after.mergedTranscripts.get(taskId);
  return [...taskIds].reduce(
    (next, taskId) => (isUnchanged(taskId) ? next : keepTranscriptPositions(before, next, taskId)),
    keepOutboxSelection(before, after),
  );
}

function keepOutboxSelection(before: State, after: State): State {
  const { overlay } = after.view;
  if (overlay?.kind !== 'outbox') return after;
  const selected = before.deliveries[Math.min(overlay.index, before.deliveries.length - 1)];
  const index = after.deliveries.findIndex(({ id }) => id === selected?.id);
  if (index === -1 || index === overlay.index) return after;
  return { ...after, view: { ...after.view, overlay: { kind: 'outbox', index } } };
}

function keepTranscriptPositions(before: State, after: State, taskId: string): State {
  const { scrollAnchors, messageCursor, transcriptSearch } = after.view;
  const anchor = scrollAnchors.get(taskId);
  const hit = transcriptSearch?.taskId === taskId ? transcriptSearch.hit : null;
  const isPointed = messageCursor?.taskId === taskId;
  if (anchor === undefined && !isPointed && hit === null) return after;
  const [oldItems, newItems] = [itemsOf(before, taskId), itemsOf(after, taskId)];
  const moved = <Position extends { readonly message: number }>(position: Position): Position | null =>
    remapPosition(position, oldItems, newItems);
  const view = { ...after.view };
  const top = anchor === undefined ? anchor : (moved(anchor) ?? anchor);
  if (top !== undefined && top !== anchor) view.scrollAnchors = new Map(scrollAnchors).set(taskId, top);
  if (isPointed) view.messageCursor = moved(messageCursor);
  const newHit = hit === null ? null : (moved(hit) ?? hit);
  if (transcriptSearch !== null && newHit !== hit)
    view.transcriptSearch = { ...transcriptSearch, hit: newHit };
  return { ...after, view };
}

/** Each has one block: first the conversation, then the outbox. */
interface TranscriptItems {
  readonly entries: readonly TranscriptItem[];
  readonly deliveries: State['deliveries'];
}

const itemsOf = (state: State, taskId: string): TranscriptItems => ({
  entries: transcriptItems(mergedTranscriptOf(state, taskId)),
  deliveries: visibleDeliveries(state, taskId),
});

/** Null when its message is gone. */
function remapPosition<Position extends { readonly message: number }>(
  position: Position,
  before: TranscriptItems,
  after: TranscriptItems,
): Position | null {
  const item = before.entries[position.message];
  const index =
    item === undefined
      ? remapDelivery(position.message, before, after)
      : remapItem(item, position.message, after);
  if (index === null) return null;
  return index === position.message ? position : { ...position, message: index };
}

function remapItem(item: TranscriptItem, oldIndex: number, { entries }: TranscriptItems): number {
  if (entries[oldIndex] === item) return oldIndex;
  const index = entries.findIndex((entry) => isSameEntry(entry, item));
  return index === -1 ? oldIndex : index;
}

function remapDelivery(oldIndex: number, before: TranscriptItems, after: TranscriptItems): number | null {
  const delivery = before.deliveries[oldIndex - before.entries.length];
  if (delivery === undefined) return oldIndex;
  const index = after.deliveries.findIndex(({ id }) => id === delivery.id);
  if (index !== -1) return after.entries.length + index;
  const received = after.entries.findLastIndex((entry) => {
    const message = isEntry(entry) ? messageOf(entry) : null;
    return message?.role === 'user' && hasSameWords(textOf(message), delivery.text);
  });
  return received === -1 ? null : received;
}
