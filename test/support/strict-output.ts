/** Size of the terminal. */
export interface OutputLimits {
  readonly columns: number;
  readonly rows: number;
}

/** Bytes that are neither visible text nor a sequence that src/terminal writes. */
class UnexpectedBytes extends Error {
  override readonly name = 'UnexpectedBytes';
  /** Offset in the stream, bytes. */
  readonly position: number;

  constructor(bytes: Buffer, position: number, why: string) {
    const excerpt = bytes.subarray(position, position + 24);
    const before = bytes.subarray(Math.max(0, position - 120), position);
    super(
      `byte ${position} of ${bytes.length}: ${why}: ${excerpt
        .toString('hex')
        .replaceAll(/(?=(?:..)+$)/g, ' ')
        .trim()} ${JSON.stringify(excerpt.toString())}, after ${JSON.stringify(before.toString())}`,
    );
    this.position = position;
  }
}

/** The number of characters, and of sequences by name. */
export interface OutputSummary {
  readonly characters: number;
  readonly sequences: ReadonlyMap<string, number>;
}

/**
 * Parses the whole output of taskdeck. Accepts only visible characters and the sequences of the table below.
 * @throws UnexpectedBytes with the position and the bytes
 */
export function checkOutput(bytes: Buffer, limits: OutputLimits): OutputSummary {
  // Latin-1, so that string indexes are byte offsets.
  const text = bytes.toString('latin1');
  const sequences = new Map<string, number>();
  let characters = 0;
  let line = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x1b || byte < 0x20 || byte === 0x7f) {
      const found = sequenceAt(text, at, limits);
      if (found === null) throw new UnexpectedBytes(bytes, at, 'unknown sequence');
      const fault = found.fault;
      if (fault !== null) throw new UnexpectedBytes(bytes, at, fault);
      sequences.set(found.name, (sequences.get(found.name) ?? 0) + 1);
      at += found.length;
      // A style may stand inside a grapheme cluster; a cursor movement may not.
      if (found.name !== 'style' && found.name !== 'link') line = '';
    } else {
      const { character, size } = characterAt(bytes, at);
      if (character === null) throw new UnexpectedBytes(bytes, at, 'not UTF-8');
      const fault = characterFault(character, line);
      if (fault !== null) throw new UnexpectedBytes(bytes, at, fault);
      line = (line + character).slice(-MAX_CLUSTER_LENGTH);
      characters++;
      at += size;
    }
  }
  return { characters, sequences };
}

/** The sanitiser's limit for a cluster, UTF-16 units. */
const MAX_CLUSTER_LENGTH = 64;

interface MatchedSequence {
  readonly name: string;
  readonly length: number;
  /** Why taskdeck does not write this form of the sequence; null if it does. */
  readonly fault: string | null;
}

type SequenceCheck = (match: RegExpExecArray, limits: OutputLimits) => string | null;
const alwaysValid: SequenceCheck = () => null;

