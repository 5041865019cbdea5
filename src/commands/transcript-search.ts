import { displayWidth } from '../domain/text/width.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { hitAt, hitsBefore, type SearchHits, searchTranscript } from '../store/transcript-search.ts';
import {
  anchorAt,
  INDENT,
  scrollTopOf,
  type TranscriptView,
  withMessageRendered,
} from '../store/transcript-view.ts';
import type { HitPosition } from '../store/view-state.ts';
import type { Command, CommandContext } from './command.ts';
import { type VisibleTranscript, visibleTranscript } from './visible-transcript.ts';

/** Rows above a hit that stay in sight, where there are any. */
const CONTEXT_ROWS = 3;

/** The row of the whole transcript that a place is on. */
const rowOf = ({ starts }: TranscriptView, { message, line }: HitPosition): number =>
  (starts[message] ?? 0) + 1 + line;

/** Looks for other words: the window goes to the first hit on screen, else to the nearest one above, else below. */
export function updateSearch({ store }: CommandContext, text: string): void {
  const state = store.getState();
  const visible = visibleTranscript(state);
  const { overlay } = state.view;
  if (visible === null || overlay?.kind !== 'search') return;
  const { view, height } = visible;
  const hits = searchTranscript(view, text);
  const top = scrollTopOf(view, overlay.before, height);
  const first = firstHitFrom(view, hits, top);
  const place = hits.total === 0 ? null : hitAt(hits, first);
  const isBelow = place === null || rowOf(view, place) >= top + height;
  goToHit(
    store,
    { ...visible, anchor: overlay.before },
    text,
    hits,
    isBelow && first > 0 ? first - 1 : first,
  );
}

/** The number of the first hit on this row or below it; that of the last one when there is none. */
function firstHitFrom(view: TranscriptView, hits: SearchHits, row: number): number {
  const message = Math.max(
    0,
    view.starts.findLastIndex((start) => start <= row),
  );
  const line = row - (view.starts[message] ?? 0) - 1;
  return Math.min(hitsBefore(hits, { message, line, start: 0 }), Math.max(0, hits.total - 1));
}

/** Makes a hit the current one; where it is not in sight already, the window is moved to it. */
function goToHit(
  store: Store,
  { taskId, view, anchor, width, height }: VisibleTranscript,
  text: string,
  hits: SearchHits,
  index: number,
): void {
  const rough = hitAt(hits, index);
  if (rough === null) {
    store.dispatch({ type: 'transcript-search-changed', search: { taskId, text, hit: null } });
    return store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchor ?? null });
  }
  // Far from the screen a message has not been read as markdown yet, which moves its lines.
  const read = withMessageRendered(store.getState(), view, rough.message);
  const again = read === view ? hits : searchTranscript(read, text);
  const place = hitAt(again, Math.min(index, again.total - 1)) ?? rough;
  store.dispatch({ type: 'transcript-search-changed', search: { taskId, text, hit: place } });
  const row = rowOf(read, place);
  const top = scrollTopOf(read, anchor, height);
  const target =
    row >= top && row < top + height ? top : Math.max(0, row - Math.min(CONTEXT_ROWS, height >> 1));
  store.dispatch({ type: 'transcript-scrolled', taskId, anchor: anchorAt(read, target, height) });
  if (!store.getState().view.transcriptOptions.wrap)
    scrollHitIntoColumns(store, read, place, text, width - INDENT);
}

/** Where lines run off the edge the hit may lie beyond it. */
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
  // The marks at both edges take a column each.
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
    const text = `“${transcriptSearch.text}” is not in this transcript.`;
    return store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  const from = transcriptSearch.hit === null ? 0 : hitsBefore(hits, transcriptSearch.hit);
  goToHit(store, visible, transcriptSearch.text, hits, (from + by + hits.total) % hits.total);
}

/** Keeps what was found on screen, with `n` and `N` for its hits; without any words the search is over. */
export function confirmSearch({ store }: CommandContext): void {
  const { transcriptSearch } = store.getState().view;
  store.dispatch({ type: 'overlay-closed' });
  if (transcriptSearch?.text === '') store.dispatch({ type: 'transcript-search-changed', search: null });
}

/** Ends the search and goes back to where it was begun. */
export function cancelSearch(store: Store): void {
  const { overlay, selected } = store.getState().view;
  store.dispatch({ type: 'transcript-search-changed', search: null });
  store.dispatch({ type: 'overlay-closed' });
  if (overlay?.kind === 'search' && selected !== null)
    store.dispatch({ type: 'transcript-scrolled', taskId: selected, anchor: overlay.before ?? null });
}

/** Whether `n` and `N` go through hits. */
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
