import { displayWidth } from '../../domain/text/width.ts';
import { noticeLines as noticed } from '../../store/screen.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { ends } from '../widgets/frame.ts';

/** Stands behind a message that only esc hides. */
const HIDE = 'esc hides';

/** What went wrong, or happened, above the prompt. */
export function noticeLines(state: State, theme: Theme): string[] {
  const { columns } = state.size;
  const rows = noticed(state);
  const hides = state.notice?.tone === 'bad' && state.view.focus !== 'prompt' && state.view.overlay === null;
  return rows.map(({ text, tone }, index) => {
    const line = ` ${tone === 'bad' ? theme.bad(text) : theme.strong(text)}`;
    const isLast = index === rows.length - 1;
    return hides && isLast && displayWidth(text) + HIDE.length + 4 <= columns
      ? `${ends(line, theme.dim(HIDE), columns - 1)} `
      : line;
  });
}
