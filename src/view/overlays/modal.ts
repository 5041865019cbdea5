import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import { problemLines } from '../list/problem-lines.ts';
import { peekLines, peekStatus, peekWindow } from '../peek/peek-window.ts';
import { requestLines, requestStatus, requestWindow } from '../requests/request-window.ts';
import type { Theme } from '../theme.ts';
import { worktreeLines, worktreeStatus, worktreeWindow } from '../worktree/worktree-window.ts';
import { type HelpWindow, helpLines, helpStatus } from './help-rows.ts';
import { outboxLines, outboxStatus, outboxTitle } from './outbox-lines.ts';
import { bulkResultLines, bulkResultStatus, resultWindow } from './result-window.ts';

/** A framed overlay over both panes. */
export interface Modal {
  readonly title: string;
  readonly status?: readonly string[];
  readonly lines: readonly string[];
}

const padded = (lines: readonly string[], height: number): readonly string[] => [
  ...lines,
  ...Array.from({ length: Math.max(0, height - lines.length) }, () => ''),
];

/** The search field; a long text shows its end. */
const findLine = (find: string, theme: Theme, width: number): string =>
  `${theme.accent(' / ')}${truncate(sanitiseLine(find), Math.max(1, width - 5), 'start')}${theme.selected(' ')}`;

/** The overlay over both panes; null if the panes are visible. `help` is null while the help is closed. */
export function modalOf(
  state: State,
  help: HelpWindow | null,
  theme: Theme,
  width: number,
  height: number,
): Modal | null {
  const { overlay } = state.view;
  if (help !== null && overlay?.kind === 'help') {
    const { find = '', typing = false } = overlay;
    const lines = helpLines(help, theme);
    return {
      title: find === '' ? 'Keys' : `Keys /${sanitiseLine(find)}`,
      status: helpStatus(help),
      lines: typing ? [...padded(lines, help.height), findLine(find, theme, width)] : lines,
    };
  }
  const result = resultWindow(state);
  if (result !== null)
    return {
      title: result.title,
      status: bulkResultStatus(result),
      lines: bulkResultLines(result, theme),
    };
  const requests = requestWindow(state);
  if (requests !== null)
    return {
      title: requests.title,
      status: requestStatus(requests),
      lines: requestLines(requests, theme),
    };
  const peek = peekWindow(state);
  if (peek !== null) return { title: peek.title, status: peekStatus(peek), lines: peekLines(peek, theme) };
  const worktree = worktreeWindow(state);
  if (worktree !== null)
    return {
      title: worktree.title,
      status: worktreeStatus(worktree),
      lines: worktreeLines(worktree, theme),
    };
  if (overlay?.kind === 'outbox')
    return {
      title: outboxTitle(state),
      status: outboxStatus(state, overlay.index),
      lines: outboxLines(state, overlay.index, theme, width, height),
    };
  return state.listFreshness.requestedAt === null
    ? { title: 'Tasks', lines: problemLines(state, theme, width, height) }
    : null;
}
