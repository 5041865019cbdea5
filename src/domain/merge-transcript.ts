import { containsText, retractedText, withoutCutNote } from './retracted-text.ts';
import { continuesConversation, type PositionedMessage, withPositions } from './same-conversation.ts';
import {
  BEFORE_FIRST,
  type ConversationBreak,
  type ConversationEntry,
  type EntryPosition,
  entriesOfRun,
  entryIndexAt,
  lastRun,
  type RetractedMessage,
  type StoredConversation,
  type StoredMessage,
} from './stored-conversation.ts';
import { isSameMessage, type Message, type Transcript } from './transcript.ts';

/**
 * The history with what the server says now. Nothing that was seen is lost: what the server leaves out stays, what it
 * takes back stays as retracted, a conversation that begins anew follows the old one behind a mark, and so does what
 * comes after messages that were never seen. The same history when nothing is new in it; entries that did not change
 * are the same objects.
 * @param previous the transcript that this history took last, so that only what changed since is worked through
 */
export function mergeTranscript(
  conversation: StoredConversation,
  transcript: Transcript,
  previous: Transcript | null = null,
): StoredConversation {
  if (transcript === previous || transcript.messages.length === 0) return conversation;
  const { snapshot } = transcript;
  const received = withPositions(transcript.messages);
  const run = lastRun(conversation);
  const first = firstChangedIndex(previous, transcript);
  // After a message that is as it was, it is the same conversation.
  if (first === 0 && !continuesConversation(messagesIn(entriesOfRun(conversation, run)), received))
    return startNewRun(conversation, received, snapshot);
  const previousId = received[first - 1]?.id ?? null;
  const start = entryIndexAt(conversation, { run, id: previousId === null ? BEFORE_FIRST : previousId + 1 });
  const oldEntries = conversation.entries.slice(start);
  const newEntries = mergeRun(oldEntries, { run, received: received.slice(first), snapshot, previousId });
  const isSame =
    newEntries.length === oldEntries.length &&
    newEntries.every((entry, index) => entry === oldEntries[index]);
  return isSame ? conversation : { entries: [...conversation.entries.slice(0, start), ...newEntries] };
}

/** The first message that is not as in the answer before; 0 when the answers are of different kinds. */
function firstChangedIndex(previous: Transcript | null, { messages, snapshot }: Transcript): number {
  if (previous === null || previous.snapshot !== snapshot) return 0;
  const first = messages.findIndex((message, index) => {
    const known = previous.messages[index];
    return known === undefined || !(known === message || isSameMessage(known, message));
  });
  return first === -1 ? messages.length : first;
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

/** What is known under one id. */
interface KnownEntries {
  readonly marks: readonly ConversationBreak[];
  readonly retracted: readonly RetractedMessage[];
  readonly current: StoredMessage | null;
}

const NO_ENTRIES: KnownEntries = { marks: [], retracted: [], current: null };

interface ReceivedMessages {
  readonly run: number;
  readonly received: readonly PositionedMessage[];
  readonly snapshot: boolean;
  /** The id that stands before all of these; null at the beginning of the conversation. */
  readonly previousId: number | null;
}

/** One conversation, or the end of it from a place on, with what the server says of it now. */
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
    // Only a snapshot leaves messages out: a live answer is the whole conversation.
    const marks = before.marks.filter(({ kind }) => kind === 'restart' || (snapshot && !isConsecutive));
    const isCut = snapshot && first?.id === id && before === NO_ENTRIES && !isConsecutive;
    const gap: readonly ConversationBreak[] = isCut ? [{ kind: 'gap', run, id, at: first.message.at }] : [];
    return [...marks, ...gap, ...merged.retracted, ...(merged.current === null ? [] : [merged.current])];
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
      return { ...known, marks: [...known.marks, entry] };
  }
}

/** A snapshot is the end of a conversation and says nothing of the rest; what a live answer lacks was taken back. */
function applyMissing(known: KnownEntries, snapshot: boolean): KnownEntries {
  if (snapshot || known.current === null) return known;
  const { run, id, message } = known.current;
  return {
    ...known,
    current: null,
    retracted: addRetracted(known.retracted, { run, id }, message, message.content, ''),
  };
}

/** What is known under an id, with the message that the server says stands there now. */
function applyMessage(
  known: KnownEntries,
  place: EntryPosition,
  message: Message,
  snapshot: boolean,
): KnownEntries {
  const { current, retracted } = known;
  if (current !== null && (current.message === message || isSameMessage(current.message, message)))
    return known;
  const next: StoredMessage = { kind: 'message', ...place, message };
  if (current === null)
    return {
      ...known,
      current: next,
      retracted: addRetracted(retracted, place, message, '', message.content),
    };
  const { from, content } = current.message;
  if (from !== message.from)
    return {
      ...known,
      current: next,
      retracted: addRetracted(retracted, place, current.message, content, ''),
    };
  // It is a few seconds older than the pause, and what is long is cut in it.
  if (snapshot && containsText(content, withoutCutNote(message.content))) return known;
  const whole = withoutCutNote(content);
  const isWhole = whole !== content && containsText(message.content, whole);
  return {
    ...known,
    current: next,
    retracted: addRetracted(retracted, place, current.message, isWhole ? '' : content, message.content),
  };
}

/** What was retracted, with what a speaker's message lost when it changed from `before` to `after`. */
function addRetracted(
  all: readonly RetractedMessage[],
  place: EntryPosition,
  message: Message,
  before: string,
  after: string,
): readonly RetractedMessage[] {
  const existing = all.find((entry) => entry.message.from === message.from);
  const content = retractedText(existing?.message.content ?? '', before, after);
  if (content === (existing?.message.content ?? '')) return all;
  const others = all.filter((entry) => entry !== existing);
  if (content === '') return others;
  const entry: RetractedMessage = {
    kind: 'retracted',
    ...place,
    message: { ...message, id: place.id, content },
  };
  return [...others, entry].sort((a, b) => (a.message.from < b.message.from ? 1 : -1));
}
