import { graphemesOf, graphemeWidth } from './graphemes.ts';

/** The longest emoji there is has ten code points, a letter with all the marks that it may keep seven. */
const MOST_CODE_POINTS = 20;
/** A syllable with its vowel signs takes three columns at most. */
const MOST_COLUMNS = 4;

/**
 * Characters that pile up on others without being marks: Hangul in pieces, skin colours, half-width voicing signs, and what
 * stands before the character that it belongs to.
 */
export const STACKING =
  /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uff9e\uff9f\p{Emoji_Modifier}\p{Cf}\u0d4e\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;

/** So many characters in a row, none of which is sure to stand for itself. */
const STACKABLE_RUN =
  /[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u25a0\u3041-\u3096\u30a1-\u30ff\u3400-\ua48f\uac00-\ud7a3]{5,}/gu;

/**
 * Puts `…` for a character that is piled up higher or wider than any script makes one: no row could hold it, and no two
 * terminals agree on its width. Linear time.
 */
export const replaceStacked = (text: string): string =>
  text.replace(STACKABLE_RUN, (run) =>
    hasStacked(run) ? graphemesOf(run).map(limitGrapheme).join('') : run,
  );

const hasStacked = (run: string): boolean =>
  graphemesOf(run).some((grapheme) => limitGrapheme(grapheme) !== grapheme);

function limitGrapheme(grapheme: string): string {
  // Fewer UTF-16 units cannot be too much of anything.
  if (grapheme.length <= 2) return grapheme;
  const isPile = Array.from(grapheme).length > MOST_CODE_POINTS || graphemeWidth(grapheme) > MOST_COLUMNS;
  return isPile ? '…' : grapheme;
}
