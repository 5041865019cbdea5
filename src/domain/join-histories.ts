import {
  compareEntries,
  type Entry,
  entriesOfRun,
  type History,
  lastRun,
  type Mark,
  type Retracted,
  type Said,
} from './history.ts';
import { bothTexts, takenBack } from './lost-text.ts';
import { areAlike, goesOn } from './same-conversation.ts';

/**
 * Two histories of one task, of two taskdecks or of two runs of one, as one: `ours` goes on from `kept` where they tell
 * of the same conversation, and of a message that differs the later one stands, with what the other had as retracted.
 * Joining the same again changes nothing; entries that did not change are the same objects.
 */
export function joinHistories(kept: History, ours: History): History {
  if (kept.entries.length === 0 || ours === kept) return ours;
  let joined = kept;
  let from = kept.entries[0]?.run ?? 0;
  for (let run = ours.entries[0]?.run ?? 0; run <= lastRun(ours); run++) {
    const entries = entriesOfRun(ours, run);
    if (entries.length === 0) continue;
    const same = runLike(joined, entries, from);
    const as = same ?? lastRun(joined) + 1;
    from = as;
    joined = withRun(joined, as, same === null ? begun(entries) : entries);
  }
  const isOurs =
    joined.entries.length === ours.entries.length &&
    joined.entries.every((entry, index) => entry === ours.entries[index]);
  return isOurs ? ours : joined;
}

/** The last conversation from `from` on that these entries are of; null when it is none of them. */
function runLike(history: History, entries: readonly Entry[], from: number): number | null {
  const told = saidIn(entries).map(({ id, message }) => ({ id, message }));
  for (const rule of [areAlike, goesOn]) {
    for (let run = lastRun(history); run >= from; run--) {
      const known = saidIn(entriesOfRun(history, run));
      if (known.length > 0 && rule(known, told)) return run;
    }
  }
  return null;
}

const saidIn = (entries: readonly Entry[]): readonly Said[] =>
  entries.filter((entry) => entry.kind === 'said');

/** A conversation that follows others begins with a mark. */
function begun(entries: readonly Entry[]): readonly Entry[] {
  const [first] = entries;
  if (first === undefined || first.kind === 'restart') return entries;
  const at = saidIn(entries)[0]?.message.at ?? 0;
  return [{ kind: 'restart', run: first.run, id: -1, at } satisfies Mark, ...entries];
}

/** The same for entries that are known to be of the conversation `run` of `history`. */
export function withRun(history: History, run: number, entries: readonly Entry[]): History {
  const byKey = new Map(history.entries.map((entry) => [keyOf(entry), entry]));
  const put = (entry: Entry): void => void byKey.set(keyOf(entry), entry);
  const get = (key: string): Entry | undefined => byKey.get(key);
  const known = entriesOfRun(history, run);
  const isKnown = known.length > 0;
  for (const entry of entries) {
    const ours = entry.run === run ? entry : { ...entry, run };
    const theirs = get(keyOf(ours));
    // The mark at the beginning of what we saw is the beginning of it all only where nothing else is known.
    if (theirs === undefined && ours.kind === 'restart' && isKnown) continue;
    if (theirs === undefined || ours.kind === 'restart' || ours.kind === 'gap') put(ours);
    else if (ours.kind === 'retracted' && theirs.kind === 'retracted') put(bothRetracted(theirs, ours));
    else if (ours.kind === 'said' && theirs.kind === 'said') {
      const [older, newer] = isLater(theirs, ours) ? [ours, theirs] : [theirs, ours];
      put(sameSaid(theirs, ours) ? (entry.run === run ? ours : theirs) : newer);
      const gone = withGone(
        get(keyOf({ ...newer, kind: 'retracted', message: older.message })),
        older,
        newer,
      );
      if (gone !== null) put(gone);
    }
  }
  const all = [...byKey.values()].sort(compareEntries);
  return { entries: all.filter((entry, index) => !isFilled(entry, all, index)) };
}

const keyOf = (entry: Entry): string =>
  `${entry.run} ${entry.id} ${entry.kind}${entry.kind === 'retracted' ? ` ${entry.message.from}` : ''}`;

/** Times only go up; at one time a message grows. */
const isLater = ({ message: a }: Said, { message: b }: Said): boolean =>
  a.at > b.at || (a.at === b.at && a.content.length > b.content.length);

const sameSaid = ({ message: a }: Said, { message: b }: Said): boolean =>
  a.from === b.from && a.at === b.at && a.content === b.content;

function bothRetracted(one: Retracted, other: Retracted): Retracted {
  const content = bothTexts(one.message.content, other.message.content);
  if (content === other.message.content) return other.run === one.run ? other : one;
  return content === one.message.content ? one : { ...one, message: { ...one.message, content } };
}

/** What the older of two forms of a message had and the newer has not. */
function withGone(kept: Entry | undefined, older: Said, newer: Said): Retracted | null {
  const before = kept?.kind === 'retracted' ? kept.message.content : '';
  const after = older.message.from === newer.message.from ? newer.message.content : '';
  const content = takenBack(before, older.message.content, after);
  if (content === before || content === '') return null;
  const { run, id } = newer;
  return { kind: 'retracted', run, id, message: { ...older.message, content } };
}

/** A gap before a message that now follows the one before it is none. */
function isFilled(entry: Entry, all: readonly Entry[], index: number): boolean {
  if (entry.kind !== 'gap') return false;
  const before = all.slice(0, index).findLast(({ kind }) => kind === 'said' || kind === 'retracted');
  return before !== undefined && before.run === entry.run && before.id === entry.id - 1;
}
