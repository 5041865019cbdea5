import { mergeConversations } from '../domain/merge-conversations.ts';
import { mergeTranscript } from '../domain/merge-transcript.ts';
import { type Message, textOf } from '../domain/message.ts';
import { plainTextOf } from '../domain/message-text.ts';
import {
  type ConversationEntry,
  comparePositions,
  EMPTY_CONVERSATION,
  messageOf,
  type StoredConversation,
} from '../domain/stored-conversation.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { hasSameWords, type Transcript } from '../domain/transcript.ts';
import { type DaySeparator, withDaySeparators } from './day-separators.ts';
import { memoize } from './memoize.ts';
import type { MergedTranscript, ReadPosition, State } from './state.ts';
import type { ScrollAnchor } from './view-state.ts';

/** An entry of the visible transcript; `new` is the line before the first unread one. */
export type TranscriptItem = ConversationEntry | 'new' | DaySeparator;

/** False for separator lines. */
export const isEntry = (item: TranscriptItem): item is ConversationEntry =>
  item !== 'new' && item.kind !== 'day';

const EMPTY_MERGED_TRANSCRIPT: MergedTranscript = {
  conversation: EMPTY_CONVERSATION,
  older: 'none',
  readUpTo: null,
  lastFollowedEntry: null,
  polledInView: false,
};

export const mergedTranscriptOf = ({ mergedTranscripts }: State, taskId: string): MergedTranscript =>
  mergedTranscripts.get(taskId) ?? EMPTY_MERGED_TRANSCRIPT;

/** Merges the server's transcript into the task's conversation; `before` is the server's previous one. */
export function mergeSnapshot(
  state: State,
  taskId: string,
  transcript: Transcript,
  before: Transcript | null,
): State {
  const merged = mergedTranscriptOf(state, taskId);
  const conversation = mergeTranscript(merged.conversation, transcript, before);
  const polledInView = merged.polledInView || state.view.selected === taskId;
  return conversation === merged.conversation && polledInView === merged.polledInView
    ? state
    : withMergedTranscript(state, taskId, { ...merged, conversation, polledInView });
}

/** A part of a stored conversation. */
export interface StoredPart {
  readonly conversation: StoredConversation;
  readonly hasOlder: boolean;
  /** Null when unknown, and after the first load. */
  readonly readUpTo: ReadPosition | null;
}

export function mergeStoredPart(
  state: State,
  taskId: string,
  { conversation, hasOlder, readUpTo }: StoredPart,
): State {
  const transcript = mergedTranscriptOf(state, taskId);
  return withMergedTranscript(state, taskId, {
    ...transcript,
    conversation: mergeConversations(conversation, transcript.conversation),
    older: hasOlder ? 'some' : 'none',
    readUpTo: transcript.readUpTo ?? readUpTo,
  });
}

/** Requests earlier stored messages when the user scrolls near the beginning. */
export const requestOlderNearStart = (state: State, taskId: string, anchor: ScrollAnchor | null): State =>
  anchor === null || anchor.message > OLDER_THRESHOLD ? state : requestOlder(state, taskId);

/** Requests earlier stored messages, if there are any. */
export function requestOlder(state: State, taskId: string): State {
  const transcript = mergedTranscriptOf(state, taskId);
  if (transcript.older !== 'some') return state;
  return withMergedTranscript(state, taskId, { ...transcript, older: 'requested' });
}

/** Messages from the beginning. */
const OLDER_THRESHOLD = 5;

/** Records the last entry when the user scrolls away from the end; clears it when they return. */
export function recordLastFollowed(state: State, taskId: string, anchor: ScrollAnchor | null): State {
  const transcript = mergedTranscriptOf(state, taskId);
  const lastFollowedEntry =
    anchor === null ? null : (transcript.lastFollowedEntry ?? transcript.conversation.entries.at(-1) ?? null);
  return lastFollowedEntry === transcript.lastFollowedEntry
    ? state
    : withMergedTranscript(state, taskId, { ...transcript, lastFollowedEntry });
}

/** Marks the transcript as read to its end, unless it is scrolled away from there. */
export function markReadToEnd(state: State, taskId: string | null): State {
  const transcript = taskId === null ? undefined : state.mergedTranscripts.get(taskId);
  const last = transcript?.conversation.entries.at(-1);
  if (
    taskId === null ||
    transcript === undefined ||
    last === undefined ||
    state.view.scrollAnchors.has(taskId)
  )
    return state;
  const lastMessage = messageOf(last);
  const length = lastMessage === null ? 0 : plainTextOf(lastMessage).length;
  const readUpTo = { run: last.run, id: last.id, length };
  const isSame =
    transcript.readUpTo !== null &&
    comparePositions(transcript.readUpTo, readUpTo) === 0 &&
    transcript.readUpTo.length === readUpTo.length;
  return isSame ? state : withMergedTranscript(state, taskId, { ...transcript, readUpTo });
}

