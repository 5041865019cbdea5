import { mergeConversations } from '../domain/merge-conversations.ts';
import { mergeTranscript } from '../domain/merge-transcript.ts';
import {
  type ConversationEntry,
  comparePositions,
  EMPTY_CONVERSATION,
  messageOf,
  type StoredConversation,
} from '../domain/stored-conversation.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { hasSameWords, type Message, type Transcript } from '../domain/transcript.ts';
import { type DaySeparator, withDaySeparators } from './day-separators.ts';
import { memoize } from './memoize.ts';
import type { MergedTranscript, ReadPosition, State } from './state.ts';
import type { ScrollAnchor } from './view-state.ts';

/** What is shown of a conversation: what was seen, a line before what is new, and one before each later day. */
export type TranscriptItem = ConversationEntry | 'new' | DaySeparator;

/** Whether it is of the conversation itself, and no line between two messages. */
export const isEntry = (shown: TranscriptItem): shown is ConversationEntry =>
  shown !== 'new' && shown.kind !== 'day';

const EMPTY_MERGED_TRANSCRIPT: MergedTranscript = {
  conversation: EMPTY_CONVERSATION,
  older: 'none',
  readUpTo: null,
  lastFollowedEntry: null,
  polledInView: false,
};

export const mergedTranscriptOf = ({ mergedTranscripts }: State, taskId: string): MergedTranscript =>
  mergedTranscripts.get(taskId) ?? EMPTY_MERGED_TRANSCRIPT;

/** Takes what the server says now into what was seen; `before` is what it said last. */
export function mergeSnapshot(
  state: State,
  taskId: string,
  transcript: Transcript,
  before: Transcript | null,
): State {
  const known = mergedTranscriptOf(state, taskId);
  const history = mergeTranscript(known.conversation, transcript, before);
  const watched = known.polledInView || state.view.selected === taskId;
  return history === known.conversation && watched === known.polledInView
    ? state
    : withMergedTranscript(state, taskId, { ...known, conversation: history, polledInView: watched });
}

/** What this machine keeps of a conversation, as it was read from there. */
export interface StoredPart {
  readonly conversation: StoredConversation;
  readonly hasOlder: boolean;
  /** Null where nothing is known of it, or it was asked for before. */
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

/** Who comes near to the beginning of what is shown wants to see what was before. */
export function requestOlder(state: State, taskId: string, anchor: ScrollAnchor | null): State {
  const transcript = mergedTranscriptOf(state, taskId);
  if (anchor === null || anchor.message > OLDER_THRESHOLD || transcript.older !== 'some') return state;
  return withMergedTranscript(state, taskId, { ...transcript, older: 'requested' });
}

/** So many messages from the beginning, older ones are fetched. */
const OLDER_THRESHOLD = 5;

/** Remembers where the end was when the reader stopped following it. */
export function recordLastFollowed(state: State, taskId: string, anchor: ScrollAnchor | null): State {
  const transcript = mergedTranscriptOf(state, taskId);
  const held =
    anchor === null ? null : (transcript.lastFollowedEntry ?? transcript.conversation.entries.at(-1) ?? null);
  return held === transcript.lastFollowedEntry
    ? state
    : withMergedTranscript(state, taskId, { ...transcript, lastFollowedEntry: held });
}

/** All of what is there was read, when its end is what the reader looks at. */
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
  const read = { run: last.run, id: last.id, length: messageOf(last)?.content.length ?? 0 };
  const isSame =
    transcript.readUpTo !== null &&
    comparePositions(transcript.readUpTo, read) === 0 &&
    transcript.readUpTo.length === read.length;
  return isSame ? state : withMergedTranscript(state, taskId, { ...transcript, readUpTo: read });
}

/** Whoever has read everything and looks on has read what comes, too. */
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

/** The place of the first entry that was not read; -1 when all was, or nothing ever. */
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

function isUnread(entry: ConversationEntry, read: ReadPosition): boolean {
  const order = comparePositions(entry, read);
  return order > 0 || (order === 0 && entry.kind === 'message' && entry.message.content.length > read.length);
}

/** What is shown of a conversation, in order: messages that show nothing are left out. */
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
  const isSeen = hasVisibleText(message.content);
  visibleByMessage.set(message, isSeen);
  return isSeen;
}

function hasVisibleText(text: string): boolean {
  // Most of what shows anything does so at its beginning, and plainly.
  const head = text.slice(0, 200);
  return (/^[\n\t -~]*$/u.test(head) && /[!-~]/u.test(head)) || /\S/u.test(sanitise(text));
}

