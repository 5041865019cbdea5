/** Characters that need no Intl.Segmenter, whose tables of all of Unicode are slow to load. */

/**
 * The length in UTF-16 units of the grapheme at `at`, if neither it nor the next character joins with others; 0 if only
 * a segmenter can tell.
 */
export function simpleGraphemeLength(text: string, at: number): 0 | 1 | 2 {
  if (!standsAlone(text, at)) return 0;
  const length = isHighSurrogate(text.charCodeAt(at)) ? 2 : 1;
  const next = at + length;
  return next === text.length || text.charCodeAt(next) < 0x300 || standsAlone(text, next) ? length : 0;
}

/** The columns of the simple grapheme at `at`. */
export function simpleGraphemeWidth(text: string, at: number): 1 | 2 {
  const code = text.charCodeAt(at);
  return isWideSimple(code) || !(isSimple(code) || isSign(code)) ? 2 : 1;
}

/** Whether the character at `at` does not join the one before it, nor the next one unless that one joins. */
function standsAlone(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isSimple(code) || isSign(code) || isEmoji(text, at);
}

/** Characters that never join and whose width all terminals agree on: European scripts, box drawing, kana, Han, Hangul. */
export function isSimple(code: number): boolean {
  return (
    (code >= 0x20 && code < 0x7f) ||
    (code >= 0xa0 && code < 0x300 && code !== 0xad && code !== 0xa9 && code !== 0xae) ||
    // Greek and Cyrillic, without the combining marks of the latter.
    (code >= 0x370 && code < 0x530 && !(code >= 0x483 && code < 0x48a)) ||
    (code >= 0x2010 && code < 0x2028) ||
    (code >= 0x2500 && code < 0x25a0) ||
    code === 0x25cf ||
    code === 0x25d0 ||
    isWideSimple(code)
  );
}

/** Simple characters of two columns. */
const isWideSimple = (code: number): boolean =>
  // Punctuation of East Asian texts, without the marks that join.
  (code >= 0x3000 && code < 0x302a) ||
  (code >= 0x3041 && code < 0x3097) ||
  (code >= 0x30a0 && code < 0x3100) ||
  (code >= 0x3400 && code < 0x4dc0) ||
  (code >= 0x4e00 && code < 0xa000) ||
  (code >= 0xac00 && code < 0xd7a4) ||
  // Full-width forms.
  (code >= 0xff01 && code < 0xff61) ||
  (code >= 0xffe0 && code < 0xffe7);

/** Arrows and other signs of screens: one column, but an emoji of two when a variation selector follows. */
const isSign = (code: number): boolean =>
  (code >= 0x2190 && code < 0x2200) ||
  code === 0x23ce ||
  (code >= 0x25d1 && code < 0x25d4) ||
  (code >= 0x2713 && code < 0x2719) ||
  code === 0x276f ||
  (code >= 0x2800 && code < 0x2900);

// Created on first use.
let emojiPresentation: RegExp | undefined;

/** Whether an emoji of one code point begins at `at`, without a joiner before it. Its width is 2. */
function isEmoji(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (!((unit >= 0x231a && unit < 0x2b56) || (unit >= 0xd83c && unit < 0xd83f))) return false;
  const code = text.codePointAt(at) ?? 0;
  // Regional indicators and skin tones join.
  if ((code >= 0x1f1e6 && code <= 0x1f1ff) || (code >= 0x1f3fb && code <= 0x1f3ff)) return false;
  emojiPresentation ??= /^\p{Emoji_Presentation}$/u;
  return text.charCodeAt(at - 1) !== JOINER && emojiPresentation.test(String.fromCodePoint(code));
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

const JOINER = 0x200d;

/** The end of the run that needs segmenting: before the next escape or simple grapheme. */
export function clusterEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x1b && simpleGraphemeLength(text, at) === 0) at++;
  return at;
}
