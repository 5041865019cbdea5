import type { Message } from '../domain/message.ts';
import { plainTextOf } from '../domain/message-text.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import { sharedPrefixLength } from '../domain/shared-prefix.ts';
import { type ConversationEntry, comparePositions, messageOf } from '../domain/stored-conversation.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { endOfDay } from '../domain/text/time-of-day.ts';
import { memoize } from './memoize.ts';
import { firstUnreadIndex, type MergedTranscript } from './merged-transcript.ts';

/** A line before the first message of a later day. */
interface DaySeparator {
  readonly kind: 'day';
  /** The end of the day in the local time zone, Unix ms. */
  readonly end: number;
  /** A time on that day, Unix ms. */
  readonly at: number;
}

/**
 * The separator before an entry of a later day than the last one, which ends at `dayEnd`; null when none is due. Unknown
 * times and times before the current day have none, so that no day appears twice.
 */
function separatorBefore(entry: ConversationEntry, dayEnd: number): DaySeparator | null {
  const at = timeOf(entry);
  return isPlausibleTime(at) && at >= dayEnd ? separatorOf(endOfDay(at), at) : null;
}

/** The end of the last day after an entry, Unix ms; `dayEnd` before it, NaN for none. */
function endOfLastDay(entry: ConversationEntry, dayEnd: number): number {
  const at = timeOf(entry);
  return isPlausibleTime(at) && !(at < dayEnd) ? endOfDay(at) : dayEnd;
}

const timeOf = (entry: ConversationEntry): number =>
  entry.kind === 'restart' || entry.kind === 'gap' ? entry.at : (messageOf(entry)?.at ?? Number.NaN);

/** By end of day. The same object for the same day, since caches use it as a key. */
const separators = new Map<number, DaySeparator>();
const MAX_SEPARATORS = 1_000;

function separatorOf(end: number, at: number): DaySeparator {
  const known = separators.get(end);
  if (known !== undefined) return known;
  if (separators.size >= MAX_SEPARATORS) separators.clear();
  const separator: DaySeparator = { kind: 'day', end, at };
  separators.set(end, separator);
  return separator;
}

/** An entry of the visible transcript; `new` is the line before the first unread one. */
export type TranscriptItem = ConversationEntry | 'new' | DaySeparator;

/** False for separator lines. */
export const isEntry = (item: TranscriptItem): item is ConversationEntry =>
  item !== 'new' && item.kind !== 'day';

export function isSameEntry(a: TranscriptItem, b: TranscriptItem): boolean {
  if (!isEntry(a) || !isEntry(b)) return a === b;
  return comparePositions(a, b) === 0 && a.kind === b.kind && messageOf(a)?.role === messageOf(b)?.role;
}

/** The items of a conversation, with the state after each of them, from which the list can be continued. */
interface ItemList {
  readonly entries: readonly ConversationEntry[];
  readonly firstUnread: number;
  readonly items: readonly TranscriptItem[];
  /** After each item: the end of the last day, Unix ms; NaN while no time is known. */
  readonly dayEnds: readonly number[];
  /** Whether the `new` line waits for the next visible entry. */
  readonly isUnreadLineDue: boolean;
}

/** By the first entry of the conversation. */
const lastLists = new WeakMap<ConversationEntry, ItemList>();

/**
 * The items of the visible transcript, in order. Leaves out messages without visible text. Continues the list before it
 * of the same conversation from the first change on.
 */
export const transcriptItems = memoize((transcript: MergedTranscript): readonly TranscriptItem[] => {
  const { entries } = transcript.conversation;
  const [first] = entries;
  if (first === undefined) return [];
  const before = lastLists.get(first) ?? { ...EMPTY_LIST, firstUnread: firstUnreadIndex(transcript) };
  const list = continueList(before, entries, firstUnreadIndex(transcript));
  lastLists.set(first, list);
  return list.items;
});

const EMPTY_LIST: ItemList = { entries: [], firstUnread: -1, items: [], dayEnds: [], isUnreadLineDue: false };

function continueList(
  before: ItemList,
  entries: readonly ConversationEntry[],
  firstUnread: number,
): ItemList {
  const shared = sharedCount(before, entries, firstUnread);
  if (shared === entries.length && shared === before.entries.length && firstUnread === before.firstUnread)
    return before;
  const count = itemCountOf(before, shared);
  const items = before.items.slice(0, count);
  const dayEnds = before.dayEnds.slice(0, count);
  let isUnreadLineDue =
    firstUnread !== -1 &&
    firstUnread < shared &&
    (before.isUnreadLineDue || before.items.indexOf('new', count) !== -1);
  let dayEnd = dayEnds.at(-1) ?? Number.NaN;
  const add = (item: TranscriptItem): void => {
    items.push(item);
    dayEnds.push(dayEnd);
  };
  for (let index = shared; index < entries.length; index++) {
    const entry = entries[index];
    if (index === firstUnread) isUnreadLineDue = items.length > 0;
    if (entry === undefined || !isVisible(entry)) continue;
    const separator = separatorBefore(entry, dayEnd);
    dayEnd = endOfLastDay(entry, dayEnd);
    if (separator !== null) add(separator);
    if (isUnreadLineDue) add('new');
    isUnreadLineDue = false;
    add(entry);
  }
  return { entries, firstUnread, items, dayEnds, isUnreadLineDue };
}

/** The number of first entries with the same items in both lists. */
function sharedCount(before: ItemList, entries: readonly ConversationEntry[], firstUnread: number): number {
  const shared = sharedPrefixLength(before.entries, entries);
  if (firstUnread === before.firstUnread) return shared;
  const unread = [firstUnread, before.firstUnread].filter((index) => index !== -1);
  return Math.min(shared, ...unread);
}

/** The number of items of the first `shared` entries. Separators belong to the entry after them. */
function itemCountOf({ entries, items }: ItemList, shared: number): number {
  let count = items.length;
  const skipSeparators = (): void => {
    for (let item = items[count - 1]; item !== undefined && !isEntry(item); item = items[count - 1]) count--;
  };
  for (let index = entries.length - 1; index >= shared; index--) {
    if (items[count - 1] !== entries[index]) continue;
    count--;
    skipSeparators();
  }
  return count;
}

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

/** Whether a message with this text has a block. */
export function hasVisibleText(text: string): boolean {
  // Fast path: most visible texts begin with plain ASCII.
  const head = text.slice(0, 200);
  return (/^[\n\t -~]*$/u.test(head) && /[!-~]/u.test(head)) || /\S/u.test(sanitise(text));
}
