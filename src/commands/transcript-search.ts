import { displayWidth } from '../domain/text/width.ts';
import type { HitPosition } from '../store/slices/conversations.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { type VisibleTranscript, visibleTranscript } from '../view/detail/visible-transcript.ts';
import { linesOfPart, type MessageBody } from '../view/transcript/message-body.ts';
import { type Block, headingRowsOf } from '../view/transcript/transcript-block.ts';
import {
  foldedPartAt,
  hitAt,
  hitsBefore,
  type SearchHits,
  searchTranscript,
} from '../view/transcript/transcript-search.ts';
import {
  anchorAt,
  INDENT,
  scrollTopOf,
  type TranscriptView,
  transcriptView,
  withMessageRendered,
} from '../view/transcript/transcript-view.ts';
import type { Command, CommandContext } from './command.ts';

/** Rows above a hit that stay visible. */
const CONTEXT_ROWS = 3;

/** The row of a hit in the whole transcript. */
const rowOf = ({ starts, blocks }: TranscriptView, { message, line }: HitPosition): number =>
  (starts[message] ?? 0) + headingRowsIn(blocks[message]) + line;

const headingRowsIn = (block: Block | undefined): number => (block === undefined ? 1 : headingRowsOf(block));

/** Searches for `text` and shows the first visible hit, else the nearest one above, else below. */
export function updateSearch({ store }: CommandContext, text: string): void {
  const state = store.getState();
  const visible = visibleTranscript(state);
  const { overlay } = state.view;
  if (visible === null || overlay?.kind !== 'search') return;
  const { view, height } = visible;
  const hits = searchTranscript(view, text);
  const top = scrollTopOf(view, overlay.before, height);
  const first = firstHitFrom(view, hits, top);
  const hit = hits.total === 0 ? null : hitAt(hits, first);
  const isBelow = hit === null || rowOf(view, hit) >= top + height;
  goToHit(
    store,
    { ...visible, anchor: overlay.before },
    text,
    hits,
    isBelow && first > 0 ? first - 1 : first,
  );
}

/** Index of the first hit on this row or below it, else of the last hit. */
function firstHitFrom(view: TranscriptView, hits: SearchHits, row: number): number {
  const message = Math.max(
    0,
    view.starts.findLastIndex((start) => start <= row),
  );
  const line = row - (view.starts[message] ?? 0) - headingRowsIn(view.blocks[message]);
  return Math.min(hitsBefore(hits, { message, line, start: 0 }), Math.max(0, hits.total - 1));
}

/** Makes a hit the current one and scrolls to it unless it is visible. */
function goToHit(
  store: Store,
  { taskId, view, anchor, width, height }: VisibleTranscript,
  text: string,
  hits: SearchHits,
  index: number,
): void {
  const estimate = hitAt(hits, index);
  const openedPart = openPartOfHit(store, taskId, view, estimate);
  if (estimate === null) {
    return store.dispatch(
      { type: 'transcript-search-changed', search: { taskId, text, hit: null } },
      { type: 'transcript-scrolled', taskId, anchor: anchor ?? null },
    );
  }
  // Far from the screen messages are not rendered as markdown yet; rendering moves their lines.
  const opened = transcriptView(store.getState(), taskId, width);
  const rendered = withMessageRendered(store.getState(), opened, estimate.message);
  const renderedHits = rendered === view ? hits : searchTranscript(rendered, text);
  const hit = hitAt(renderedHits, Math.min(index, renderedHits.total - 1)) ?? estimate;
  const row = rowOf(rendered, hit);
  const top = scrollTopOf(rendered, anchor, height);
  const target =
    row >= top && row < top + height ? top : Math.max(0, row - Math.min(CONTEXT_ROWS, height >> 1));
  store.dispatch(
    { type: 'transcript-search-changed', search: { taskId, text, hit, openedPart } },
    { type: 'transcript-scrolled', taskId, anchor: anchorAt(rendered, target, height) },
  );
  if (!store.getState().view.transcriptOptions.wrap)
    scrollHitIntoColumns(store, rendered, hit, text, width - INDENT);
}

/** Searches for `text` and goes to its first hit in the block at `index`; to the block itself when it has none. */
export function goToMessage(store: Store, visible: VisibleTranscript, index: number, text: string): void {
  const hits = searchTranscript(visible.view, text);
  const number = hitsBefore(hits, { message: index, line: 0, start: 0 });
  if (hitAt(hits, number)?.message === index) return goToHit(store, visible, text, hits, number);
  const { taskId, view, height } = visible;
  store.dispatch({
    type: 'transcript-scrolled',
    taskId,
    anchor: anchorAt(view, view.starts[index] ?? 0, height),
  });
}

/**
 * Opens the folded part whose details have the hit, and folds the one that the search opened for the hit before. Returns
 * the key of the part that the search opened; null for none. The hits keep their numbers.
 */
