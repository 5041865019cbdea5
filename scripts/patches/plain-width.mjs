/**
 * Characters of one column that join with nothing before or behind them: printable ASCII, Latin, punctuation, arrows, box drawing,
 * Braille and the few signs that screens are made of; and SGR, of no column.
 */
const PLAIN =
  /^(?:[\x20-\x7e\xa0-\xa8\xaa-\xac\xaf-\u02ff\u2010-\u2027\u2190-\u21ff\u23ce\u2500-\u25a0\u25cf-\u25d3\u2713-\u2718\u276f\u2800-\u28ff]|\x1b\[[\d;]*m)*$/;
const SGR = /\x1b\[[\d;]*m/g;

/** The columns of a text of nothing but such characters; -1 for any other. */
export function plainWidth(text) {
  if (!PLAIN.test(text)) return -1;
  return text.includes('\x1b') ? text.replaceAll(SGR, '').length : text.length;
}
