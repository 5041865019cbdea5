import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { State } from '../../store/state.ts';
import { MIN_COLUMNS, MIN_ROWS } from '../layout/geometry.ts';
import { questionLine, questionOf } from '../questions/question.ts';
import { firstThatFits } from '../rows/fit.ts';
import type { Theme } from '../theme.ts';

/** The single line of a screen that is too small: the needed size, or the open question. */
export function tooSmallLines(state: State, theme: Theme): string[] {
  const question = questionOf(state);
  if (question !== null) return [questionLine(question, theme)];
  const { columns, rows } = state.size;
  const quit = withKeyNames(keyFor('quit'), state.keyNames);
  const needed = `${MIN_COLUMNS}x${MIN_ROWS}`;
  const ways = [
    `taskdeck needs ${needed}; this is ${columns}x${rows}. ${quit} quits.`,
    `taskdeck needs ${needed}. ${quit} quits.`,
    `needs ${needed}`,
    needed,
  ];
  return [firstThatFits(ways, columns)];
}