function openPartOfHit(
  store: Store,
  taskId: string,
  view: TranscriptView,
  hit: HitPosition | null,
): string | null {
  const before = store.getState().view.transcriptSearch?.openedPart ?? null;
  const body = hit === null ? undefined : view.blocks[hit.message]?.body;
  if (hit !== null && body !== undefined) {
    // The hit is in the part that is open already.
    if (before !== null && isInPart(body, before, hit.line)) return before;
    const folded = foldedPartAt(body, hit);
    closeOpenedPart(store, taskId);
    if (folded !== null) store.dispatch({ type: 'part-toggled', taskId, key: folded, open: true });
    return folded;
  }
  closeOpenedPart(store, taskId);
  return null;
}

function isInPart(body: MessageBody, key: string, line: number): boolean {
  const rows = linesOfPart(body, key);
  return rows !== null && line >= rows.line && line < rows.line + rows.count;
}

/** Folds the part that the search opened. */
function closeOpenedPart(store: Store, taskId: string): void {
  const key = store.getState().view.transcriptSearch?.openedPart ?? null;
  if (key !== null) store.dispatch({ type: 'part-toggled', taskId, key, open: false });
}

/** Scrolls sideways until the hit is visible in an unwrapped line. */
function scrollHitIntoColumns(
  store: Store,
  { blocks }: TranscriptView,
  { message, line, start }: HitPosition,
  text: string,
  room: number,
): void {
  const row = blocks[message]?.lines[line] ?? '';
  const from = displayWidth(row.slice(0, start));
  const to = from + displayWidth(row.slice(start, start + text.length));
  const { scrollColumn } = store.getState().view;
  // The cut signs at both edges take a column each.
  if (from >= scrollColumn + (scrollColumn > 0 ? 1 : 0) && to <= scrollColumn + room - 1) return;
  store.dispatch({
    type: 'scroll-column-changed',
    column: to <= room - 1 ? 0 : Math.max(0, from - (room >> 1)),
  });
}

function stepHit({ store, clock }: CommandContext, by: -1 | 1): void {
  const state = store.getState();
  const { transcriptSearch } = state.view;
  const visible = visibleTranscript(state);
  if (transcriptSearch === null || visible === null) return;
  const hits = searchTranscript(visible.view, transcriptSearch.text);
  if (hits.total === 0) {
    const text = `No match for “${transcriptSearch.text}” in this transcript.`;
    return store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  const from = transcriptSearch.hit === null ? 0 : hitsBefore(hits, transcriptSearch.hit);
  goToHit(store, visible, transcriptSearch.text, hits, (from + by + hits.total) % hits.total);
}

/** Closes the field; `n` and `N` then step through the hits. An empty text ends the search. */
export function confirmSearch({ store }: CommandContext): void {
  const { transcriptSearch } = store.getState().view;
  store.dispatch({ type: 'overlay-closed' });
  if (transcriptSearch?.text === '') store.dispatch({ type: 'transcript-search-changed', search: null });
}

/** Ends the search and scrolls back to where it started. */
export function cancelSearch(store: Store): void {
  const { overlay, selected } = store.getState().view;
  if (selected !== null) closeOpenedPart(store, selected);
  store.dispatch({ type: 'transcript-search-changed', search: null }, { type: 'overlay-closed' });
  if (overlay?.kind === 'search' && selected !== null)
    store.dispatch({ type: 'transcript-scrolled', taskId: selected, anchor: overlay.before ?? null });
}

/** Whether `n` and `N` step through hits. */
export const isBrowsingHits = ({ view }: State): boolean =>
  view.transcriptSearch !== null &&
  view.focus === 'transcript' &&
  view.transcriptSearch.taskId === view.selected;

export const searchCommands: readonly Command[] = [
  {
    id: 'search',
    title: 'Search the transcript (smart case)',
    hint: 'search',
    keys: ['ctrl+f'],
    keyContext: 'panes',
    enabled(state) {
      const visible = visibleTranscript(state);
      if (visible === null) return 'No transcript shown.';
      return visible.view.total > 0 || 'No messages yet.';
    },
    run({ store }) {
      const state = store.getState();
      const visible = visibleTranscript(state);
      if (visible === null) return;
      const { taskId, anchor } = visible;
      store.dispatch({ type: 'pane-focused', pane: 'transcript' });
      if (state.view.transcriptSearch === null)
        store.dispatch({ type: 'transcript-search-changed', search: { taskId, text: '', hit: null } });
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'search', before: anchor } });
    },
  },
  {
    id: 'next-hit',
    title: 'Next hit',
    hint: 'next hit',
    keys: ['n'],
    keyContext: 'hits',
    run: (context) => stepHit(context, 1),
  },
  {
    id: 'previous-hit',
    title: 'Previous hit',
    hint: 'previous',
    keys: ['N'],
    keyContext: 'hits',
    run: (context) => stepHit(context, -1),
  },
  {
    id: 'end-search',
    title: 'End the search',
    hint: 'end search',
    keys: ['esc'],
    keyContext: 'hits',
    run: ({ store }) => store.dispatch({ type: 'transcript-search-changed', search: null }),
  },
];
