import { isMouseReport } from './mouse.ts';

/** The kinds of sequence that a terminal sends, distinguished by their shape. */
export type SequenceKind =
  | 'key'
  | 'paste-start'
  | 'paste-end'
  | 'focus-in'
  | 'focus-out'
  /** A mouse report in the requested form. */
  | 'mouse'
  /** A reply to a query (attributes, cursor position, colours), or a mouse report of another form. */
  | 'reply'
  /** A key release; only the kitty protocol reports it. */
  | 'release'
  /** Interrupted by a character that is not part of it. */
  | 'broken';

const RELEASE = /^\x1b\[[\d:]*;\d*:3(?:;[\d:]*)?[A-Za-z~]$/;
const CURSOR_POSITION = /^\x1b\[\d+;\d+R$/;
/** Cursor, editing and function keys of xterm, rxvt, the Linux console and the kitty protocol, with or without modifiers. */
const KEY = /^\x1b(?:\[\[?[\d;:]*[A-HP-SZa-e~u^$@]|O[\d;]*[@-~])$/;

/** `sequence` is a complete CSI or SS3 sequence. */
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

/** A longer sequence is noise. */
const MAX_CSI = 128;

/**
 * The index after the sequence at `start`, 'pending' if `text` ends too early, or 'none' if neither CSI nor SS3 follows the ESC.
 * A broken sequence ends where it breaks.
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
  // The Linux console sends its first function keys with two brackets.
  if (text[at] === '[') at++;
  for (; at < text.length && at - start < MAX_CSI; at++) {
    const code = text.charCodeAt(at);
    // rxvt ends shifted editing keys with `$`, which is not a final byte elsewhere.
    if (text[at] === '$' && at === start + 3 && /\d/.test(text[at - 1] ?? '')) return at + 1;
    if (isFinal(code)) return at + 1;
    if (code < 0x20 || code > 0x3f) return at;
  }
  return at < text.length ? at : 'pending';
}

const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e;

/** A longer control string is no reply to a query of taskdeck. */
const MAX_STRING = 1 << 20;

/**
 * The same for an OSC, DCS or APC, which are replies as strings. Alt and a character start with the same bytes, so a string
 * counts only if its content starts like a reply.
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

/** Unambiguous forms for Ink: it neither waits for more nor reads two keys as one. */
const KEY_ESCAPE = '\x1b[27u';
const ALT_BRACKET = '\x1b[91;3u';
const ALT_O = '\x1b[79;3u';

/** `sequence` in a form that Ink understands; xterm's modifyOtherKeys becomes the kitty protocol. */
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

/** A kitty key with alternates: its character, the shifted one, and the one on a US keyboard. */
const ALTERNATES = /^\x1b\[(\d+):(\d*)(?::(\d+))?;(\d+)([:;][\d:;]*)?u$/;
const SHIFT = 1;
const ALT = 2;
const CTRL = 4;

/**
 * A key with ctrl or alt as other terminals send it: for a non-ASCII letter the key on a US keyboard, and with shift the
 * shifted character. Keys that type text stay unchanged.
 */
function withoutAlternates(sequence: string): string {
  const [, primary, shifted, base, field, rest = ''] = ALTERNATES.exec(sequence) ?? [];
  const held = Number(field) - 1;
  if (primary === undefined || (held & (ALT | CTRL)) === 0) return sequence;
  if (base !== undefined && Number(primary) > 0x7f) return `\x1b[${base};${field}${rest}u`;
  // Terminals do not distinguish ctrl with a small and with a capital letter.
  const isCapital = Number(shifted) >= 0x41 && Number(shifted) <= 0x5a;
  return shifted === '' || (held & SHIFT) === 0 || (isCapital && (held & CTRL) !== 0)
    ? `\x1b[${primary};${field}${rest}u`
    : `\x1b[${shifted};${held - SHIFT + 1}${rest}u`;
}