/** The messages on their way to a task that have a block below its conversation, in order. */
export const visibleDeliveries = memoize(
  (deliveries: State['deliveries'], taskId: string): State['deliveries'] =>
    deliveries.filter((delivery) => delivery.taskId === taskId && hasVisibleText(delivery.text)),
);

/** Changes a conversation. The view stays with the messages that it was at. */
const withMergedTranscript = (state: State, taskId: string, now: MergedTranscript): State =>
  keepViewPositions(
    state,
    { ...state, mergedTranscripts: new Map(state.mergedTranscripts).set(taskId, now) },
    taskId,
  );

/** Replaces the messages on their way. The view stays with the messages that it was at, and the outbox with the chosen one. */
export function withDeliveries(state: State, deliveries: State['deliveries']): State {
  const after = keepOutboxSelection(state, { ...state, deliveries });
  const taskIds = new Set([...state.deliveries, ...deliveries].map(({ taskId }) => taskId));
  return [...taskIds].reduce((next, taskId) => keepViewPositions(state, next, taskId), after);
}

function keepOutboxSelection(before: State, after: State): State {
  const { overlay } = after.view;
  if (overlay?.kind !== 'outbox') return after;
  const chosen = before.deliveries[Math.min(overlay.index, before.deliveries.length - 1)];
  const index = after.deliveries.findIndex(({ id }) => id === chosen?.id);
  if (index === -1 || index === overlay.index) return after;
  return { ...after, view: { ...after.view, overlay: { kind: 'outbox', index } } };
}

/**
 * The view names messages by their place among the blocks of a task: the first on screen, the one under the cursor, the
 * current hit. Returns `after` with the places that these messages of `before` have by now. A message that was on its
 * way is followed into the conversation.
 */
function keepViewPositions(before: State, after: State, taskId: string): State {
  const { scrollAnchors, messageCursor, transcriptSearch } = after.view;
  const anchor = scrollAnchors.get(taskId);
  const hit = transcriptSearch?.taskId === taskId ? transcriptSearch.hit : null;
  const isPointed = messageCursor?.taskId === taskId;
  if (anchor === undefined && !isPointed && hit === null) return after;
  const [was, is] = [itemsOf(before, taskId), itemsOf(after, taskId)];
  const moved = <Place extends { readonly message: number }>(place: Place): Place | null =>
    remapPosition(place, was, is);
  const view = { ...after.view };
  const top = anchor === undefined ? anchor : (moved(anchor) ?? anchor);
  if (top !== undefined && top !== anchor) view.scrollAnchors = new Map(scrollAnchors).set(taskId, top);
  if (isPointed) view.messageCursor = moved(messageCursor);
  const found = hit === null ? null : (moved(hit) ?? hit);
  if (transcriptSearch !== null && found !== hit) view.transcriptSearch = { ...transcriptSearch, hit: found };
  return { ...after, view };
}

/** What has a block of its own: the conversation, then the messages on their way. */
interface TranscriptItems {
  readonly entries: readonly TranscriptItem[];
  readonly deliveries: State['deliveries'];
}

const itemsOf = (state: State, taskId: string): TranscriptItems => ({
  entries: transcriptItems(mergedTranscriptOf(state, taskId)),
  deliveries: visibleDeliveries(state.deliveries, taskId),
});

/** Null when the message under it is gone. */
function remapPosition<Place extends { readonly message: number }>(
  place: Place,
  was: TranscriptItems,
  is: TranscriptItems,
): Place | null {
  const entry = was.entries[place.message];
  const at =
    entry === undefined ? remapDelivery(place.message, was, is) : remapEntry(entry, place.message, is);
  if (at === null) return null;
  return at === place.message ? place : { ...place, message: at };
}

function remapEntry(looked: TranscriptItem, place: number, { entries }: TranscriptItems): number {
  if (entries[place] === looked) return place;
  const at = entries.findIndex((entry) => isSameEntry(entry, looked));
  return at === -1 ? place : at;
}

function remapDelivery(place: number, was: TranscriptItems, is: TranscriptItems): number | null {
  const looked = was.deliveries[place - was.entries.length];
  if (looked === undefined) return place;
  const among = is.deliveries.findIndex(({ id }) => id === looked.id);
  if (among !== -1) return is.entries.length + among;
  const said = is.entries.findLastIndex((entry) => {
    const message = isEntry(entry) ? messageOf(entry) : null;
    return message?.from === 'you' && hasSameWords(message.content, looked.text);
  });
  return said === -1 ? null : said;
}

export function isSameEntry(a: TranscriptItem, b: TranscriptItem): boolean {
  if (!isEntry(a) || !isEntry(b)) return a === b;
  return comparePositions(a, b) === 0 && a.kind === b.kind && messageOf(a)?.from === messageOf(b)?.from;
}
