import { displayWidth } from '../../domain/text/width.ts';
import type { Theme } from '../theme.ts';
import type { QuestionRow } from './question-rows.ts';

/** The rows of a question with styles, of which none is the only carrier of meaning. */
export const questionLines = (rows: readonly QuestionRow[], theme: Theme, width: number): string[] =>
  rows.map((row) => questionLine(row, theme, width));

function questionLine(
  { kind, text, rest = '', selected = false }: QuestionRow,
  theme: Theme,
  width: number,
): string {
  const { glyphs } = theme;
  switch (kind) {
    case 'head': {
      const start = glyphs.horizontal.repeat(2);
      const end = glyphs.horizontal.repeat(Math.max(0, width - displayWidth(text) - 4));
      return theme.attention(`${start} ${text} ${end}`);
    }
    case 'text':
      return theme.strong(text);
    case 'detail':
      return text;
    case 'added':
    case 'removed':
      return theme.text[kind](text);
    case 'option':
      return selected
        ? `${theme.accent(glyphs.pointer)} ${theme.selected(text)}${theme.dim(rest)}`
        : `  ${text}${theme.dim(rest)}`;
    case 'description':
      return `    ${theme.dim(text)}`;
    case 'answers':
    case 'hint':
    case 'more':
      return theme.dim(text);
  }
}
