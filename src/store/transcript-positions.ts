import { textOf } from '../domain/message.ts';
import { messageOf } from '../domain/stored-conversation.ts';
import { hasSameWords } from '../domain/transcript.ts';
import { type LiveItem, liveItemOf } from './live-turn.ts';
import { memoize } from './memoize.ts';
import { mergedTranscriptOf } from './merged-transcript.ts';
import { allPendingMessages, type PendingMessage, pendingMessagesOf } from './pending-messages.ts';
import type { State } from './state.ts';
import { isEntry, isSameEntry, type TranscriptItem, transcriptItems } from './transcript-items.ts';

/** The line above the server's queue, and the one above messages that no server has accepted. */
export type QueueSeparator =
  | { readonly kind: 'queue'; readonly key: string }
  | { readonly kind: 'unsent'; readonly key: string };

export type PendingItem = PendingMessage | QueueSeparator | LiveItem;

const QUEUE_SEPARATOR: QueueSeparator = { kind: 'queue', key: 'queue' };
const UNSENT_SEPARATOR: QueueSeparator = { kind: 'unsent', key: 'unsent' };

/**
 * The items with a block below the task's conversation, in order: the live turn follows the messages that the agent has
 * accepted. Separators only where there is a queue.
 */
export function pendingItems(state: State, taskId: string): readonly PendingItem[] {
  const messages = pendingMessagesOf(state, taskId);
  const live = liveItemOf(state, taskId);
  return live === null ? withSeparators(messages) : withLiveTurn(messages, live);
}

const withLiveTurn = memoize(
  (messages: readonly PendingMessage[], live: LiveItem): readonly PendingItem[] => {
    const isAccepted = (each: PendingMessage): boolean =>
      each.kind === 'delivery' && each.delivery.stage === 'accepted';
    const first = messages.findIndex((each) => !isAccepted(each));
    const count = first === -1 ? messages.length : first;
    return [...messages.slice(0, count), live, ...withSeparators(messages).slice(count)];
  },
);

const withSeparators = memoize((messages: readonly PendingMessage[]): readonly PendingItem[] => {
  const firstQueued = messages.findIndex(({ kind }) => kind === 'queued');
  if (firstQueued === -1) return messages;
  const firstUnsent = messages.findIndex(({ kind }, index) => kind === 'delivery' && index > firstQueued);
  return messages.flatMap((message, index): readonly PendingItem[] =>
    index === firstQueued
      ? [QUEUE_SEPARATOR, message]
      : index === firstUnsent
        ? [UNSENT_SEPARATOR, message]
        : [message],
  );
});

/**
 * The view holds indexes: of the first message on screen, the message cursor, the current hit and the selected message of
 * the outbox. Returns `after` with the indexes that the same messages of `before` have now, also for a message that went
 * from the outbox into the conversation, and for a live turn that became a message.
 */
export function keepPositions(before: State, after: State): State {
  if (
    before.deliveries === after.deliveries &&
    before.tasks === after.tasks &&
    before.mergedTranscripts === after.mergedTranscripts &&
    before.transcripts === after.transcripts &&
    before.followedTaskId === after.followedTaskId &&
    before.queueRequests === after.queueRequests
  )
    return after;
  const { scrollAnchors, messageCursor, transcriptSearch } = after.view;
  const taskIds = new Set(scrollAnchors.keys());
  for (const position of [messageCursor, transcriptSearch])
    if (position !== null) taskIds.add(position.taskId);
  const isUnchanged = (taskId: string): boolean =>
    pendingMessagesOf(before, taskId) === pendingMessagesOf(after, taskId) &&
    (liveItemOf(before, taskId) === null) === (liveItemOf(after, taskId) === null) &&
    before.mergedTranscripts.get(taskId) === after.mergedTranscripts.get(taskId);
  return [...taskIds].reduce(
    (next, taskId) => (isUnchanged(taskId) ? next : keepTranscriptPositions(before, next, taskId)),
    keepOutboxSelection(before, after),
  );
}

