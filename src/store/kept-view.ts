import { entryAt, messageOf } from '../domain/history.ts';
import type { KeptPlace, KeptView } from '../domain/kept-layout.ts';
import { conversationOf, holdEnd, isEntry, shownEntries, wantOlder } from './conversation.ts';
import { readingWidth } from './detail-layout.ts';
import { withEntry, withoutEntries } from './map.ts';
import type { Conversation, State } from './state.ts';
import { transcriptView, withMessageRead } from './transcript-view.ts';
import type { Anchor, View } from './view.ts';

/** What of the view is kept from one run to the next. */
export const keptViewOf = ({ pane, zoomed, filter, needing }: View): KeptView => ({
  pane,
  zoomed,
  filter,
  needing: needing !== null,
});

/** How the screen was left, unless the user has done something about it already. */
export function asItWasLeft(view: View, kept: KeptView | undefined): Partial<View> {
  const isNew = view.focus === 'list' && !view.zoomed && view.filter === '' && view.needing === null;
  if (kept === undefined || !isNew) return {};
  return {
    pane: kept.pane,
    focus: kept.pane,
    zoomed: kept.zoomed && kept.pane === 'transcript',
    filter: kept.filter,
    // Which they are is known with the list.
    needing: kept.needing ? [] : null,
  };
}

/** So many tasks are gone back into the middle of. */
const MOST_PLACES = 200;

/** A place is the same for as long as its anchor is. */
const known = new WeakMap<Anchor, KeptPlace>();

/** Where conversations are scrolled to, by task id, and where they were that nobody has come back to yet. */
export function keptPlacesOf(state: State): ReadonlyMap<string, KeptPlace> {
  const { scroll, returning } = state.view;
  const places = new Map(returning);
  for (const [taskId, anchor] of scroll) {
    const place = placeOf(state, taskId, anchor);
    if (place !== null) places.set(taskId, place);
  }
  return places.size <= MOST_PLACES ? places : new Map([...places].slice(-MOST_PLACES));
}

/** Null for what only stands there for a while: a message on its way. */
function placeOf(state: State, taskId: string, anchor: Anchor): KeptPlace | null {
  const found = known.get(anchor);
  if (found !== undefined) return found;
  const shown = shownEntries(conversationOf(state, taskId));
  const looked = shown[anchor.message];
  // What is new has been read by then, and the line of a day follows from its messages.
  const entry = shown.slice(anchor.message).find(isEntry);
  if (entry === undefined) return null;
  const { lines = [] } = transcriptView(state, taskId, readingWidth(state)).blocks[anchor.message] ?? {};
  const place: KeptPlace = {
    run: entry.run,
    id: entry.id,
    from: messageOf(entry)?.from ?? null,
    offset: looked !== entry ? 0 : offsetAt(lines, anchor.line),
  };
  known.set(anchor, place);
  return place;
}

/**
 * Takes the window of the selected task back to where it was in the last run, as soon as that is there again: the message, and
 * the reader of markdown, without which its lines would be others.
 */
export function goBack(before: State, state: State): State {
  const { selected, returning, reading } = state.view;
  const place = selected === null ? undefined : returning.get(selected);
  if (selected === null || place === undefined) return state;
  const isSame =
    before.view.selected === selected &&
    before.view.returning === returning &&
    before.conversations === state.conversations &&
    before.markdown === state.markdown;
  if (isSame || (state.markdown === null && !reading.raw)) return state;
  const conversation = conversationOf(state, selected);
  const message = messageAt(conversation, place);
  if (message === -1) {
    const isBefore = entryAt(conversation.history, place) === 0;
    return isBefore ? wantOlder(state, selected, BEGINNING) : state;
  }
  const view = withMessageRead(state, transcriptView(state, selected, readingWidth(state)), message);
  const anchor = { message, line: lineAt(view.blocks[message]?.lines ?? [], place.offset) };
  const held = holdEnd(state, selected, anchor);
  return {
    ...held,
    view: {
      ...held.view,
      scroll: withEntry(held.view.scroll, selected, anchor),
      returning: withoutReturn(returning, selected),
    },
  };
}

const BEGINNING: Anchor = { message: 0, line: 0 };

/** Whoever goes somewhere by themselves does not want to be taken back any more. */
export const withoutReturn = (returning: View['returning'], taskId: string): View['returning'] =>
  withoutEntries(returning, (id) => id === taskId);

const messageAt = (conversation: Conversation, { run, id, from }: KeptPlace): number =>
  shownEntries(conversation).findIndex(
    (entry) =>
      isEntry(entry) && entry.run === run && entry.id === id && (messageOf(entry)?.from ?? null) === from,
  );

/** Text before a line; whatever the width is, it is the same text. Each line counts, so that none is like the next. */
function offsetAt(lines: readonly string[], line: number): number {
  if (line === 0) return 0;
  let offset = 1;
  for (let index = 0; index < Math.min(line - 1, lines.length); index++)
    offset += lengthOf(lines[index] ?? '');
  return offset;
}

/** The last line that has no more text than this before it. */
function lineAt(lines: readonly string[], offset: number): number {
  if (offset === 0) return 0;
  let before = 1;
  for (let index = 0; index < lines.length; index++) {
    before += lengthOf(lines[index] ?? '');
    if (before > offset) return index + 1;
  }
  return lines.length + 1;
}

/** Characters that are no blanks: where a line breaks there is one more or less of those. */
function lengthOf(line: string): number {
  let length = 0;
  for (let index = 0; index < line.length; index++) if (line.charCodeAt(index) > 0x20) length++;
  return Math.max(1, length);
}
