import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import { entryIndexAt, messageOf } from '../domain/stored-conversation.ts';
import { transcriptWidth } from './detail-layout.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import {
  isEntry,
  mergedTranscriptOf,
  recordLastFollowed,
  requestOlder,
  transcriptItems,
} from './merged-transcript.ts';
import type { MergedTranscript, State } from './state.ts';
import { transcriptView, withMessageRendered } from './transcript-view.ts';
import type { ScrollAnchor, ViewState } from './view-state.ts';

/** What of the view is kept from one run to the next. */
export const savedViewStateOf = ({ pane, zoomed, filter, needsAttentionIds }: ViewState): SavedViewState => ({
  pane,
  zoomed,
  filter,
  needing: needsAttentionIds !== null,
});

/** How the screen was left, unless the user has done something about it already. */
export function restoredViewState(view: ViewState, kept: SavedViewState | undefined): Partial<ViewState> {
  const isNew =
    view.focus === 'list' && !view.zoomed && view.filter === '' && view.needsAttentionIds === null;
  if (kept === undefined || !isNew) return {};
  return {
    pane: kept.pane,
    focus: kept.pane,
    zoomed: kept.zoomed && kept.pane === 'transcript',
    filter: kept.filter,
    // Which they are is known with the list.
    needsAttentionIds: kept.needing ? [] : null,
  };
}

/** So many tasks are gone back into the middle of. */
const MAX_POSITIONS = 200;

/** A place is the same for as long as its anchor is. */
const positionByAnchor = new WeakMap<ScrollAnchor, SavedScrollPosition>();

/** Where conversations are scrolled to, by task id, and where they were that nobody has come back to yet. */
export function savedScrollPositionsOf(state: State): ReadonlyMap<string, SavedScrollPosition> {
  const { scrollAnchors, savedScrolls } = state.view;
  const places = new Map(savedScrolls);
  for (const [taskId, anchor] of scrollAnchors) {
    const place = positionOf(state, taskId, anchor);
    if (place !== null) places.set(taskId, place);
  }
  return places.size <= MAX_POSITIONS ? places : new Map([...places].slice(-MAX_POSITIONS));
}

/** Null for what only stands there for a while: a message on its way. */
function positionOf(state: State, taskId: string, anchor: ScrollAnchor): SavedScrollPosition | null {
  const found = positionByAnchor.get(anchor);
  if (found !== undefined) return found;
  const shown = transcriptItems(mergedTranscriptOf(state, taskId));
  const looked = shown[anchor.message];
  // What is new has been read by then, and the line of a day follows from its messages.
  const entry = shown.slice(anchor.message).find(isEntry);
  if (entry === undefined) return null;
  const { lines = [] } = transcriptView(state, taskId, transcriptWidth(state)).blocks[anchor.message] ?? {};
  const place: SavedScrollPosition = {
    run: entry.run,
    id: entry.id,
    from: messageOf(entry)?.from ?? null,
    offset: looked !== entry ? 0 : textOffsetAt(lines, anchor.line),
  };
  positionByAnchor.set(anchor, place);
  return place;
}

/**
 * Takes the window of the selected task back to where it was in the last run, as soon as that is there again: the message, and
 * the reader of markdown, without which its lines would be others.
 */
export function restoreScroll(before: State, state: State): State {
  const { selected, savedScrolls, transcriptOptions } = state.view;
  const place = selected === null ? undefined : savedScrolls.get(selected);
  if (selected === null || place === undefined) return state;
  const isSame =
    before.view.selected === selected &&
    before.view.savedScrolls === savedScrolls &&
    before.mergedTranscripts === state.mergedTranscripts &&
    before.proseRenderer === state.proseRenderer;
  if (isSame || (state.proseRenderer === null && !transcriptOptions.raw)) return state;
  const conversation = mergedTranscriptOf(state, selected);
  const message = messageIndexOf(conversation, place);
  if (message === -1) {
    const isBefore = entryIndexAt(conversation.conversation, place) === 0;
    return isBefore ? requestOlder(state, selected, START_ANCHOR) : state;
  }
  const view = withMessageRendered(state, transcriptView(state, selected, transcriptWidth(state)), message);
  const anchor = { message, line: lineAtOffset(view.blocks[message]?.lines ?? [], place.offset) };
  const held = recordLastFollowed(state, selected, anchor);
  return {
    ...held,
    view: {
      ...held.view,
      scrollAnchors: withEntry(held.view.scrollAnchors, selected, anchor),
      savedScrolls: withoutSavedScroll(savedScrolls, selected),
    },
  };
}

const START_ANCHOR: ScrollAnchor = { message: 0, line: 0 };

/** Whoever goes somewhere by themselves does not want to be taken back any more. */
export const withoutSavedScroll = (
  returning: ViewState['savedScrolls'],
  taskId: string,
): ViewState['savedScrolls'] => withoutEntries(returning, (id) => id === taskId);

const messageIndexOf = (conversation: MergedTranscript, { run, id, from }: SavedScrollPosition): number =>
  transcriptItems(conversation).findIndex(
    (entry) =>
      isEntry(entry) && entry.run === run && entry.id === id && (messageOf(entry)?.from ?? null) === from,
  );

/** Text before a line; whatever the width is, it is the same text. Each line counts, so that none is like the next. */
function textOffsetAt(lines: readonly string[], line: number): number {
  if (line === 0) return 0;
  let offset = 1;
  for (let index = 0; index < Math.min(line - 1, lines.length); index++)
    offset += nonBlankLength(lines[index] ?? '');
  return offset;
}

/** The last line that has no more text than this before it. */
function lineAtOffset(lines: readonly string[], offset: number): number {
  if (offset === 0) return 0;
  let before = 1;
  for (let index = 0; index < lines.length; index++) {
    before += nonBlankLength(lines[index] ?? '');
    if (before > offset) return index + 1;
  }
  return lines.length + 1;
}

/** Characters that are no blanks: where a line breaks there is one more or less of those. */
function nonBlankLength(line: string): number {
  let length = 0;
  for (let index = 0; index < line.length; index++) if (line.charCodeAt(index) > 0x20) length++;
  return Math.max(1, length);
}
