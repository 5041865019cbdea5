/**
 * Which characters need no segmenter: whether one joins with another takes tables of all of Unicode to know, and for most
 * of what is written the answer is no.
 */

/** The character at `at` is a grapheme of its own: neither it nor the next one joins with others. */
export const isSingleGrapheme = (text: string, at: number): boolean =>
  isSimple(text.charCodeAt(at)) && (at + 1 === text.length || !mayJoinPrevious(text.charCodeAt(at + 1)));

/** Characters that never join, and whose width everybody agrees on: Latin, box drawing, kana, Han, Hangul. */
export function isSimple(code: number): boolean {
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa0 && code < 0x300 && code !== 0xad && code !== 0xa9 && code !== 0xae) ||
    (code >= 0x2010 && code < 0x2028) ||
    (code >= 0x2500 && code < 0x25a0) ||
    code === 0x25cf ||
    code === 0x25d0 ||
    isWideSimple(code)
  );
}

/** Simple ones that take two columns. */
export const isWideSimple = (code: number): boolean =>
  (code >= 0x3041 && code < 0x3097) ||
  (code >= 0x30a1 && code < 0x30fb) ||
  (code >= 0x4e00 && code < 0xa000) ||
  (code >= 0xac00 && code < 0xd7a4);

/** May belong to the character before it. Errs on the side of yes. */
const mayJoinPrevious = (code: number): boolean => code >= 0x300 && !isSimple(code);

/** Where the run that must be cut into graphemes ends: before the next escape, or a simple character that stands alone. */
export function clusterEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x1b && !isSingleGrapheme(text, at)) at++;
  return at;
}
