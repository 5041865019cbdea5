import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import { displayWidth } from '../../domain/text/width.ts';
import type { State } from '../../store/state.ts';
import { noticeLines as noticed } from '../layout/screen-layout.ts';
import { alignEnds } from '../rows/frame.ts';
import type { Theme } from '../theme.ts';
import { bulkProgressLines } from './bulk-progress.ts';

/** Shown beside a notice that only a key hides. */
const HIDE = `${keyFor('clear')} hides`;

/** The lines above the prompt: bulk operations, problems and notices. */
export function noticeLines(state: State, theme: Theme): string[] {
  const { columns } = state.size;
  const rows = noticed(state);
  const hide = withKeyNames(HIDE, state.keyNames);
  const hides = state.notice?.tone === 'bad' && state.view.focus !== 'prompt' && state.view.overlay === null;
  const lines = rows.map(({ text, tone }, index) => {
    const line = ` ${tone === 'bad' ? theme.bad(text) : theme.strong(text)}`;
    const isLast = index === rows.length - 1;
    return hides && isLast && displayWidth(text) + displayWidth(hide) + 4 <= columns
      ? `${alignEnds(line, theme.dim(hide), columns - 1)} `
      : line;
  });
  return [...bulkProgressLines(state, theme), ...lines];
}
