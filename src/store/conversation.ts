import { comparePlaces, type Entry, type History, messageOf, NOTHING_SEEN } from '../domain/history.ts';
import { joinHistories } from '../domain/join-histories.ts';
import { takeTranscriptInto } from '../domain/take-transcript.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { type Message, sameWords, type Transcript } from '../domain/transcript.ts';
import { type DayMark, withDays } from './day-marks.ts';
import { remember } from './remember.ts';
import type { Conversation, ReadMark, State } from './state.ts';
import type { Anchor } from './view.ts';

/** What is shown of a conversation: what was seen, a line before what is new, and one before each later day. */
export type Shown = Entry | 'new' | DayMark;

/** Whether it is of the conversation itself, and no line between two messages. */
export const isEntry = (shown: Shown): shown is Entry => shown !== 'new' && shown.kind !== 'day';

const NO_CONVERSATION: Conversation = {
  history: NOTHING_SEEN,
  older: 'none',
  read: null,
  held: null,
  watched: false,
};

export const conversationOf = ({ conversations }: State, taskId: string): Conversation =>
  conversations.get(taskId) ?? NO_CONVERSATION;

/** Takes what the server says now into what was seen; `before` is what it said last. */
export function takeAnswer(
  state: State,
  taskId: string,
  transcript: Transcript,
  before: Transcript | null,
): State {
  const known = conversationOf(state, taskId);
  const history = takeTranscriptInto(known.history, transcript, before);
  const watched = known.watched || state.view.selected === taskId;
  return history === known.history && watched === known.watched
    ? state
    : withConversation(state, taskId, { ...known, history, watched });
}

/** What this machine keeps of a conversation, as it was read from there. */
export interface RecalledPart {
  readonly history: History;
  readonly hasOlder: boolean;
  /** Null where nothing is known of it, or it was asked for before. */
  readonly read: ReadMark | null;
}

export function takeRecalled(state: State, taskId: string, { history, hasOlder, read }: RecalledPart): State {
  const known = conversationOf(state, taskId);
  return withConversation(state, taskId, {
    ...known,
    history: joinHistories(history, known.history),
    older: hasOlder ? 'some' : 'none',
    read: known.read ?? read,
  });
}

/** Who comes near to the beginning of what is shown wants to see what was before. */
export function wantOlder(state: State, taskId: string, anchor: Anchor | null): State {
  const known = conversationOf(state, taskId);
  if (anchor === null || anchor.message > NEAR || known.older !== 'some') return state;
  return withConversation(state, taskId, { ...known, older: 'asked' });
}

/** So many messages from the beginning, older ones are fetched. */
const NEAR = 5;

/** Remembers where the end was when the reader stopped following it. */
export function holdEnd(state: State, taskId: string, anchor: Anchor | null): State {
  const known = conversationOf(state, taskId);
  const held = anchor === null ? null : (known.held ?? known.history.entries.at(-1) ?? null);
  return held === known.held ? state : withConversation(state, taskId, { ...known, held });
}

/** All of what is there was read, when its end is what the reader looks at. */
export function readToEnd(state: State, taskId: string | null): State {
  const known = taskId === null ? undefined : state.conversations.get(taskId);
  const last = known?.history.entries.at(-1);
  if (taskId === null || known === undefined || last === undefined || state.view.scroll.has(taskId))
    return state;
  const read = { run: last.run, id: last.id, length: messageOf(last)?.content.length ?? 0 };
  const isSame =
    known.read !== null && comparePlaces(known.read, read) === 0 && known.read.length === read.length;
  return isSame ? state : withConversation(state, taskId, { ...known, read });
}

/** Whoever has read everything and looks on has read what comes, too. */
export function readOn(before: State, after: State): State {
  const { selected } = after.view;
  if (before.view.selected !== selected) return comeTo(readToEnd(after, before.view.selected), selected);
  if (selected === null || after.window.focused === false) return after;
  const known = before.conversations.get(selected);
  if (known === undefined || known === after.conversations.get(selected)) return after;
  const hasReadAll = known.watched && known.read !== null && firstNew(known) === -1;
  return hasReadAll ? readToEnd(after, selected) : after;
}

function comeTo(state: State, taskId: string | null): State {
  const known = taskId === null ? undefined : state.conversations.get(taskId);
  if (taskId === null || known === undefined || !known.watched) return state;
  return withConversation(state, taskId, { ...known, watched: false });
}

/** The place of the first entry that was not read; -1 when all was, or nothing ever. */
function firstNew({ history: { entries }, read }: Conversation): number {
  const last = entries.at(-1);
  if (read === null || last === undefined || !isNew(last, read)) return -1;
  let first = entries.length - 1;
  for (let entry = entries[first - 1]; entry !== undefined && isNew(entry, read); entry = entries[first - 1])
    first--;
  return first;
}

function isNew(entry: Entry, read: ReadMark): boolean {
  const order = comparePlaces(entry, read);
  return order > 0 || (order === 0 && entry.kind === 'said' && entry.message.content.length > read.length);
}

