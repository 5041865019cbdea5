import { verbOf } from '../../domain/action.ts';
import type { State } from '../../store/state.ts';
import { FRAME_SIZE } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import type { Theme } from '../theme.ts';
import { bulkResultRows, type ResultRow } from './bulk-result-rows.ts';
import { fullTextRows } from './full-texts.ts';

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

/** The visible rows: failures with reasons, or full texts. */
export const bulkResultLines = ({ rows, top, height }: ResultWindow, theme: Theme): string[] =>
  rows.slice(top, top + height).map((row) => ` ${styled(row, theme)}`);

function styled({ kind, text }: ResultRow, theme: Theme): string {
  switch (kind) {
    case 'task':
      return theme.strong(text);
    case 'reason':
      return theme.bad(text);
    case 'plain':
      return text;
  }
}

/** The position if it does not fit on the screen. */
export const bulkResultStatus = ({ top, height, total }: ResultWindow): string[] =>
  total <= height ? [] : [`${top + 1}–${Math.min(total, top + height)} of ${total}`];
