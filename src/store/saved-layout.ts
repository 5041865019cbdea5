import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import { entryIndexAt, messageOf } from '../domain/stored-conversation.ts';
import { transcriptWidth } from '../view/detail-layout.ts';
import { transcriptView, withMessageRendered } from '../view/transcript-view.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import {
  isEntry,
  mergedTranscriptOf,
  recordLastFollowed,
  requestOlder,
  transcriptItems,
} from './merged-transcript.ts';
import type { MergedTranscript, State } from './state.ts';
import type { ScrollAnchor, ViewState } from './view-state.ts';

export const savedViewStateOf = ({ pane, zoomed, filter, needsAttentionIds }: ViewState): SavedViewState => ({
  pane,
  zoomed,
  filter,
  needing: needsAttentionIds !== null,
});

/** The view state of the last run; empty when the user has already changed it. */
export function restoredViewState(view: ViewState, saved: SavedViewState | undefined): Partial<ViewState> {
  const isUntouched =
    view.focus === 'list' && !view.zoomed && view.filter === '' && view.needsAttentionIds === null;
  if (saved === undefined || !isUntouched) return {};
  return {
    pane: saved.pane,
    focus: saved.pane,
    zoomed: saved.zoomed && saved.pane === 'transcript',
    filter: saved.filter,
    // The ids follow with the list.
    needsAttentionIds: saved.needing ? [] : null,
  };
}

const MAX_POSITIONS = 200;

/** An anchor object is immutable, and so is its position. */
const positionByAnchor = new WeakMap<ScrollAnchor, SavedScrollPosition>();

/** Scroll positions by task id, those of the last run that are not restored yet included; the last MAX_POSITIONS. */
export function savedScrollPositionsOf(state: State): ReadonlyMap<string, SavedScrollPosition> {
  const { scrollAnchors, savedScrolls } = state.view;
  const positions = new Map(savedScrolls);
  for (const [taskId, anchor] of scrollAnchors) {
    const position = positionOf(state, taskId, anchor);
    if (position !== null) positions.set(taskId, position);
  }
  return positions.size <= MAX_POSITIONS ? positions : new Map([...positions].slice(-MAX_POSITIONS));
}

/** Null for a message in the outbox. */
function positionOf(state: State, taskId: string, anchor: ScrollAnchor): SavedScrollPosition | null {
  const known = positionByAnchor.get(anchor);
  if (known !== undefined) return known;
  const items = transcriptItems(mergedTranscriptOf(state, taskId));
  const item = items[anchor.message];
  // A separator gives way to the next entry, since the next run may not have it.
  const entry = items.slice(anchor.message).find(isEntry);
  if (entry === undefined) return null;
  const { lines = [] } = transcriptView(state, taskId, transcriptWidth(state)).blocks[anchor.message] ?? {};
  const position: SavedScrollPosition = {
    run: entry.run,
    id: entry.id,
    role: messageOf(entry)?.role ?? null,
    offset: item !== entry ? 0 : textOffsetAt(lines, anchor.line),
  };
  positionByAnchor.set(anchor, position);
  return position;
}

/**
 * Restores the selected task's scroll position of the last run once its message and the markdown renderer, which
 * determines the lines, are loaded.
 */
export function restoreScroll(before: State, state: State): State {
  const { selected, savedScrolls, transcriptOptions } = state.view;
  const position = selected === null ? undefined : savedScrolls.get(selected);
  if (selected === null || position === undefined) return state;
  const isSame =
    before.view.selected === selected &&
    before.view.savedScrolls === savedScrolls &&
    before.mergedTranscripts === state.mergedTranscripts &&
    before.proseRenderer === state.proseRenderer;
  if (isSame || (state.proseRenderer === null && !transcriptOptions.raw)) return state;
  const conversation = mergedTranscriptOf(state, selected);
  const message = messageIndexOf(conversation, position);
  if (message === -1) {
    const isBefore = entryIndexAt(conversation.conversation, position) === 0;
    return isBefore ? requestOlder(state, selected, START_ANCHOR) : state;
  }
  const view = withMessageRendered(state, transcriptView(state, selected, transcriptWidth(state)), message);
  const anchor = { message, line: lineAtOffset(view.blocks[message]?.lines ?? [], position.offset) };
  const next = recordLastFollowed(state, selected, anchor);
  return {
    ...next,
    view: {
      ...next.view,
      scrollAnchors: withEntry(next.view.scrollAnchors, selected, anchor),
      savedScrolls: withoutSavedScroll(savedScrolls, selected),
    },
  };
}

const START_ANCHOR: ScrollAnchor = { message: 0, line: 0 };

/** Also used when the user scrolls: their position replaces the saved one. */
export const withoutSavedScroll = (
  savedScrolls: ViewState['savedScrolls'],
  taskId: string,
): ViewState['savedScrolls'] => withoutEntries(savedScrolls, (id) => id === taskId);

const messageIndexOf = (conversation: MergedTranscript, { run, id, role }: SavedScrollPosition): number =>
  transcriptItems(conversation).findIndex(
    (entry) =>
      isEntry(entry) && entry.run === run && entry.id === id && (messageOf(entry)?.role ?? null) === role,
  );

/** The amount of text before a line, nearly the same at every width. Each line counts at least 1, so it increases. */
function textOffsetAt(lines: readonly string[], line: number): number {
  if (line === 0) return 0;
  let offset = 1;
  for (let index = 0; index < Math.min(line - 1, lines.length); index++)
    offset += nonBlankLength(lines[index] ?? '');
  return offset;
}

/** The last line with no more than `offset` text before it. */
function lineAtOffset(lines: readonly string[], offset: number): number {
  if (offset === 0) return 0;
  let before = 1;
  for (let index = 0; index < lines.length; index++) {
    before += nonBlankLength(lines[index] ?? '');
    if (before > offset) return index + 1;
  }
  return lines.length + 1;
}

/** Ignores blanks, since wrapping drops some of them. At least 1. */
function nonBlankLength(line: string): number {
  let length = 0;
  for (let index = 0; index < line.length; index++) if (line.charCodeAt(index) > 0x20) length++;
  return Math.max(1, length);
}
