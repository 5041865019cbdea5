import type { Message } from './transcript.ts';

/**
 * Where something stands in a history. The server's ids are positions in one conversation and begin at 0 again when a
 * resume lost it, so conversations are counted too.
 */
export interface Place {
  readonly run: number;
  readonly id: number;
}

/** A message, as it was seen last. */
export interface Said extends Place {
  readonly kind: 'said';
  readonly message: Message;
}

/** What was seen of a message and no longer stands there: the message it was, with the lines that are gone. */
export interface Retracted extends Place {
  readonly kind: 'retracted';
  readonly message: Message;
}

/** The conversation began anew, or messages before this place were never seen. */
export interface Mark extends Place {
  readonly kind: 'restart' | 'gap';
  /** When the first message after it was written, Unix ms. */
  readonly at: number;
}

export type Entry = Said | Retracted | Mark;

/** All that was seen of a task's conversation, in order. */
export interface History {
  readonly entries: readonly Entry[];
}

export const NOTHING_SEEN: History = { entries: [] };

/** The place of the mark before a conversation. */
export const BEFORE_ALL = -1;

const RANKS: Readonly<Record<Entry['kind'], number>> = { restart: 0, gap: 1, retracted: 2, said: 3 };

/** Negative when `a` stands before `b`. Two entries of one place and kind differ in who spoke. */
export function compareEntries(a: Entry, b: Entry): number {
  return comparePlaces(a, b) || RANKS[a.kind] - RANKS[b.kind] || speaker(a) - speaker(b);
}

export const comparePlaces = (a: Place, b: Place): number => a.run - b.run || a.id - b.id;

const speaker = (entry: Entry): number => (messageOf(entry)?.from === 'agent' ? 1 : 0);

/** The message of an entry; null for a mark. */
export const messageOf = (entry: Entry): Message | null =>
  entry.kind === 'said' || entry.kind === 'retracted' ? entry.message : null;

/** The first entry that stands at this place or after it; the number of entries when there is none. */
export function entryAt({ entries }: History, place: Place): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && comparePlaces(entry, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of the conversation that is the last one; 0 when nothing was seen. */
export const lastRun = ({ entries }: History): number => entries.at(-1)?.run ?? 0;

/** The entries of one conversation. */
export const entriesOfRun = (history: History, run: number): readonly Entry[] =>
  history.entries.slice(
    entryAt(history, { run, id: BEFORE_ALL }),
    entryAt(history, { run: run + 1, id: BEFORE_ALL }),
  );
