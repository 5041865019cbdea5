import type { SavedScrollPosition } from '../../domain/saved-layout.ts';
import { entryIndexAt, messageOf } from '../../domain/stored-conversation.ts';
import type { StoreEvent } from '../../store/event.ts';
import type { MergedTranscript } from '../../store/merged-transcript.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import type { ScrollAnchor } from '../../store/slices/conversations.ts';
import type { State } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import { isEntry, transcriptItems } from '../../store/transcript-items.ts';
import { headingRowsOf } from '../transcript/transcript-block.ts';
import { transcriptView, withMessageRendered } from '../transcript/transcript-view.ts';
import { transcriptWidth } from './detail-layout.ts';

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
  const block = transcriptView(state, taskId, transcriptWidth(state)).blocks[anchor.message];
  // As if every block had a heading.
  const line = anchor.line + (block === undefined ? 0 : 1 - headingRowsOf(block));
  const position: SavedScrollPosition = {
    run: entry.run,
    id: entry.id,
    role: messageOf(entry)?.role ?? null,
    offset: item !== entry ? 0 : textOffsetAt(block?.lines ?? [], line),
  };
  positionByAnchor.set(anchor, position);
  return position;
}

/**
 * Restores the scroll position of the last run of each task that the user selects. Subscribe it before the screen, which
 * then never draws the end of the transcript first. Returns a function that stops it.
 */
export function restoreScrollPositions(store: Store): () => void {
  let before: State | null = null;
  const handleStateChange = (): void => {
    const state = store.getState();
    if (before !== null && hasSameInputs(before, state)) return;
    before = state;
    const event = scrollRestoration(state);
    if (event !== null) store.dispatch(event);
  };
  const unsubscribe = store.subscribe(handleStateChange);
  handleStateChange();
  return unsubscribe;
}

const hasSameInputs = (one: State, other: State): boolean =>
  one.view.selected === other.view.selected &&
  one.view.savedScrolls === other.view.savedScrolls &&
  one.view.transcriptOptions === other.view.transcriptOptions &&
  one.mergedTranscripts === other.mergedTranscripts &&
  one.proseRenderer === other.proseRenderer;

/**
 * The event that restores the selected task's saved position, or requests the older messages that hold it. Null without
 * a saved position, and until its message and the markdown renderer, which determines the lines, are loaded.
 */
function scrollRestoration(state: State): StoreEvent | null {
  const { selected, savedScrolls, transcriptOptions } = state.view;
  const position = selected === null ? undefined : savedScrolls.get(selected);
  if (selected === null || position === undefined) return null;
  if (state.proseRenderer === null && !transcriptOptions.raw) return null;
  const conversation = mergedTranscriptOf(state, selected);
  const message = messageIndexOf(conversation, position);
  if (message === -1) {
    const isBefore = entryIndexAt(conversation.conversation, position) === 0;
    return isBefore ? { type: 'older-messages-requested', taskId: selected } : null;
  }
  const line = lineOf(state, selected, transcriptWidth(state), message, position);
  return { type: 'scroll-restored', taskId: selected, anchor: { message, line } };
}

/**
 * The event that keeps the first visible text of the selected task's transcript in its place after its width changed; null if
 * nothing moves.
 */
export function scrollAfterResize(before: State, after: State): StoreEvent | null {
  const taskId = before.view.selected;
  const anchor = taskId === null ? undefined : before.view.scrollAnchors.get(taskId);
  if (taskId === null || anchor === undefined || after.view.selected !== taskId) return null;
  const width = transcriptWidth(after);
  if (width === transcriptWidth(before)) return null;
  const { message } = anchor;
  const item = transcriptItems(mergedTranscriptOf(before, taskId))[message];
  const position = item !== undefined && isEntry(item) ? positionOf(before, taskId, anchor) : null;
  if (position === null) return null;
  const line = lineOf(after, taskId, width, message, position);
  if (line === anchor.line) return null;
  const moved = { message, line };
  // Further changes start from the same text, so that they do not add up to another place.
  positionByAnchor.set(moved, position);
  return { type: 'transcript-scrolled', taskId, anchor: moved };
}

/** The line of a saved position in its message at a width. */
function lineOf(
  state: State,
  taskId: string,
  width: number,
  message: number,
  { offset }: SavedScrollPosition,
): number {
  const view = withMessageRendered(state, transcriptView(state, taskId, width), message);
  const block = view.blocks[message];
  // As if every block had a heading.
  const heading = block === undefined ? 0 : 1 - headingRowsOf(block);
  return Math.max(0, lineAtOffset(block?.lines ?? [], offset) - heading);
}

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