/** All sequences that taskdeck writes, after the name of the file that writes them. Patterns are sticky. */
const SEQUENCES: readonly (readonly [name: string, pattern: RegExp, check: SequenceCheck])[] = [
  // terminal-modes.ts: moves below the picture before leaving the alternate screen. The kernel adds a CR.
  ['leave', /\x1b\[9999H\r+\n(?=\x1b\[\?1049l)/y, alwaysValid],
  // terminal-session.ts, askForKey: a sentence below a pager's output. Line breaks of other text have one CR, the kernel's.
  ['line', /\r\r+\n/y, alwaysValid],
  // cell-writer.ts: cursor movements within the screen.
  [
    'move',
    /\x1b\[(\d*)(?:;(\d+))?H/y,
    ([, row, column], { rows, columns }) => inside(row, rows) ?? inside(column, columns),
  ],
  ['move', /\x1b\[(\d+)G/y, ([, column], { columns }) => inside(column, columns)],
  ['move', /\x1b\[(\d*)[AB]/y, ([, count], { rows }) => inside(count, rows)],
  ['move', /\x1b\[(\d*)[CD]/y, ([, count], { columns }) => inside(count, columns)],
  ['move', /\r|\x08{1,4}/y, alwaysValid],
  ['erase', /\x1b\[K/y, alwaysValid],
  // styles.ts
  ['style', /\x1b\[([\d;]*)m/y, ([, codes = '']) => styleFault(codes)],
  // painter.ts, terminal-modes.ts, terminal-session.ts and Ink: wrapping, cursor, focus, wheel, alternate screen, paste,
  // synchronized updates.
  ['mode', /\x1b\[\?(\d+)[hl]/y, ([, mode = '']) => (MODES.has(mode) ? null : `mode ${mode} is unknown`)],
  // keyboard.ts, wheel.ts
  ['keyboard', /\x1b\[(?:\?u|>5u|<1u)/y, alwaysValid],
  ['query', /\x1b\[\?1007\$p/y, alwaysValid],
  ['background', /\x1b\]11;\?\x1b\\/y, alwaysValid],
  // output-flow-control.ts
  ['query', /\x1b\[5n/y, alwaysValid],
  // painter.ts, before it redraws the whole screen.
  ['reset', /\x1b\[r\x1b\[\?6l\x1b\(B\x0f\x1b\[m/y, alwaysValid],
  // window-title.ts
  ['title', /\x1b\[2[23];2t/y, alwaysValid],
  ['title', /\x1b\]2;([^\x00-\x1f\x7f]*)\x1b\\/y, ([, title = '']) => bytesFault(title)],
  // notify.ts
  ['bell', /\x07/y, alwaysValid],
  ['notice', /\x1b\]9;taskdeck: ([^\x00-\x1f\x7f]*)\x1b\\/y, ([, words = '']) => bytesFault(words)],
  [
    'notice',
    /\x1b\]777;notify;([^\x00-\x1f\x7f;]*);([^\x00-\x1f\x7f;]*)\x1b\\/y,
    ([, title = '', body = '']) => bytesFault(title) ?? bytesFault(body),
  ],
  [
    'notice',
    /\x1b\]99;i=taskdeck-\d+-\d+:(?:d=0|p=body);([^\x00-\x1f\x7f;]*)\x1b\\/y,
    ([, words = '']) => bytesFault(words),
  ],
  // clipboard.ts
  [
    'clipboard',
    /\x1b\]52;c;([A-Za-z\d+/]*={0,2})\x07/y,
    ([, data = '']) => bytesFault(Buffer.from(data, 'base64').toString('latin1'), true),
  ],
  // styles.ts: http and https links only.
  ['link', /\x1b\]8;(?:id=[\w-]+)?;(?:https?:\/\/[\x21-\x7e]+)?\x1b\\/y, alwaysValid],
  // terminal-session.ts: ends a sequence that a signal may have interrupted.
  ['end', /\x1b\\(?=\x1b\[0m)/y, alwaysValid],
];

const MODES = new Set(['7', '25', '1004', '1007', '1049', '2004', '2026']);

function sequenceAt(text: string, at: number, limits: OutputLimits): MatchedSequence | null {
  for (const [name, pattern, check] of SEQUENCES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { name, length: match[0].length, fault: check(match, limits) };
  }
  return null;
}

const inside = (value: string | undefined, max: number): string | null =>
  value === undefined || value === '' || (Number(value) >= 1 && Number(value) <= max)
    ? null
    : `${value} is outside the screen`;

/** Bold, dim, italic, underline, inverse, strikethrough, sixteen foreground colours, and their resets. */
const STYLES = /^(?:0|1|2|3|4|7|9|22|23|24|27|29|3[0-79]|9[0-7])?$/;

const styleFault = (codes: string): string | null =>
  codes.split(';').every((code) => STYLES.test(code)) ? null : `the style ${codes} is unknown`;

/** Why a text of several lines must not be shown; null if it may. */
export function textFault(text: string): string | null {
  for (const line of text.split('\n')) {
    const fault = lineFault(line);
    if (fault !== null) return fault;
  }
  return null;
}

function lineFault(text: string): string | null {
  let line = '';
  for (const character of text) {
    const fault = characterFault(character, line);
    if (fault !== null) return fault;
    line = (line + character).slice(-MAX_CLUSTER_LENGTH);
  }
  return null;
}

/** The same for the bytes of a text inside a sequence, given as Latin-1. */
function bytesFault(latin1: string, lines = false): string | null {
  const text = Buffer.from(latin1, 'latin1').toString();
  return lines ? textFault(text) : lineFault(text);
}

/** One UTF-8 character; null if it is invalid or not in its shortest form. */
function characterAt(
  bytes: Buffer,
  at: number,
): { readonly character: string | null; readonly size: number } {
  const byte = bytes[at] ?? 0;
  const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  const part = bytes.subarray(at, at + size);
  const character = part.toString();
  return { character: Buffer.from(character).equals(part) ? character : null, size };
}

const INVISIBLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u{13430}-\u{1343f}]/u;

/** Why a character must not follow `line`; null if it may. Joiners and marks need a character to join. */
function characterFault(character: string, line: string): string | null {
  const code = character.codePointAt(0) ?? 0;
  const named = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const base = line.replace(/(?:\p{M}|\u200c|\u200d|[\u{e0020}-\u{e007f}])+$/u, '');
  const isOnNothing = base === '';
  if (code === 0x200c || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) {
    return isOnNothing ? `${named} joins nothing` : null;
  }
  if (code >= 0xe0020 && code <= 0xe007f) return base.endsWith('🏴') ? null : `${named} hides text`;
  if (INVISIBLE.test(character)) return `${named} is invisible`;
  if (/\p{M}/u.test(character)) {
    const marks = /[\p{M}\u200c\u200d]*$/u.exec(line)?.[0] ?? '';
    // Above the sanitiser's limit, because variation selectors count as marks too.
    if (Array.from(marks).length > MAX_MARKS) return `${named}: too many marks`;
  }
  return null;
}

const MAX_MARKS = 12;
