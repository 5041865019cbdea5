import type { IUnicodeVersionProvider } from '@xterm/headless';
import stringWidth from 'string-width';

/** How a terminal counts columns: by grapheme cluster (recent terminals) or by code point. */
export type Clustering = 'graphemes' | 'codepoints';

const NOTHING = 0;
const JOINER = 1;
const REGIONAL = 2;
const VIRAMA = 3;

/** A width table for xterm.js, whose own follows Unicode 6. */
export function unicodeOf(clustering: Clustering): IUnicodeVersionProvider {
  const widths = new Map<number, 0 | 1 | 2>();
  const wcwidth = (code: number): 0 | 1 | 2 => {
    const known = widths.get(code);
    if (known !== undefined) return known;
    const width = Math.min(2, stringWidth(String.fromCodePoint(code))) as 0 | 1 | 2;
    widths.set(code, width);
    return width;
  };
  return {
    version: clustering,
    wcwidth,
    charProperties(code, preceding) {
      const width = wcwidth(code);
      const before = (preceding >> 1) & 3;
      const state = preceding >> 3;
      const next = following(code, state);
      if (clustering === 'graphemes' && preceding !== 0) {
        const joins =
          width === 0 ||
          isMark(code) ||
          (state === VIRAMA && isDevanagari(code)) ||
          isSkin(code) ||
          (state === JOINER && width === 2) ||
          (state === REGIONAL && isRegional(code));
        if (joins) {
          return properties(next, widthWith(code, width, before, state), true);
        }
      }
      if (width === 0 && preceding !== 0) return properties(next, before, true);
      return properties(next, isRegional(code) ? 1 : width, false);
    },
  };
}

const isRegional = (code: number): boolean => code >= 0x1f1e6 && code <= 0x1f1ff;
/** Columns of a grapheme that has `before` columns, after one more code point. */
function widthWith(code: number, width: number, before: number, state: number): number {
  if (code === 0xfe0f || isRegional(code)) return 2;
  if (isMark(code)) return Math.min(2, before + width);
  return Math.max(before, state === JOINER ? width : 0);
}

/** The state after a code point. */
function following(code: number, state: number): number {
  if (code === 0x200d) return JOINER;
  if (code === 0x94d) return VIRAMA;
  return isRegional(code) && state !== REGIONAL ? REGIONAL : NOTHING;
}

const isDevanagari = (code: number): boolean => code >= 0x900 && code < 0x980;
const isMark = (code: number): boolean => /\p{M}/u.test(String.fromCodePoint(code));
const isSkin = (code: number): boolean => code >= 0x1f3fb && code <= 0x1f3ff;

/** xterm.js's encoding of our state, the width, and whether the code point joins the previous one. */
const properties = (state: number, width: number, joins: boolean): number =>
  (state << 3) | (width << 1) | (joins ? 1 : 0);
