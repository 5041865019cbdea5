const ESC = 0x1b;
const ST = 0x9c;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;

const isIn = (code: number, low: number, high: number): boolean => code >= low && code <= high;

/**
 * The index after the escape sequence at `start`, where an ESC or a C1 control stands. Always greater than `start`, so
 * that callers take linear time.
 */
export function skipEscape(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code !== ESC) return skipBody(text, code - 0x40, start + 1);
  const next = text.charCodeAt(start + 1);
  if (isIn(next, 0x40, 0x5f)) return skipBody(text, next, start + 2);
  // ESC, any number of intermediates, one final; anything else is text.
  let at = start + 1;
  while (isIn(text.charCodeAt(at), 0x20, 0x2f)) at++;
  return isIn(text.charCodeAt(at), 0x30, 0x7e) ? at + 1 : at;
}

/** `kind` is the second byte of the seven-bit form: `[` for CSI, `]` for OSC and so on. */
function skipBody(text: string, kind: number, at: number): number {
  switch (kind) {
    case 0x5b: // CSI
      return skipCsi(text, at);
    case 0x50: // DCS
    case 0x58: // SOS
    case 0x5d: // OSC
    case 0x5e: // PM
    case 0x5f: // APC
      return skipString(text, at, kind);
    case 0x4e: // SS2
    case 0x4f: // SS3 takes one more character
      return isIn(text.charCodeAt(at), 0x20, 0x7e) ? at + 1 : at;
    default:
      return at;
  }
}

function skipCsi(text: string, start: number): number {
  let at = start;
  while (isIn(text.charCodeAt(at), 0x20, 0x3f)) at++;
  return isIn(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at;
}

/**
 * A control string ends at its terminator. An unterminated one ends with its line, so that it does not hide the text
 * after it. Only a DCS, which may contain a picture, may span lines.
 */
function skipString(text: string, start: number, kind: number): number {
  let lineEnd = -1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x9f || isIn(code, 0x20, 0x7e)) continue;
    if (code === ST || (code === BEL && kind === 0x5d)) return at + 1;
    if (code === ESC && text.charCodeAt(at + 1) === 0x5c) return at + 2;
    if (code === 0x0a && lineEnd < 0) {
      if (kind !== 0x50) return at;
      lineEnd = at;
    }
    if (code === ESC || code === CAN || code === SUB || isIn(code, 0x80, 0x9f)) {
      return lineEnd < 0 ? at : lineEnd;
    }
  }
  return lineEnd < 0 ? text.length : lineEnd;
}
