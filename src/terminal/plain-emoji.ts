import { graphemesOf, graphemeWidth } from '../domain/text/graphemes.ts';

/** Code points that join to one picture: selectors, joiners, skin tones, keycaps, tags and flag letters. */
const JOINERS = /[\u200d\ufe0e\ufe0f\u20e3\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}\u{e0020}-\u{e007f}]/u;
const FLAG = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u;
const PICTURE = /\p{Extended_Pictographic}|\u20e3/u;
/** Includes the character before: a digit may be part of a keycap. */
const RUN = /[\x20-\x7e]?[^\x00-\x7f]+/gu;
const FLAG_LETTERS = 0x1f1e6 - 0x41;

/**
 * Replaces every emoji of several code points by a simpler one of the same width: the person without the family, the letters of
 * a flag. For terminals and multiplexers that measure by code points: a disagreement leaves letters behind.
 */
export function withPlainEmoji(line: string): string {
  if (!JOINERS.test(line)) return line;
  return line.replace(RUN, (run) => graphemesOf(run).map(simplify).join(''));
}

function simplify(grapheme: string): string {
  if (!JOINERS.test(grapheme)) return grapheme;
  const letters = FLAG.test(grapheme)
    ? [...grapheme].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - FLAG_LETTERS))
    : [];
  if (letters.length > 0) return letters.join('');
  if (!PICTURE.test(grapheme)) return grapheme;
  const [first = ''] = grapheme;
  return first + ' '.repeat(Math.max(0, graphemeWidth(grapheme) - graphemeWidth(first)));
}