/** Marks as read: the task that the user leaves, and messages that arrive on screen after all others were read. */
export function updateReadPosition(before: State, after: State): State {
  const { selected } = after.view;
  if (before.view.selected !== selected)
    return enterTranscript(markReadToEnd(after, before.view.selected), selected);
  if (selected === null || after.window.focused === false) return after;
  const transcript = before.mergedTranscripts.get(selected);
  if (transcript === undefined || transcript === after.mergedTranscripts.get(selected)) return after;
  const hasReadAll =
    transcript.polledInView && transcript.readUpTo !== null && firstUnreadIndex(transcript) === -1;
  return hasReadAll ? markReadToEnd(after, selected) : after;
}

function enterTranscript(state: State, taskId: string | null): State {
  const transcript = taskId === null ? undefined : state.mergedTranscripts.get(taskId);
  if (taskId === null || transcript === undefined || !transcript.polledInView) return state;
  return withMergedTranscript(state, taskId, { ...transcript, polledInView: false });
}

/** The index of the first unread entry; -1 when everything was read, and when nothing ever was. */
function firstUnreadIndex({ conversation: { entries }, readUpTo }: MergedTranscript): number {
  const last = entries.at(-1);
  if (readUpTo === null || last === undefined || !isUnread(last, readUpTo)) return -1;
  let first = entries.length - 1;
  for (
    let entry = entries[first - 1];
    entry !== undefined && isUnread(entry, readUpTo);
    entry = entries[first - 1]
  )
    first--;
  return first;
}

function isUnread(entry: ConversationEntry, readUpTo: ReadPosition): boolean {
  const order = comparePositions(entry, readUpTo);
  return (
    order > 0 ||
    (order === 0 && entry.kind === 'message' && plainTextOf(entry.message).length > readUpTo.length)
  );
}

/** The items of the visible transcript, in order. Leaves out messages without visible text. */
export const transcriptItems = memoize((conversation: MergedTranscript): readonly TranscriptItem[] => {
  const { entries } = conversation.conversation;
  const from = firstUnreadIndex(conversation);
  const before = entries.slice(0, Math.max(0, from)).filter(isVisible);
  const after = entries.slice(Math.max(0, from)).filter(isVisible);
  return before.length > 0 && after.length > 0 && from !== -1
    ? withDaySeparators([...before, 'new', ...after])
    : withDaySeparators([...before, ...after]);
});

const visibleByMessage = new WeakMap<Message, boolean>();

function isVisible(entry: ConversationEntry): boolean {
  const message = messageOf(entry);
  if (message === null) return true;
  const known = visibleByMessage.get(message);
  if (known !== undefined) return known;
  const visible = hasVisibleText(plainTextOf(message));
  visibleByMessage.set(message, visible);
  return visible;
}

function hasVisibleText(text: string): boolean {
  // Fast path: most visible texts begin with plain ASCII.
  const head = text.slice(0, 200);
  return (/^[\n\t -~]*$/u.test(head) && /[!-~]/u.test(head)) || /\S/u.test(sanitise(text));
}

/** The outbox messages that have a block below the task's conversation, in order. */
export const visibleDeliveries = memoize(
  (deliveries: State['deliveries'], taskId: string): State['deliveries'] =>
    deliveries.filter((delivery) => delivery.taskId === taskId && hasVisibleText(delivery.text)),
);

/** Replaces a merged transcript. Scroll position, message cursor and search hit stay on their messages. */
const withMergedTranscript = (state: State, taskId: string, merged: MergedTranscript): State =>
  keepViewPositions(
    state,
    { ...state, mergedTranscripts: new Map(state.mergedTranscripts).set(taskId, merged) },
    taskId,
  );

/** Replaces the outbox. The view's positions and the selection of the outbox stay on their messages. */
export function withDeliveries(state: State, deliveries: State['deliveries']): State {
  const after = keepOutboxSelection(state, { ...state, deliveries });
  const taskIds = new Set([...state.deliveries, ...deliveries].map(({ taskId }) => taskId));
  return [...taskIds].reduce((next, taskId) => keepViewPositions(state, next, taskId), after);
}

function keepOutboxSelection(before: State, after: State): State {
  const { overlay } = after.view;
  if (overlay?.kind !== 'outbox') return after;
  const selected = before.deliveries[Math.min(overlay.index, before.deliveries.length - 1)];
  const index = after.deliveries.findIndex(({ id }) => id === selected?.id);
  if (index === -1 || index === overlay.index) return after;
  return { ...after, view: { ...after.view, overlay: { kind: 'outbox', index } } };
}

/**
 * The view holds block indexes: of the first message on screen, the message cursor and the current hit. Returns `after`
 * with the indexes that the same messages of `before` have now, also for a message that went from the outbox into the
 * conversation.
 */
function keepViewPositions(before: State, after: State, taskId: string): State {
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
  deliveries: visibleDeliveries(state.deliveries, taskId),
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

export function isSameEntry(a: TranscriptItem, b: TranscriptItem): boolean {
  if (!isEntry(a) || !isEntry(b)) return a === b;
  return comparePositions(a, b) === 0 && a.kind === b.kind && messageOf(a)?.role === messageOf(b)?.role;
}