function keepOutboxSelection(before: State, after: State): State {
  const { overlay } = after.view;
  if (overlay?.kind !== 'outbox') return after;
  const messages = allPendingMessages(before);
  const selected = messages[Math.min(overlay.index, messages.length - 1)];
  const index = allPendingMessages(after).findIndex(({ key }) => key === selected?.key);
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

/** Each has one block: first the conversation, then the pending messages. */
interface TranscriptItems {
  readonly entries: readonly TranscriptItem[];
  readonly pending: readonly PendingItem[];
}

const itemsOf = (state: State, taskId: string): TranscriptItems => ({
  entries: transcriptItems(mergedTranscriptOf(state, taskId)),
  pending: pendingItems(state, taskId),
});

/** Null when its message is gone. */
function remapPosition<Position extends { readonly message: number }>(
  position: Position,
  before: TranscriptItems,
  after: TranscriptItems,
): Position | null {
  if (before.entries[position.message] !== undefined) return remapItem(position, before, after);
  const index = remapPending(position.message, before, after);
  if (index === null) return null;
  return index === position.message ? position : { ...position, message: index };
}

/** The rows of a separator: its line and a blank one. */
const SEPARATOR_ROWS = 2;

/**
 * The place of the item or, if it is gone or a separator, of the next message that is still there. In place of separators
 * the position gets a line before that message, so that the message keeps its row on the screen.
 */
function remapItem<Position extends { readonly message: number }>(
  position: Position,
  { entries: old }: TranscriptItems,
  { entries }: TranscriptItems,
): Position {
  const { message: from } = position;
  const isInPlace =
    entries[from] === old[from] && (isMessage(old[from]) || entries[from + 1] === old[from + 1]);
  if (isInPlace) return position;
  let rows = 0;
  for (let at = from; at < old.length; at++) {
    const item = old[at];
    if (item === undefined) continue;
    const index = isMessage(item) ? indexOfEntry(entries, item, at) : -1;
    if (index === -1) {
      rows += isMessage(item) ? 0 : SEPARATOR_ROWS;
      continue;
    }
    if (at === from) return index === from ? position : { ...position, message: index };
    const line = isMessage(old[from]) || !('line' in position) ? 0 : Number(position.line) - rows;
    return { ...position, message: index, ...('line' in position && { line }) };
  }
  return { ...position, message: Math.min(from, Math.max(0, entries.length - 1)) };
}

/** False for separators and breaks. */
const isMessage = (item: TranscriptItem | undefined): boolean =>
  item !== undefined && isEntry(item) && messageOf(item) !== null;

const indexOfEntry = (entries: readonly TranscriptItem[], item: TranscriptItem, near: number): number =>
  entries[near] === item ? near : entries.findIndex((entry) => isSameEntry(entry, item));

function remapPending(oldIndex: number, before: TranscriptItems, after: TranscriptItems): number | null {
  const item = before.pending[oldIndex - before.entries.length];
  if (item === undefined) return oldIndex;
  const index = after.pending.findIndex(({ key }) => key === item.key);
  if (index !== -1) return after.entries.length + index;
  if (item.kind === 'queue' || item.kind === 'unsent') return null;
  if (item.kind === 'live') return newAgentMessage(before, after);
  const text = item.kind === 'queued' ? textOf(item.message) : item.delivery.text;
  const received = after.entries.findLastIndex((entry) => {
    const message = isEntry(entry) ? messageOf(entry) : null;
    return message?.role === 'user' && hasSameWords(textOf(message), text);
  });
  return received === -1 ? null : received;
}

/** The message that contains a live turn which has ended; null when there is no new one. */
function newAgentMessage(before: TranscriptItems, after: TranscriptItems): number | null {
  const index = after.entries.findLastIndex((item) => isEntry(item) && messageOf(item)?.role === 'agent');
  const item = after.entries[index];
  return item === undefined || indexOfEntry(before.entries, item, index) !== -1 ? null : index;
}
