import type { ResultWindow } from '../../commands/bulk-result.ts';
import type { ResultRow } from '../../view/overlays/bulk-result-rows.ts';
import type { Theme } from '../../view/theme.ts';

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