/** What is shown of a conversation, in order: messages that show nothing are left out. */
export const shownEntries = remember((conversation: Conversation): readonly Shown[] => {
  const { entries } = conversation.history;
  const from = firstNew(conversation);
  const before = entries.slice(0, Math.max(0, from)).filter(isShown);
  const after = entries.slice(Math.max(0, from)).filter(isShown);
  return before.length > 0 && after.length > 0 && from !== -1
    ? withDays([...before, 'new', ...after])
    : withDays([...before, ...after]);
});

const showing = new WeakMap<Message, boolean>();

function isShown(entry: Entry): boolean {
  const message = messageOf(entry);
  if (message === null) return true;
  const known = showing.get(message);
  if (known !== undefined) return known;
  const isSeen = showsAnything(message.content);
  showing.set(message, isSeen);
  return isSeen;
}

function showsAnything(text: string): boolean {
  // Most of what shows anything does so at its beginning, and plainly.
  const head = text.slice(0, 200);
  return (/^[\n\t -~]*$/u.test(head) && /[!-~]/u.test(head)) || /\S/u.test(sanitise(text));
}

/** The messages on their way to a task that have a block below its conversation, in order. */
export const shownDeliveries = remember(
  (deliveries: State['deliveries'], taskId: string): State['deliveries'] =>
    deliveries.filter((delivery) => delivery.taskId === taskId && showsAnything(delivery.text)),
);

/** Changes a conversation. The view stays with the messages that it was at. */
const withConversation = (state: State, taskId: string, now: Conversation): State =>
  keepPlaces(state, { ...state, conversations: new Map(state.conversations).set(taskId, now) }, taskId);

/** Replaces the messages on their way. The view stays with the messages that it was at, and the outbox with the chosen one. */
export function withDeliveries(state: State, deliveries: State['deliveries']): State {
  const after = keepChosen(state, { ...state, deliveries });
  const taskIds = new Set([...state.deliveries, ...deliveries].map(({ taskId }) => taskId));
  return [...taskIds].reduce((next, taskId) => keepPlaces(state, next, taskId), after);
}

function keepChosen(before: State, after: State): State {
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
function keepPlaces(before: State, after: State, taskId: string): State {
  const { scroll, pointed, search } = after.view;
  const anchor = scroll.get(taskId);
  const hit = search?.taskId === taskId ? search.hit : null;
  const isPointed = pointed?.taskId === taskId;
  if (anchor === undefined && !isPointed && hit === null) return after;
  const [was, is] = [partsOf(before, taskId), partsOf(after, taskId)];
  const moved = <Place extends { readonly message: number }>(place: Place): Place | null =>
    movedPlace(place, was, is);
  const view = { ...after.view };
  const top = anchor === undefined ? anchor : (moved(anchor) ?? anchor);
  if (top !== undefined && top !== anchor) view.scroll = new Map(scroll).set(taskId, top);
  if (isPointed) view.pointed = moved(pointed);
  const found = hit === null ? null : (moved(hit) ?? hit);
  if (search !== null && found !== hit) view.search = { ...search, hit: found };
  return { ...after, view };
}

/** What has a block of its own: the conversation, then the messages on their way. */
interface Parts {
  readonly entries: readonly Shown[];
  readonly deliveries: State['deliveries'];
}

const partsOf = (state: State, taskId: string): Parts => ({
  entries: shownEntries(conversationOf(state, taskId)),
  deliveries: shownDeliveries(state.deliveries, taskId),
});

/** Null when the message under it is gone. */
function movedPlace<Place extends { readonly message: number }>(
  place: Place,
  was: Parts,
  is: Parts,
): Place | null {
  const entry = was.entries[place.message];
  const at =
    entry === undefined ? deliveryPlace(place.message, was, is) : entryPlace(entry, place.message, is);
  if (at === null) return null;
  return at === place.message ? place : { ...place, message: at };
}

function entryPlace(looked: Shown, place: number, { entries }: Parts): number {
  if (entries[place] === looked) return place;
  const at = entries.findIndex((entry) => isSameEntry(entry, looked));
  return at === -1 ? place : at;
}

function deliveryPlace(place: number, was: Parts, is: Parts): number | null {
  const looked = was.deliveries[place - was.entries.length];
  if (looked === undefined) return place;
  const among = is.deliveries.findIndex(({ id }) => id === looked.id);
  if (among !== -1) return is.entries.length + among;
  const said = is.entries.findLastIndex((entry) => {
    const message = isEntry(entry) ? messageOf(entry) : null;
    return message?.from === 'you' && sameWords(message.content, looked.text);
  });
  return said === -1 ? null : said;
}

export function isSameEntry(a: Shown, b: Shown): boolean {
  if (!isEntry(a) || !isEntry(b)) return a === b;
  return comparePlaces(a, b) === 0 && a.kind === b.kind && messageOf(a)?.from === messageOf(b)?.from;
}
