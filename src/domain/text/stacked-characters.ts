import { graphemesOf, graphemeWidth } from './graphemes.ts';

/**
 * Above every real grapheme: the longest emoji has ten code points, a letter with all the marks that `sanitise` keeps
 * seven.
 */
const MAX_CODE_POINTS = 20;
/** Above the three columns of a syllable with its vowel signs. */
const MAX_COLUMNS = 4;

/**
 * Characters that stack on others without being marks: parts of Hangul, skin colours, half-width voicing signs, and
 * characters that attach to the next one.
 */
export const STACKING =
  /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uff9e\uff9f\p{Emoji_Modifier}\p{Cf}\u0d4e\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;

/** Runs of characters that may stack. */
const STACKABLE_RUN =
  /[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u25a0\u3041-\u3096\u30a1-\u30ff\u3400-\ua48f\uac00-\ud7a3]{5,}/gu;

/**
 * Replaces by `…` each grapheme that is longer or wider than any script needs: terminals disagree on its width, and it
 * may not fit into a row. Linear time.
 */
export const replaceStacked = (text: string): string =>
  text.replace(STACKABLE_RUN, (run) =>
    hasStacked(run) ? graphemesOf(run).map(limitGrapheme).join('') : run,
  );

const hasStacked = (run: string): boolean =>
  graphemesOf(run).some((grapheme) => limitGrapheme(grapheme) !== grapheme);

function limitGrapheme(grapheme: string): string {
  // Too short to exceed a limit.
  if (grapheme.length <= 2) return grapheme;
  const isTooLarge = Array.from(grapheme).length > MAX_CODE_POINTS || graphemeWidth(grapheme) > MAX_COLUMNS;
  return isTooLarge ? '…' : grapheme;
}
