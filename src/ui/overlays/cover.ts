import { helpWindow } from '../../commands/help.ts';
import { outcomeWindow } from '../../commands/outcome.ts';
import { FRAME } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { problemLines } from '../panes/problem-lines.ts';
import type { Theme } from '../theme.ts';
import { helpLines, helpStatus } from './help-lines.ts';
import { outboxLines, outboxStatus } from './outbox-lines.ts';
import { outcomeLines, outcomeStatus, outcomeTitle } from './outcome-lines.ts';

/** What stands in a frame over both panes. */
export interface Cover {
  readonly title: string;
  readonly status?: readonly string[];
  readonly lines: readonly string[];
}

/** What covers both panes; null while the panes are to be seen. */
export function coverOf(state: State, theme: Theme, width: number, height: number): Cover | null {
  const { overlay } = state.view;
  const help = helpWindow(state);
  if (help !== null)
    return { title: 'Keys', status: helpStatus(help), lines: helpLines(state, theme, width, help) };
  const outcome = outcomeWindow(state);
  if (outcome !== null)
    return {
      title: outcomeTitle(outcome),
      status: outcomeStatus(outcome),
      lines: outcomeLines(outcome, theme, width + FRAME),
    };
  if (overlay?.kind === 'outbox')
    return {
      title: 'Outbox',
      status: outboxStatus(state, overlay.index),
      lines: outboxLines(state, overlay.index, theme, width, height),
    };
  return state.list.at === null ? { title: 'Tasks', lines: problemLines(state, theme, width, height) } : null;
}
