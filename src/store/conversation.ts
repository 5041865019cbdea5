import {
  comparePlaces,
  type Entry,
  type History,
  messageOf,
  NOTHING_SEEN,
  type Place,
} from '../domain/history.ts';
import { joinHistories } from '../domain/join-histories.ts';
import { takeTranscriptInto } from '../domain/take-transcript.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import type { Message, Transcript } from '../domain/transcript.ts';
import { remember } from './remember.ts';
import type { State } from './state.ts';
import type { Anchor } from './view.ts';

/** All that was seen of a task's conversation, and how far it was read. The outbox never decides by it. */
export interface Conversation {
  readonly history: History;
  /** Whether this machine keeps more of it, before the first entry; `asked`: it is being read. */
  readonly older: 'none' | 'some' | 'asked';
  /** What had been read when the task was last left; null when it was never looked at. */
  readonly read: ReadMark | null;
  /** The last entry there was when the reader scrolled up; null while the end is followed. */
  readonly held: Entry | null;
  /** The server has answered since the reader came to it: what it says more from now on comes before their eyes. */
  readonly watched: boolean;
}

/** Up to where a conversation was read: of the message at this place so many characters. */
export interface ReadMark extends Place {
  readonly length: number;
}

/** What is shown of a conversation: what was seen, and a line before what is new. */
export type Shown = Entry | 'new';

export const NO_CONVERSATION: Conversation = {
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
    ? [...before, 'new', ...after]
    : [...before, ...after];
});

const showing = new WeakMap<Message, boolean>();

function isShown(entry: Entry): boolean {
  const message = messageOf(entry);
  if (message === null) return true;
  const known = showing.get(message);
  if (known !== undefined) return known;
  // Most of what shows anything does so at its beginning, and plainly.
  const { content } = message;
  const head = content.slice(0, 200);
  const isSeen = (/^[\n\t -~]*$/u.test(head) && /[!-~]/u.test(head)) || /\S/u.test(sanitise(content));
  showing.set(message, isSeen);
  return isSeen;
}

/** Changes a conversation; who has scrolled up, points at a message or has found something keeps the message that it was. */
function withConversation(state: State, taskId: string, now: Conversation): State {
  const conversations = new Map(state.conversations).set(taskId, now);
  const { scroll, pointed, search } = state.view;
  const anchor = scroll.get(taskId);
  const hit = search?.taskId === taskId ? search.hit : null;
  const isPointed = pointed?.taskId === taskId;
  if (anchor === undefined && !isPointed && hit === null) return { ...state, conversations };
  const before = shownEntries(conversationOf(state, taskId));
  const after = shownEntries(now);
  const moved = <Place extends { readonly message: number }>(place: Place): Place =>
    movedPlace(place, before, after);
  const view = { ...state.view };
  if (anchor !== undefined && moved(anchor) !== anchor)
    view.scroll = new Map(scroll).set(taskId, moved(anchor));
  if (isPointed) view.pointed = moved(pointed);
  if (search !== null && hit !== null && moved(hit) !== hit) view.search = { ...search, hit: moved(hit) };
  return { ...state, conversations, view };
}

function movedPlace<Place extends { readonly message: number }>(
  place: Place,
  before: readonly Shown[],
  after: readonly Shown[],
): Place {
  const looked = before[place.message];
  if (looked === undefined || after[place.message] === looked) return place;
  const message = after.findIndex((entry) => isSameEntry(entry, looked));
  return message === -1 || message === place.message ? place : { ...place, message };
}

export function isSameEntry(a: Shown, b: Shown): boolean {
  if (a === 'new' || b === 'new') return a === b;
  return comparePlaces(a, b) === 0 && a.kind === b.kind && messageOf(a)?.from === messageOf(b)?.from;
}
