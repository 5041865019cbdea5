import type { Store } from '../store/store.ts';
import { movedAnchor, textRowsOfLine } from '../view/diff/diff-rows.ts';
import { searchDiff } from '../view/diff/diff-search.ts';
import { type DiffWindow, diffWindow } from '../view/diff/diff-window.ts';
import { hitAt, hitsBefore, type SearchHits } from '../view/transcript/transcript-search.ts';
import type { CommandContext } from './command.ts';

/** Rows above a hit that stay visible. */
const CONTEXT_ROWS = 3;

/** Searches the open diff for `text` and shows the first hit from the place where the search began. */
export function updateDiffSearch({ store }: CommandContext, text: string): void {
  const state = store.getState();
  const { overlay } = state.view;
  const window = diffWindow(state);
  if (window?.document == null || overlay?.kind !== 'diff-search') return;
  const hits = searchDiff(window.document, text);
  const first = hitsBefore(hits, { message: 0, line: overlay.before.line, start: 0 });
  goToHit(
    store,
    { ...window, anchor: overlay.before, cursor: overlay.cursor ?? window.cursor },
    text,
    hits,
    Math.min(first, hits.total - 1),
  );
}

/** Closes the field; `n` and `N` then step through the hits. An empty text ends the search. */
export function confirmDiffSearch({ store }: CommandContext): void {
  const { openDiff } = store.getState().view;
  store.dispatch({ type: 'overlay-closed' });
  if (openDiff?.search?.text === '') store.dispatch({ type: 'diff-search-changed', search: null });
}

/** Ends the search and scrolls back to where it started. */
export function cancelDiffSearch(store: Store): void {
  const { overlay } = store.getState().view;
  store.dispatch({ type: 'diff-search-changed', search: null }, { type: 'overlay-closed' });
  if (overlay?.kind === 'diff-search') {
    const { before: anchor, cursor } = overlay;
    store.dispatch({ type: 'diff-scrolled', anchor, ...(cursor && { cursor }) });
  }
}

export function stepDiffHit({ store, clock }: CommandContext, by: -1 | 1): void {
  const window = diffWindow(store.getState());
  const search = window?.open.search ?? null;
  if (window?.document == null || search === null) return;
  const hits = searchDiff(window.document, search.text);
  if (hits.total === 0) {
    const text = `No match for “${search.text}” in this diff.`;
    return store.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text, at: clock.now() } });
  }
  // After a switch or a reload there is no current hit: the next one from the cursor on.
  const { hit } = search;
  const from =
    hit === null
      ? hitsBefore(hits, { message: 0, line: window.cursor.line, start: 0 }) - (by === 1 ? 1 : 0)
      : hitsBefore(hits, { message: 0, ...hit });
  goToHit(store, window, search.text, hits, (from + by + hits.total) % hits.total);
}

/** Makes a hit the current one and scrolls to it unless it is visible. */
function goToHit(
  store: Store,
  { document, anchor, cursor, layout, height }: DiffWindow,
  text: string,
  hits: SearchHits,
  index: number,
): void {
  const hit = hits.total === 0 || document === null ? null : hitAt(hits, index);
  if (hit === null || document === null)
    return store.dispatch(
      { type: 'diff-search-changed', search: { text, hit: null } },
      { type: 'diff-scrolled', anchor, cursor },
    );
  const { line, start } = hit;
  const rows = textRowsOfLine(document, line, layout);
  // In a wrapped line: the row in which the hit begins, by the length of the text before it.
  const length = rows.reduce((sum, row) => sum + row.text.length, 0);
  const row = Math.min(rows.length - 1, Math.floor((start * rows.length) / Math.max(1, length)));
  const bottom = movedAnchor(document, anchor, height - 1, { ...layout }, 1);
  const isVisible =
    (line > anchor.line || (line === anchor.line && row >= anchor.row)) &&
    (line < bottom.line || (line === bottom.line && row <= bottom.row));
  const context = -Math.min(CONTEXT_ROWS, height >> 1);
  store.dispatch(
    { type: 'diff-search-changed', search: { text, hit: { line, start } } },
    {
      type: 'diff-scrolled',
      anchor: isVisible ? anchor : movedAnchor(document, { line, row }, context, layout, height),
      cursor: { line, comment: 0 },
    },
  );
  if (layout.wrap) return;
  const room = Math.max(1, layout.width >> 1);
  const isInColumns = start >= layout.column && start + text.length < layout.column + layout.width - 8;
  if (!isInColumns)
    store.dispatch({
      type: 'diff-layout-changed',
      wrap: false,
      column: start + text.length < layout.width - 8 ? 0 : Math.max(0, start - room),
    });
}
