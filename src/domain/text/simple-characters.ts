/** Characters that need no Intl.Segmenter, whose tables of all of Unicode are slow to load. */

/** Whether neither the character at `at` nor the next one joins with others. */
export const isSingleGrapheme = (text: string, at: number): boolean =>
  isSimple(text.charCodeAt(at)) && (at + 1 === text.length || !mayJoinPrevious(text.charCodeAt(at + 1)));

/** Characters that never join and whose width all terminals agree on: Latin, box drawing, kana, Han, Hangul. */
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

/** Simple characters of two columns. */
export const isWideSimple = (code: number): boolean =>
  (code >= 0x3041 && code < 0x3097) ||
  (code >= 0x30a1 && code < 0x30fb) ||
  (code >= 0x4e00 && code < 0xa000) ||
  (code >= 0xac00 && code < 0xd7a4);

/** May join the character before it; true in doubt. */
const mayJoinPrevious = (code: number): boolean => code >= 0x300 && !isSimple(code);

/** The end of the run that needs segmenting: before the next escape or single grapheme. */
export function clusterEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x1b && !isSingleGrapheme(text, at)) at++;
  return at;
}
