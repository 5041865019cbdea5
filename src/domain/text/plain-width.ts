/**
 * Text of characters that take one column and never join others: printable ASCII, Latin, punctuation, arrows, box
 * drawing, Braille and common signs of screens. Also SGR and hyperlinks, which take no column.
 */
const PLAIN =
  /^(?:[\x20-\x7e\xa0-\xa8\xaa-\xac\xaf-\u02ff\u2010-\u2027\u2190-\u21ff\u23ce\u2500-\u25a0\u25cf-\u25d3\u2713-\u2718\u276f\u2800-\u28ff]|\x1b\[[\d;]*m|\x1b\]8;;[\x21-\x7e]*\x1b\\)*$/;
const SGR = /\x1b(?:\[[\d;]*m|\]8;;[\x21-\x7e]*\x1b\\)/g;
const ESC = String.fromCharCode(0x1b);

/** Plain characters without SGR: as many columns and graphemes as UTF-16 units. */
export const isPlain = (text: string): boolean => plainWidth(text) === text.length;

/** The columns of a plain text; -1 for any other. */
export function plainWidth(text: string): number {
  if (!PLAIN.test(text)) return -1;
  return text.includes(ESC) ? text.replaceAll(SGR, '').length : text.length;
}

/** Truncates a plain text that is wider than `columns`, with `…` in the last column. All style changes stay. */
export function truncatePlain(text: string, columns: number): string {
  if (!text.includes(ESC)) return `${text.slice(0, columns - 1)}…`;
  let out = '';
  let room = columns - 1;
  let at = 0;
  for (const { 0: sgr, index } of text.matchAll(SGR)) {
    if (room >= 0) {
      const piece = text.slice(at, index);
      out += piece.length < room ? piece : `${piece.slice(0, room)}…`;
      room = piece.length < room ? room - piece.length : -1;
    }
    out += sgr;
    at = index + sgr.length;
  }
  return room < 0 ? out : `${out}${text.slice(at, at + room)}…`;
}
