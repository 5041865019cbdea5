import { hasSameContent, textOf, textParts } from './message.ts';
import { plainTextOf } from './message-text.ts';
import { mergeLines, retractedText } from './retracted-text.ts';
import { continuesConversation, sharesMessage } from './same-conversation.ts';
import {
  type ConversationBreak,
  type ConversationEntry,
  compareEntries,
  entriesOfRun,
  lastRun,
  type RetractedMessage,
  type StoredConversation,
  type StoredMessage,
} from './stored-conversation.ts';

/**
 * Merges two stored conversations of one task, from two taskdecks or two runs: `current` continues `stored` where they
 * share a conversation. Of two versions of a message the later one wins, and the lines that only the other had become
 * retracted. Merging twice changes nothing; unchanged entries keep their identity.
 */
export function mergeConversations(
  stored: StoredConversation,
  current: StoredConversation,
): StoredConversation {
  if (stored.entries.length === 0 || current === stored) return current;
  let merged = stored;
  let from = stored.entries[0]?.run ?? 0;
  for (let run = current.entries[0]?.run ?? 0; run <= lastRun(current); run++) {
    const entries = entriesOfRun(current, run);
    if (entries.length === 0) continue;
    const matchingRun = findMatchingRun(merged, entries, from);
    const targetRun = matchingRun ?? lastRun(merged) + 1;
    from = targetRun;
    merged = mergeEntries(merged, targetRun, matchingRun === null ? withRestart(entries) : entries);
  }
  const isCurrent =
    merged.entries.length === current.entries.length &&
    merged.entries.every((entry, index) => entry === current.entries[index]);
  return isCurrent ? current : merged;
}

/** The last run from `from` on to which these entries belong; null when there is none. */
function findMatchingRun(
  conversation: StoredConversation,
  entries: readonly ConversationEntry[],
  from: number,
): number | null {
  const received = messagesIn(entries).map(({ id, message }) => ({ id, message }));
  for (const rule of [sharesMessage, continuesConversation]) {
    for (let run = lastRun(conversation); run >= from; run--) {
      const known = messagesIn(entriesOfRun(conversation, run));
      if (known.length > 0 && rule(known, received)) return run;
    }
  }
  return null;
}

const messagesIn = (entries: readonly ConversationEntry[]): readonly StoredMessage[] =>
  entries.filter((entry) => entry.kind === 'message');

/** A run after another one starts with a restart entry. */
function withRestart(entries: readonly ConversationEntry[]): readonly ConversationEntry[] {
  const [first] = entries;
  if (first === undefined || first.kind === 'restart') return entries;
  const at = messagesIn(entries)[0]?.message.at ?? 0;
  return [{ kind: 'restart', run: first.run, id: -1, at } satisfies ConversationBreak, ...entries];
}

/** Merges entries into the run `run` of a conversation. */
export function mergeEntries(
  conversation: StoredConversation,
  run: number,
  entries: readonly ConversationEntry[],
): StoredConversation {
  const byKey = new Map(conversation.entries.map((entry) => [entryKey(entry), entry]));
  const put = (entry: ConversationEntry): void => void byKey.set(entryKey(entry), entry);
  const get = (key: string): ConversationEntry | undefined => byKey.get(key);
  const known = entriesOfRun(conversation, run);
  const isKnown = known.length > 0;
  for (const entry of entries) {
    const incoming = entry.run === run ? entry : { ...entry, run };
    const existing = get(entryKey(incoming));
    // Our restart entry marks the start of the run only when nothing of the run is stored.
    if (existing === undefined && incoming.kind === 'restart' && isKnown) continue;
    if (existing === undefined || incoming.kind === 'restart' || incoming.kind === 'gap') put(incoming);
    else if (incoming.kind === 'retracted' && existing.kind === 'retracted')
      put(mergeRetracted(existing, incoming));
    else if (incoming.kind === 'message' && existing.kind === 'message') {
      const [older, newer] = isNewer(existing, incoming) ? [incoming, existing] : [existing, incoming];
      put(isSameMessage(existing, incoming) ? (entry.run === run ? incoming : existing) : newer);
      const removed = withRemovedText(
        get(entryKey({ ...newer, kind: 'retracted', message: older.message })),
        older,
        newer,
      );
      if (removed !== null) put(removed);
    }
  }
  const all = [...byKey.values()].sort(compareEntries);
  return { entries: all.filter((entry, index) => !isClosedGap(entry, all, index)) };
}

const entryKey = (entry: ConversationEntry): string =>
  `${entry.run} ${entry.id} ${entry.kind}${entry.kind === 'retracted' ? ` ${entry.message.role}` : ''}`;

/** Times only increase; at equal times the longer text is newer, since messages grow. */
const isNewer = ({ message: a }: StoredMessage, { message: b }: StoredMessage): boolean =>
  a.at > b.at || (a.at === b.at && plainTextOf(a).length > plainTextOf(b).length);

const isSameMessage = ({ message: a }: StoredMessage, { message: b }: StoredMessage): boolean =>
  a.at === b.at && hasSameContent(a, b);

function mergeRetracted(one: RetractedMessage, other: RetractedMessage): RetractedMessage {
  const [text, otherText] = [textOf(one.message), textOf(other.message)];
  const merged = mergeLines(text, otherText);
  if (merged === otherText) return other.run === one.run ? other : one;
  return merged === text ? one : { ...one, message: { ...one.message, parts: textParts(merged) } };
}

/** The retracted lines: those of the older version that the newer one lacks. */
function withRemovedText(
  retracted: ConversationEntry | undefined,
  older: StoredMessage,
  newer: StoredMessage,
): RetractedMessage | null {
  const before = retracted?.kind === 'retracted' ? textOf(retracted.message) : '';
  const after = older.message.role === newer.message.role ? textOf(newer.message) : '';
  const text = retractedText(before, textOf(older.message), after);
  if (text === before || text === '') return null;
  const { run, id } = newer;
  return { kind: 'retracted', run, id, message: { ...older.message, parts: textParts(text) } };
}

/** Whether the message before the gap is stored now. */
function isClosedGap(entry: ConversationEntry, all: readonly ConversationEntry[], index: number): boolean {
  if (entry.kind !== 'gap') return false;
  const before = all.slice(0, index).findLast(({ kind }) => kind === 'message' || kind === 'retracted');
  return before !== undefined && before.run === entry.run && before.id === entry.id - 1;
}
