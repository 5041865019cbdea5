import { displayWidth, truncate } from '../../domain/text/width.ts';
import { keyLabel, type Theme } from '../theme.ts';

export interface FooterHint {
  /** The name of a key, several names, or `UP_AND_DOWN`. */
  readonly key: string;
  readonly words: string;
  /** A shorter variant. */
  readonly short: string;
  /** Always shown. */
  readonly pinned: boolean;
}

const GAP = '  ';

/** The most useful hints in `columns` columns, with a blank at the start; the pinned ones always. */
export function footerLine(all: readonly FooterHint[], columns: number, theme: Theme): string {
  const hints = all.map((each) => ({ ...each, key: keyLabel(each.key, theme) }));
  const available = columns - 2;
  const width = (key: string, words: string): number => displayWidth(`${key} ${words}`) + GAP.length;
  const total = hints.reduce((sum, { key, words }) => sum + width(key, words), -GAP.length);
  const wordsOf = (each: FooterHint): string => (total <= available ? each.words : each.short);
  let room = available + GAP.length;
  for (const each of hints) if (each.pinned) room -= width(each.key, wordsOf(each));
  const visible = hints.filter((each) => {
    if (each.pinned) return true;
    room -= width(each.key, wordsOf(each));
    return room >= 0;
  });
  // With long custom keys not even the pinned hints may fit.
  const line = visible.map((each) => `${theme.accent(each.key)} ${theme.dim(wordsOf(each))}`).join(GAP);
  return ` ${truncate(line, available)}`;
}
