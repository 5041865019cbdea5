import { isMouseReport } from './mouse.ts';

/** What a terminal may send besides plain characters, told apart by its shape. */
export type SequenceKind =
  /** Somebody pressed a key. */
  | 'key'
  | 'paste-start'
  | 'paste-end'
  | 'focus-in'
  | 'focus-out'
  /** A report of the mouse in the form that we ask for. */
  | 'mouse'
  /** The terminal's answer to a question: attributes, cursor position, colours; and mouse reports of other forms. */
  | 'reply'
  /** A key was let go, which only the kitty protocol reports. */
  | 'release'
  /** Cut short by something that does not belong there. */
  | 'broken';

const RELEASE = /^\x1b\[[\d:]*;\d*:3(?:;[\d:]*)?[A-Za-z~]$/;
const CURSOR_POSITION = /^\x1b\[\d+;\d+R$/;
/** Cursor, editing and function keys of xterm, rxvt, the Linux console and the kitty protocol, with or without modifiers. */
const KEY = /^\x1b(?:\[\[?[\d;:]*[A-HP-SZa-e~u^$@]|O[\d;]*[@-~])$/;

/** `sequence` is one whole CSI or SS3 sequence. */
export function sequenceKind(sequence: string): SequenceKind {
  switch (sequence) {
    case '\x1b[200~':
      return 'paste-start';
    case '\x1b[201~':
      return 'paste-end';
    case '\x1b[I':
      return 'focus-in';
    case '\x1b[O':
      return 'focus-out';
  }
  if (isMouseReport(sequence)) return 'mouse';
  if (RELEASE.test(sequence)) return 'release';
  if (CURSOR_POSITION.test(sequence)) return 'reply';
  if (KEY.test(sequence)) return 'key';
  return sequence.startsWith('\x1b[M') || isFinal(sequence.charCodeAt(sequence.length - 1))
    ? 'reply'
    : 'broken';
}

/** Sequences are short; what goes on for longer than this is noise. */
const MAX_CSI = 128;

/**
 * Where the sequence that begins with the ESC at `start` ends: the index behind it, 'pending' when `text` ends
 * too early, or 'none' when what follows the ESC is no CSI and no SS3. A broken one ends where it breaks.
 */
export function sequenceEnd(text: string, start: number): number | 'pending' | 'none' {
  const kind = text[start + 1];
  if (kind === '[') return csiEnd(text, start);
  if (kind !== 'O') return 'none';
  let at = start + 2;
  while (/[\d;]/.test(text[at] ?? '')) at++;
  if (at >= text.length) return 'pending';
  return isFinal(text.charCodeAt(at)) ? at + 1 : 'none';
}

function csiEnd(text: string, start: number): number | 'pending' {
  let at = start + 2;
  if (text[at] === 'M') return at + 4 <= text.length ? at + 4 : 'pending';
  // The Linux console writes its first function keys with two brackets.
  if (text[at] === '[') at++;
  for (; at < text.length && at - start < MAX_CSI; at++) {
    const code = text.charCodeAt(at);
    // rxvt ends shifted editing keys in a byte that is no final one anywhere else.
    if (text[at] === '$' && at === start + 3 && /\d/.test(text[at - 1] ?? '')) return at + 1;
    if (isFinal(code)) return at + 1;
    if (code < 0x20 || code > 0x3f) return at;
  }
  return at < text.length ? at : 'pending';
}

const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e;

/** A control string that is longer than this is not an answer to anything we asked. */
const MAX_STRING = 1 << 20;

/**
 * The same for an OSC, DCS or APC, the answers that come as strings. Their first bytes are also what alt and a
 * character send, so one counts only when its content begins as an answer does.
 */
export function stringEnd(text: string, start: number): number | 'pending' | 'none' {
  const begins = STRING_STARTS[text[start + 1] ?? ''];
  if (begins === undefined) return 'none';
  if (start + 2 >= text.length) return 'pending';
  if (!begins.test(text[start + 2] ?? '')) return 'none';
  for (let at = start + 2; at < text.length; at++) {
    if (text[at] === '\x07') return at + 1;
    if (text[at] !== '\x1b') continue;
    if (at + 1 >= text.length) return 'pending';
    return text[at + 1] === '\\' ? at + 2 : at;
  }
  return text.length - start > MAX_STRING ? text.length : 'pending';
}

const STRING_STARTS: Readonly<Record<string, RegExp>> = {
  ']': /\d/,
  P: /[\d>!]/,
  _: /G/,
};

/** What Ink is given for a key, so that it neither waits for more nor takes two keys for one. */
const KEY_ESCAPE = '\x1b[27u';
const ALT_BRACKET = '\x1b[91;3u';
const ALT_O = '\x1b[79;3u';

/** `sequence` in a form that Ink reads; xterm's other-keys form becomes the kitty protocol's. */
export function inkKeyBytes(sequence: string): string {
  switch (sequence) {
    case '\x1b':
      return KEY_ESCAPE;
    case '\x1b[':
      return ALT_BRACKET;
    case '\x1bO':
      return ALT_O;
  }
  const other = /^\x1b\[27;(\d+);(\d+)~$/.exec(sequence);
  return other === null ? withoutAlternates(sequence) : `\x1b[${other[2]};${other[1]}u`;
}

/** A key of the kitty protocol with its alternates: what it types, what with shift, and what it would type on a US keyboard. */
const ALTERNATES = /^\x1b\[(\d+):(\d*)(?::(\d+))?;(\d+)([:;][\d:;]*)?u$/;
const SHIFT = 1;
const ALT = 2;
const CTRL = 4;

/**
 * A key that is held with ctrl or alt, as other terminals send it: for a letter that is none of ASCII the one in the same place on a
 * US keyboard, and with shift what that types. Keys that type text stay as they are.
 */
function withoutAlternates(sequence: string): string {
  const [, primary, shifted, base, field, rest = ''] = ALTERNATES.exec(sequence) ?? [];
  const held = Number(field) - 1;
  if (primary === undefined || (held & (ALT | CTRL)) === 0) return sequence;
  if (base !== undefined && Number(primary) > 0x7f) return `\x1b[${base};${field}${rest}u`;
  // No terminal tells ctrl and a small letter from ctrl and a capital one.
  const isCapital = Number(shifted) >= 0x41 && Number(shifted) <= 0x5a;
  return shifted === '' || (held & SHIFT) === 0 || (isCapital && (held & CTRL) !== 0)
    ? `\x1b[${primary};${field}${rest}u`
    : `\x1b[${shifted};${held - SHIFT + 1}${rest}u`;
}
