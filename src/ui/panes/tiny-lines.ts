import { keyFor, withKeyNames } from '../../domain/key-hint.ts';
import { MIN_COLUMNS, MIN_ROWS } from '../../store/geometry.ts';
import type { State } from '../../store/state.ts';
import { questionLine, questionOf } from '../overlays/question.ts';
import type { Theme } from '../theme.ts';

/** A screen that is too small has one line: what it would take, or the question that is open. */
export function tinyLines(state: State, theme: Theme): string[] {
  const question = questionOf(state);
  if (question !== null) return [questionLine(question, theme)];
  const { columns, rows } = state.size;
  const words = `taskdeck needs ${MIN_COLUMNS}x${MIN_ROWS}; this is ${columns}x${rows}. ${keyFor('quit')} quits.`;
  return [withKeyNames(words, state.keyNames)];
}
