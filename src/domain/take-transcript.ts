import {
  BEFORE_ALL,
  type Entry,
  entriesOfRun,
  entryAt,
  type History,
  lastRun,
  type Mark,
  type Place,
  type Retracted,
  type Said,
} from './history.ts';
import { holds, takenBack, withoutRemark } from './lost-text.ts';
import { goesOn, type Placed, placed } from './same-conversation.ts';
import { type Message, sameMessage, type Transcript } from './transcript.ts';

/**
 * The history with what the server says now. Nothing that was seen is lost: what the server leaves out stays, what it
 * takes back stays as retracted, a conversation that begins anew follows the old one behind a mark, and so does what
 * comes after messages that were never seen. The same history when nothing is new in it; entries that did not change
 * are the same objects.
 * @param before the transcript that this history took last, so that only what changed since is worked through
 */
export function takeTranscriptInto(
  history: History,
  transcript: Transcript,
  before: Transcript | null = null,
): History {
  if (transcript === before || transcript.messages.length === 0) return history;
  const { snapshot } = transcript;
  const told = placed(transcript.messages);
  const run = lastRun(history);
  const first = firstChange(before, transcript);
  // After a message that is as it was, it is the same conversation.
  if (first === 0 && !goesOn(saidIn(entriesOfRun(history, run)), told))
    return beginAnew(history, told, snapshot);
  const follows = told[first - 1]?.id ?? null;
  const start = entryAt(history, { run, id: follows === null ? BEFORE_ALL : follows + 1 });
  const old = history.entries.slice(start);
  const now = mergeRun(old, { run, told: told.slice(first), snapshot, follows });
  const isSame = now.length === old.length && now.every((entry, index) => entry === old[index]);
  return isSame ? history : { entries: [...history.entries.slice(0, start), ...now] };
}

/** The first message that is not as in the answer before; 0 when the answers are of different kinds. */
function firstChange(before: Transcript | null, { messages, snapshot }: Transcript): number {
  if (before === null || before.snapshot !== snapshot) return 0;
  const first = messages.findIndex((message, index) => {
    const known = before.messages[index];
    return known === undefined || !(known === message || sameMessage(known, message));
  });
  return first === -1 ? messages.length : first;
}

const saidIn = (entries: readonly Entry[]): readonly Said[] =>
  entries.filter((entry) => entry.kind === 'said');

function beginAnew(history: History, told: readonly Placed[], snapshot: boolean): History {
  const run = lastRun(history) + 1;
  const restart: Mark = { kind: 'restart', run, id: BEFORE_ALL, at: told[0]?.message.at ?? 0 };
  return { entries: [...history.entries, ...mergeRun([restart], { run, told, snapshot, follows: null })] };
}

/** What is known under one id. */
interface Known {
  readonly marks: readonly Mark[];
  readonly retracted: readonly Retracted[];
  readonly said: Said | null;
}

const UNKNOWN: Known = { marks: [], retracted: [], said: null };

interface Told {
  readonly run: number;
  readonly told: readonly Placed[];
  readonly snapshot: boolean;
  /** The id that stands before all of these; null at the beginning of the conversation. */
  readonly follows: number | null;
}

/** One conversation, or the end of it from a place on, with what the server says of it now. */
function mergeRun(entries: readonly Entry[], { run, told, snapshot, follows }: Told): readonly Entry[] {
  const known = knownById(entries);
  const messages = new Map(told.map(({ id, message }) => [id, message]));
  const ids = [...new Set([...known.keys(), ...messages.keys()])].sort((a, b) => a - b);
  const first = follows === null ? told[0] : undefined;
  return ids.flatMap((id, index): readonly Entry[] => {
    const was = known.get(id) ?? UNKNOWN;
    const message = messages.get(id);
    const is = message === undefined ? leftOut(was, snapshot) : take(was, { run, id }, message, snapshot);
    const isJoined = (ids[index - 1] ?? follows ?? BEFORE_ALL) >= id - 1;
    // Only a snapshot leaves messages out: a live answer is the whole conversation.
    const marks = was.marks.filter(({ kind }) => kind === 'restart' || (snapshot && !isJoined));
    const isCut = snapshot && first?.id === id && was === UNKNOWN && !isJoined;
    const gap: readonly Mark[] = isCut ? [{ kind: 'gap', run, id, at: first.message.at }] : [];
    return [...marks, ...gap, ...is.retracted, ...(is.said === null ? [] : [is.said])];
  });
}

function knownById(entries: readonly Entry[]): ReadonlyMap<number, Known> {
  const known = new Map<number, Known>();
  for (const entry of entries) {
    const before = known.get(entry.id) ?? UNKNOWN;
    known.set(entry.id, withKnown(before, entry));
  }
  return known;
}

function withKnown(known: Known, entry: Entry): Known {
  switch (entry.kind) {
    case 'said':
      return { ...known, said: entry };
    case 'retracted':
      return { ...known, retracted: [...known.retracted, entry] };
    default:
      return { ...known, marks: [...known.marks, entry] };
  }
}

/** A snapshot is the end of a conversation and says nothing of the rest; what a live answer lacks was taken back. */
function leftOut(was: Known, snapshot: boolean): Known {
  if (snapshot || was.said === null) return was;
  const { run, id, message } = was.said;
  return {
    ...was,
    said: null,
    retracted: withRetracted(was.retracted, { run, id }, message, message.content, ''),
  };
}

/** What is known under an id, with the message that the server says stands there now. */
function take(was: Known, place: Place, message: Message, snapshot: boolean): Known {
  const { said, retracted } = was;
  if (said !== null && (said.message === message || sameMessage(said.message, message))) return was;
  const now: Said = { kind: 'said', ...place, message };
  if (said === null)
    return { ...was, said: now, retracted: withRetracted(retracted, place, message, '', message.content) };
  const { from, content } = said.message;
  if (from !== message.from)
    return { ...was, said: now, retracted: withRetracted(retracted, place, said.message, content, '') };
  // It is a few seconds older than the pause, and what is long is cut in it.
  if (snapshot && holds(content, withoutRemark(message.content))) return was;
  const whole = withoutRemark(content);
  const isWhole = whole !== content && holds(message.content, whole);
  return {
    ...was,
    said: now,
    retracted: withRetracted(retracted, place, said.message, isWhole ? '' : content, message.content),
  };
}

/** What was retracted, with what a speaker's message lost when it changed from `before` to `after`. */
function withRetracted(
  all: readonly Retracted[],
  place: Place,
  message: Message,
  before: string,
  after: string,
): readonly Retracted[] {
  const kept = all.find((entry) => entry.message.from === message.from);
  const content = takenBack(kept?.message.content ?? '', before, after);
  if (content === (kept?.message.content ?? '')) return all;
  const others = all.filter((entry) => entry !== kept);
  if (content === '') return others;
  const entry: Retracted = { kind: 'retracted', ...place, message: { ...message, id: place.id, content } };
  return [...others, entry].sort((a, b) => (a.message.from < b.message.from ? 1 : -1));
}
