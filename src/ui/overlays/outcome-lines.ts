import { type OutcomeWindow, outcomeWidth } from '../../commands/outcome.ts';
import { type OutcomeRow, outcomeRows } from '../../commands/outcome-rows.ts';
import { PAST } from '../../domain/several.ts';
import type { Theme } from '../theme.ts';

/** What became of several tasks, as far as it fits: the failures with their reasons. `columns`: of the screen. */
export const outcomeLines = (
  { order, top, height }: OutcomeWindow,
  theme: Theme,
  columns: number,
): string[] =>
  outcomeRows(order, outcomeWidth(columns))
    .slice(top, top + height)
    .map((row) => ` ${styled(row, theme)}`);

function styled({ kind, text }: OutcomeRow, theme: Theme): string {
  switch (kind) {
    case 'task':
      return theme.strong(text);
    case 'reason':
      return theme.bad(text);
    case 'plain':
      return text;
  }
}

export const outcomeTitle = ({ order }: OutcomeWindow): string => `Not ${PAST[order.intent]}`;

/** Where in it this is, when there is more of it than fits. */
export const outcomeStatus = ({ top, height, total }: OutcomeWindow): string[] =>
  total <= height ? [] : [`${top + 1}–${Math.min(total, top + height)} of ${total}`];
