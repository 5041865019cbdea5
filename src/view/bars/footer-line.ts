import { displayWidth, truncate } from '../../domain/text/width.ts';
import { keyLabel, type Theme, UP_AND_DOWN } from '../theme.ts';

export interface FooterHint {
  /** The name of a key, several names, or `UP_AND_DOWN`. */
  readonly key: string;
  readonly words: string;
  /** A shorter variant. */
  readonly short: string;
  /** Always shown. */
  readonly pinned: boolean;
  /** The keys of a click: one, or those of the two ends of `key`. Missing: `key`. */
  readonly clicks?: readonly string[];
}

/** A hint on the screen. */
interface FooterPart {
  readonly hint: FooterHint;
  /** The key and the words as they are drawn. */
  readonly label: string;
  readonly words: string;
  /** The first column, from 0. */
  readonly x: number;
}

const GAP = '  ';

/** The most useful hints in `columns` columns, with a blank at the start; the pinned ones always. */
export function footerLine(all: readonly FooterHint[], columns: number, theme: Theme): string {
  const parts = footerParts(all, columns, theme);
  // With long custom keys not even the pinned hints may fit.
  const line = parts.map(({ label, words }) => `${theme.accent(label)} ${theme.dim(words)}`).join(GAP);
  return ` ${truncate(line, columns - 2)}`;
}

/** The key of the hint at a column, from 0; null where there is none. A chord has its keys separated by blanks. */
export function footerKeyAt(
  all: readonly FooterHint[],
  columns: number,
  theme: Theme,
  column: number,
): string | null {
  const part = footerParts(all, columns, theme).find(
    ({ label, words, x }) => column >= x && column < x + displayWidth(`${label} ${words}`),
  );
  if (part === undefined || column > columns - 2) return null;
  const { hint, label, x } = part;
  const [first = null, last] = hint.clicks ?? (hint.key === UP_AND_DOWN ? ['up', 'down'] : [hint.key]);
  if (last === undefined) return first;
  // Of two keys, each has its half of the label. The middle belongs to neither.
  const distance = 2 * (column - x) - (displayWidth(label) - 1);
  if (distance === 0 || column >= x + displayWidth(label)) return null;
  return distance < 0 ? first : last;
}

function footerParts(all: readonly FooterHint[], columns: number, theme: Theme): readonly FooterPart[] {
  const hints = all.map((hint) => ({ hint, label: keyLabel(hint.key, theme) }));
  const available = columns - 2;
  const width = (label: string, words: string): number => displayWidth(`${label} ${words}`) + GAP.length;
  const total = hints.reduce((sum, { label, hint }) => sum + width(label, hint.words), -GAP.length);
  const wordsOf = ({ words, short }: FooterHint): string => (total <= available ? words : short);
  let room = available + GAP.length;
  for (const { hint, label } of hints) if (hint.pinned) room -= width(label, wordsOf(hint));
  const visible = hints.filter(({ hint, label }) => {
    if (hint.pinned) return true;
    room -= width(label, wordsOf(hint));
    return room >= 0;
  });
  let x = 1;
  return visible.map(({ hint, label }) => {
    const part = { hint, label, words: wordsOf(hint), x };
    x += width(label, part.words);
    return part;
  });
}
