import { simpleGraphemeLength, simpleGraphemeWidth } from './simple-characters.ts';

/**
 * Text of characters that take one column and never join others: printable ASCII, Latin, punctuation, arrows, box
 * drawing, Braille and common signs of screens. Also SGR and hyperlinks, which take no column.
 */
const PLAIN =
  /^(?:[\x20-\x7e\xa0-\xa8\xaa-\xac\xaf-\u02ff\u2010-\u2027\u2190-\u21ff\u23ce\u2500-\u25a0\u25cf-\u25d3\u2713-\u2718\u276f\u2800-\u28ff]|\x1b\[[\d;]*m|\x1b\]8;[\x21-\x7e]*\x1b\\)*$/;
const SGR = /\x1b(?:\[[\d;]*m|\]8;[\x21-\x7e]*\x1b\\)/g;
const SEQUENCE = new RegExp(SGR, 'y');
const ESC = String.fromCharCode(0x1b);

/** Plain characters without SGR: as many columns and graphemes as UTF-16 units. */
export const isPlain = (text: string): boolean => plainWidth(text) === text.length;

/** The columns of a plain text; -1 for any other. */
function plainWidth(text: string): number {
  if (!PLAIN.test(text)) return -1;
  return text.includes(ESC) ? text.replaceAll(SGR, '').length : text.length;
}

/** The columns of a text, with SGR and hyperlinks, whose characters all need no segmenter; -1 for any other. */
export function knownWidth(text: string): number {
  const plain = plainWidth(text);
  if (plain !== -1) return plain;
  let width = 0;
  for (let at = 0; at < text.length; ) {
    const length = simpleGraphemeLength(text, at);
    if (length > 0) {
      width += simpleGraphemeWidth(text, at);
      at += length;
    } else {
      const sequence = sequenceLength(text, at);
      if (sequence === 0) return -1;
      at += sequence;
    }
  }
  return width;
}

/**
 * Truncates a text of known width that is wider than `columns`, with `…` in the last column that it uses. All style
 * changes stay.
 */
export function truncateKnown(text: string, columns: number): string {
  let out = '';
  let room = columns - 1;
  for (let at = 0; at < text.length; ) {
    const sequence = sequenceLength(text, at);
    const length = sequence || simpleGraphemeLength(text, at);
    if (sequence > 0) out += text.slice(at, at + sequence);
    else if (room > 0) {
      room -= simpleGraphemeWidth(text, at);
      if (room >= 0) out += text.slice(at, at + length);
      // At once, in the style of the last character.
      if (room <= 0) out += '…';
    }
    at += length;
  }
  return out;
}

/** The length of the SGR or hyperlink sequence at `at`; 0 for anything else. */
function sequenceLength(text: string, at: number): number {
  if (text[at] !== ESC) return 0;
  SEQUENCE.lastIndex = at;
  return SEQUENCE.exec(text)?.[0].length ?? 0;
}
