import { isSameMessage, type Message, textOf, textParts } from './message.ts';
import { containsText, retractedText, withoutCutNote } from './retracted-text.ts';
import { continuesConversation, type PositionedMessage, withPositions } from './same-conversation.ts';
import { sharedPrefixLength } from './shared-prefix.ts';
import {
  BEFORE_FIRST,
  type ConversationBreak,
  type ConversationEntry,
  compareEntries,
  type EntryPosition,
  entriesOfRun,
  entryIndexAt,
  lastRun,
  type RetractedMessage,
  type StoredConversation,
  type StoredMessage,
} from './stored-conversation.ts';
import type { Transcript } from './transcript.ts';

/**
 * Merges a transcript into the stored conversation without losing anything: messages missing from the transcript stay,
 * retracted text stays as retracted, and a restarted conversation follows the old one after a `restart`. Unseen
 * messages leave a `gap`. Returns the same conversation when nothing is new; unchanged entries keep their identity.
 * @param previous the transcript merged last, to process only the changes since then
 */
export function mergeTranscript(
  conversation: StoredConversation,
  transcript: Transcript,
  previous: Transcript | null = null,
): StoredConversation {
  if (transcript === previous || transcript.messages.length === 0) return conversation;
  const { snapshot } = transcript;
  const run = lastRun(conversation);
  const first = firstChangedIndex(previous, transcript);
  const [before, received] = positionsFrom(transcript.messages, first, previous?.messages);
  // An unchanged message proves that the conversation continues.
  if (first === 0 && !continuesConversation(messagesIn(entriesOfRun(conversation, run)), received))
    return startNewRun(conversation, received, snapshot);
  const previousId = before?.id ?? null;
  const start = entryIndexAt(conversation, { run, id: previousId === null ? BEFORE_FIRST : previousId + 1 });
  const oldEntries = conversation.entries.slice(start);
  const newEntries = mergeRun(oldEntries, { run, received, snapshot, previousId });
  const isSame =
    newEntries.length === oldEntries.length &&
    newEntries.every((entry, index) => entry === oldEntries[index]);
  return isSame ? conversation : { entries: conversation.entries.slice(0, start).concat(newEntries) };
}

/** The message before index `first`, null for none, and those from there on. */
function positionsFrom(
  messages: readonly Message[],
  first: number,
  previous: readonly Message[] | undefined,
): readonly [before: PositionedMessage | null, received: readonly PositionedMessage[]] {
  if (first === 0) return [null, withPositions(messages)];
  const [before = null, ...received] = withPositions(messages, first - 1, previous);
  return [before, received];
}

/** The index of the first message that differs from the previous transcript; 0 when their kinds differ. */
function firstChangedIndex(previous: Transcript | null, { messages, snapshot }: Transcript): number {
  if (previous === null || previous.snapshot !== snapshot) return 0;
  const shared = sharedPrefixLength(previous.messages, messages);
  const first = messages.slice(shared).findIndex((message, index) => {
    const known = previous.messages[shared + index];
    return known === undefined || !isSameMessage(known, message);
  });
  return first === -1 ? messages.length : shared + first;
}

const messagesIn = (entries: readonly ConversationEntry[]): readonly StoredMessage[] =>
  entries.filter((entry) => entry.kind === 'message');

function startNewRun(
  conversation: StoredConversation,
  received: readonly PositionedMessage[],
  snapshot: boolean,
): StoredConversation {
  const run = lastRun(conversation) + 1;
  const restart: ConversationBreak = {
    kind: 'restart',
    run,
    id: BEFORE_FIRST,
    at: received[0]?.message.at ?? 0,
  };
  return {
    entries: [...conversation.entries, ...mergeRun([restart], { run, received, snapshot, previousId: null })],
  };
}

/** The entries with one id. */
interface KnownEntries {
  readonly breaks: readonly ConversationBreak[];
  readonly retracted: readonly RetractedMessage[];
  readonly current: StoredMessage | null;
}

const NO_ENTRIES: KnownEntries = { breaks: [], retracted: [], current: null };

interface ReceivedMessages {
  readonly run: number;
  readonly received: readonly PositionedMessage[];
  readonly snapshot: boolean;
  /** The id of the message before these; null at the start of the conversation. */
  readonly previousId: number | null;
}

