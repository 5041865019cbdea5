import { displayWidth } from '../domain/text/width.ts';
import { type Hits, hitAt, hitsBefore, hitsIn } from '../store/search.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { anchorAt, INDENT, type TranscriptView, topOf, withMessageRead } from '../store/transcript-view.ts';
import type { HitPlace } from '../store/view.ts';
import type { Command, CommandContext } from './command.ts';
import { type ShownTranscript, shownTranscript } from './shown-transcript.ts';

/** Rows above a hit that stay in sight, where there are any. */
const CONTEXT_ROWS = 3;

/** The row of the whole transcript that a place is on. */
const rowOf = ({ starts }: TranscriptView, { message, line }: HitPlace): number =>
  (starts[message] ?? 0) + 1 + line;

/** Looks for other words: the window goes to the first hit on screen, else to the nearest one above, else below. */
export function searchFor({ store }: CommandContext, text: string): void {
  const state = store.getState();
  const shown = shownTranscript(state);
  const { overlay } = state.view;
  if (shown === null || overlay?.kind !== 'search') return;
  const { view, height } = shown;
  const hits = hitsIn(view, text);
  const top = topOf(view, overlay.before, height);
  const first = firstFrom(view, hits, top);
  const place = hits.total === 0 ? null : hitAt(hits, first);
  const isBelow = place === null || rowOf(view, place) >= top + height;
  goTo(store, { ...shown, anchor: overlay.before }, text, hits, isBelow && first > 0 ? first - 1 : first);
}

/** The number of the first hit on this row or below it; that of the last one when there is none. */
function firstFrom(view: TranscriptView, hits: Hits, row: number): number {
  const message = Math.max(
    0,
    view.starts.findLastIndex((start) => start <= row),
  );
  const line = row - (view.starts[message] ?? 0) - 1;
  return Math.min(hitsBefore(hits, { message, line, start: 0 }), Math.max(0, hits.total - 1));
}

/** Makes a hit the current one; where it is not in sight already, the window is moved to it. */
function goTo(
  store: Store,
  { taskId, view, anchor, width, height }: ShownTranscript,
  text: string,
  hits: Hits,
  index: number,
): void {
  const rough = hitAt(hits, index);
  if (rough === null) {
    store.dispatch({ type: 'searched', search: { taskId, text, hit: null } });
    return store.dispatch({ type: 'scrolled', taskId, anchor: anchor ?? null });
  }
  // Far from the screen a message has not been read as markdown yet, which moves its lines.
  const read = withMessageRead(store.getState(), view, rough.message);
  const again = read === view ? hits : hitsIn(read, text);
  const place = hitAt(again, Math.min(index, again.total - 1)) ?? rough;
  store.dispatch({ type: 'searched', search: { taskId, text, hit: place } });
  const row = rowOf(read, place);
  const top = topOf(read, anchor, height);
  const target =
    row >= top && row < top + height ? top : Math.max(0, row - Math.min(CONTEXT_ROWS, height >> 1));
  store.dispatch({ type: 'scrolled', taskId, anchor: anchorAt(read, target, height) });
  if (!store.getState().view.reading.wrap) bringSideways(store, read, place, text, width - INDENT);
}

/** Where lines run off the edge the hit may lie beyond it. */
function bringSideways(
  store: Store,
  { blocks }: TranscriptView,
  { message, line, start }: HitPlace,
  text: string,
  room: number,
): void {
  const row = blocks[message]?.lines[line] ?? '';
  const from = displayWidth(row.slice(0, start));
  const to = from + displayWidth(row.slice(start, start + text.length));
  const { column } = store.getState().view;
  // The marks at both edges take a column each.
  if (from >= column + (column > 0 ? 1 : 0) && to <= column + room - 1) return;
  store.dispatch({ type: 'moved-sideways', column: to <= room - 1 ? 0 : Math.max(0, from - (room >> 1)) });
}

function step({ store, clock }: CommandContext, by: -1 | 1): void {
  const state = store.getState();
  const { search } = state.view;
  const shown = shownTranscript(state);
  if (search === null || shown === null) return;
  const hits = hitsIn(shown.view, search.text);
  if (hits.total === 0) {
    const text = `“${search.text}” is not in this transcript.`;
    return store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  const from = search.hit === null ? 0 : hitsBefore(hits, search.hit);
  goTo(store, shown, search.text, hits, (from + by + hits.total) % hits.total);
}

/** Keeps what was found on screen, with `n` and `N` for its hits; without any words the search is over. */
export function keepSearch({ store }: CommandContext): void {
  const { search } = store.getState().view;
  store.dispatch({ type: 'overlay-closed' });
  if (search?.text === '') store.dispatch({ type: 'searched', search: null });
}

/** Ends the search and goes back to where it was begun. */
export function leaveSearch(store: Store): void {
  const { overlay, selected } = store.getState().view;
  store.dispatch({ type: 'searched', search: null });
  store.dispatch({ type: 'overlay-closed' });
  if (overlay?.kind === 'search' && selected !== null)
    store.dispatch({ type: 'scrolled', taskId: selected, anchor: overlay.before ?? null });
}

/** Whether `n` and `N` go through hits. */
export const goesThroughHits = ({ view }: State): boolean =>
  view.search !== null && view.focus === 'transcript' && view.search.taskId === view.selected;

export const searchCommands: readonly Command[] = [
  {
    id: 'search',
    title: 'Search the transcript (smart case)',
    hint: 'search',
    keys: ['ctrl+f'],
    scope: 'panes',
    enabled(state) {
      const shown = shownTranscript(state);
      if (shown === null) return 'No transcript shown.';
      return shown.view.total > 0 || 'No messages yet.';
    },
    run({ store }) {
      const state = store.getState();
      const shown = shownTranscript(state);
      if (shown === null) return;
      const { taskId, anchor } = shown;
      store.dispatch({ type: 'focused', pane: 'transcript' });
      if (state.view.search === null)
        store.dispatch({ type: 'searched', search: { taskId, text: '', hit: null } });
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'search', before: anchor } });
    },
  },
  {
    id: 'next-hit',
    title: 'Next hit',
    hint: 'next hit',
    keys: ['n'],
    scope: 'hits',
    run: (context) => step(context, 1),
  },
  {
    id: 'previous-hit',
    title: 'Previous hit',
    hint: 'previous',
    keys: ['N'],
    scope: 'hits',
    run: (context) => step(context, -1),
  },
  {
    id: 'end-search',
    title: 'End the search',
    hint: 'end search',
    keys: ['esc'],
    scope: 'hits',
    run: ({ store }) => store.dispatch({ type: 'searched', search: null }),
  },
];
