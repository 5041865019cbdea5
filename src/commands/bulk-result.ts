import { verbOf } from '../domain/action.ts';
import type { State } from '../store/state.ts';
import { FRAME_SIZE } from '../view/layout/geometry.ts';
import { screenLayout } from '../view/layout/screen-layout.ts';
import { bulkResultRows, type ResultRow } from '../view/overlays/bulk-result-rows.ts';
import { fullTextRows } from '../view/overlays/full-texts.ts';
import type { Command, CommandContext } from './command.ts';

/** The visible rows of the result of a bulk operation, or of notices and errors in full. */
export interface ResultWindow {
  readonly kind: 'outcome' | 'texts';
  readonly title: string;
  readonly rows: readonly ResultRow[];
  readonly top: number;
  readonly height: number;
  readonly total: number;
}

/** Null when neither overlay is open, or the screen is too small. */
export function resultWindow(state: State): ResultWindow | null {
  const where = screenLayout(state);
  const { overlay } = state.view;
  if (where.kind === 'tiny' || (overlay?.kind !== 'outcome' && overlay?.kind !== 'texts')) return null;
  const width = resultWidth(where.body.width);
  const content =
    overlay.kind === 'texts'
      ? { title: 'Notices and errors', rows: fullTextRows(state, width) }
      : state.failedBulkOperation === null
        ? null
        : {
            title: `Not ${verbOf(state.actionTables, state.failedBulkOperation.action).past}`,
            rows: bulkResultRows(state.actionTables, state.failedBulkOperation, width),
          };
  if (content === null) return null;
  const height = where.body.height - FRAME_SIZE;
  const total = content.rows.length;
  const top = Math.min(overlay.top, Math.max(0, total - height));
  return { kind: overlay.kind, ...content, top, height, total };
}

/** Columns of the text: the frame and a blank at either side take the rest. */
const resultWidth = (columns: number): number => columns - FRAME_SIZE - 2;

/** Scrolls by `rows`, within the text. */
export function scrollResult({ store }: CommandContext, rows: number): void {
  const window = resultWindow(store.getState());
  if (window === null) return;
  const { kind, top, height, total } = window;
  const target = Math.min(Math.max(0, top + rows), Math.max(0, total - height));
  if (target !== top) store.dispatch({ type: 'overlay-opened', overlay: { kind, top: target } });
}

const scroll =
  (rows: (height: number) => number) =>
  (context: CommandContext): void =>
    scrollResult(context, rows(resultWindow(context.store.getState())?.height ?? 0));

export const bulkResultCommands: readonly Command[] = [
  {
    id: 'outcome-down',
    title: 'Scroll the text down',
    keys: ['down', 'j'],
    keyContext: 'outcome',
    run: scroll(() => 1),
  },
  {
    id: 'outcome-up',
    title: 'Scroll the text up',
    keys: ['up', 'k'],
    keyContext: 'outcome',
    run: scroll(() => -1),
  },
  {
    id: 'outcome-page-down',
    title: 'Scroll the text down a page',
    keys: ['pagedown', 'space', 'ctrl+d'],
    keyContext: 'outcome',
    run: scroll((height) => Math.max(1, height - 1)),
  },
  {
    id: 'outcome-page-up',
    title: 'Scroll the text up a page',
    keys: ['pageup', 'ctrl+u'],
    keyContext: 'outcome',
    run: scroll((height) => -Math.max(1, height - 1)),
  },
];