/** Merges the received messages into one run, or into its end from a position on. */
function mergeRun(
  entries: readonly ConversationEntry[],
  { run, received, snapshot, previousId }: ReceivedMessages,
): readonly ConversationEntry[] {
  const known = entriesById(entries);
  const messages = new Map(received.map(({ id, message }) => [id, message]));
  const ids = [...new Set([...known.keys(), ...messages.keys()])].sort((a, b) => a - b);
  const first = previousId === null ? received[0] : undefined;
  return ids.flatMap((id, index): readonly ConversationEntry[] => {
    const before = known.get(id) ?? NO_ENTRIES;
    const message = messages.get(id);
    const merged =
      message === undefined
        ? applyMissing(before, snapshot)
        : applyMessage(before, { run, id }, message, snapshot);
    const isConsecutive = (ids[index - 1] ?? previousId ?? BEFORE_FIRST) >= id - 1;
    // Only a snapshot leaves messages out: a live transcript is complete.
    const breaks = before.breaks.filter(({ kind }) => kind === 'restart' || (snapshot && !isConsecutive));
    const isCut = snapshot && first?.id === id && before === NO_ENTRIES && !isConsecutive;
    const gap: readonly ConversationBreak[] = isCut ? [{ kind: 'gap', run, id, at: first.message.at }] : [];
    return [...breaks, ...gap, ...merged.retracted, ...(merged.current === null ? [] : [merged.current])];
  });
}

function entriesById(entries: readonly ConversationEntry[]): ReadonlyMap<number, KnownEntries> {
  const known = new Map<number, KnownEntries>();
  for (const entry of entries) {
    const before = known.get(entry.id) ?? NO_ENTRIES;
    known.set(entry.id, addEntry(before, entry));
  }
  return known;
}

function addEntry(known: KnownEntries, entry: ConversationEntry): KnownEntries {
  switch (entry.kind) {
    case 'message':
      return { ...known, current: entry };
    case 'retracted':
      return { ...known, retracted: [...known.retracted, entry] };
    default:
      return { ...known, breaks: [...known.breaks, entry] };
  }
}

/**
 * A message missing from a snapshot stays, since a snapshot holds only the end. One missing from a live transcript was
 * retracted.
 */
function applyMissing(known: KnownEntries, snapshot: boolean): KnownEntries {
  if (snapshot || known.current === null) return known;
  const { run, id, message } = known.current;
  return {
    ...known,
    current: null,
    retracted: addRetracted(known.retracted, { run, id }, message, textOf(message), ''),
  };
}

/** The entries of one id with the received message as the current one. */
function applyMessage(
  known: KnownEntries,
  position: EntryPosition,
  message: Message,
  snapshot: boolean,
): KnownEntries {
  const { current, retracted } = known;
  if (current !== null && (current.message === message || isSameMessage(current.message, message)))
    return known;
  const next: StoredMessage = { kind: 'message', ...position, message };
  if (current === null)
    return {
      ...known,
      current: next,
      retracted: addRetracted(retracted, position, message, '', textOf(message)),
    };
  const [before, after] = [textOf(current.message), textOf(message)];
  if (current.message.role !== message.role)
    return {
      ...known,
      current: next,
      retracted: addRetracted(retracted, position, current.message, before, ''),
    };
  // A snapshot is a few seconds older than the pause, and long messages are cut in it.
  if (snapshot && containsText(before, withoutCutNote(after))) return known;
  const fullText = withoutCutNote(before);
  const isFullText = fullText !== before && containsText(after, fullText);
  return {
    ...known,
    current: next,
    retracted: addRetracted(retracted, position, current.message, isFullText ? '' : before, after),
  };
}

/** Adds the lines that a sender's message lost when it changed from `before` to `after`. */
function addRetracted(
  all: readonly RetractedMessage[],
  position: EntryPosition,
  message: Message,
  before: string,
  after: string,
): readonly RetractedMessage[] {
  const existing = all.find((entry) => entry.message.role === message.role);
  const existingText = existing === undefined ? '' : textOf(existing.message);
  const text = retractedText(existingText, before, after);
  if (text === existingText) return all;
  const others = all.filter((entry) => entry !== existing);
  if (text === '') return others;
  const entry: RetractedMessage = {
    kind: 'retracted',
    ...position,
    message: { ...message, id: position.id, parts: textParts(text) },
  };
  return [...others, entry].sort(compareEntries);
}
