import type { IUnicodeVersionProvider } from '@xterm/headless';
import stringWidth from 'string-width';

/** How a terminal counts columns: today's, which keep a grapheme together, or those that know code points only. */
export type Clustering = 'graphemes' | 'codepoints';

const NOTHING = 0;
const JOINER = 1;
const REGIONAL = 2;

/** Emulates both kinds, since xterm.js by itself still measures by Unicode 6. */
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
      const next = code === 0x200d ? JOINER : isRegional(code) && state !== REGIONAL ? REGIONAL : NOTHING;
      if (clustering === 'graphemes' && preceding !== 0) {
        const joins =
          width === 0 ||
          isSkin(code) ||
          (state === JOINER && width === 2) ||
          (state === REGIONAL && isRegional(code));
        if (joins) {
          const wide =
            code === 0xfe0f || isRegional(code) ? 2 : Math.max(before, state === JOINER ? width : 0);
          return properties(next, wide, true);
        }
      }
      if (width === 0 && preceding !== 0) return properties(next, before, true);
      return properties(next, isRegional(code) ? 1 : width, false);
    },
  };
}

const isRegional = (code: number): boolean => code >= 0x1f1e6 && code <= 0x1f1ff;
const isSkin = (code: number): boolean => code >= 0x1f3fb && code <= 0x1f3ff;

/** The encoding that xterm.js wants: a state of our own, the width, and whether this joins what stands before it. */
const properties = (state: number, width: number, joins: boolean): number =>
  (state << 3) | (width << 1) | (joins ? 1 : 0);
