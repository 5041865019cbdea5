import { sanitiseLine } from '../domain/text/sanitise.ts';
import { cursorSequence, renderText, UNFINISHED_SEQUENCE } from './rendered-text.ts';

/** A turn keeps at most this much from the end of its output, bytes, as written and as shown: some 6,000 lines. */
export const OUTPUT_LIMIT = 512 * 1024;

const NEWLINE = 0x0a;

/**
 * What a command has written so far. Kept as bytes, because that is how it comes: a character may be cut anywhere,
 * and a command that floods costs next to nothing until somebody reads.
 */
export class OutputBuffer {
  #parts: Buffer[] = [];
  #size = 0;
  /** How many bytes at the beginning are lost. */
  #dropped: number;
  /** Null when it would be more than is kept. */
  #unsaved: Buffer[] | null = [];
  #unsavedSize = 0;
  #text: string | null = null;
  readonly #limit: number;

  constructor(limit = OUTPUT_LIMIT, droppedBytes = 0) {
    this.#limit = limit;
    this.#dropped = droppedBytes;
  }

  get droppedBytes(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#size;
  }

  push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    this.#unsaved?.push(bytes);
    this.#unsavedSize += bytes.length;
    this.#text = null;
    // Twice, so that the work of cutting is done once for every `limit` bytes.
    if (this.#size > 2 * this.#limit) this.#truncate();
    if (this.#unsavedSize > 2 * this.#limit) this.#unsaved = null;
  }

  /** The bytes since the last call. Null when they are more than is kept: then `all` replaces what was saved before. */
  takeUnsaved(): Buffer | null {
    const bytes = this.#unsaved && Buffer.concat(this.#unsaved, this.#unsavedSize);
    this.#unsaved = [];
    this.#unsavedSize = 0;
    return bytes;
  }

  /** Everything that is kept, as bytes. */
  retainedBytes(): Buffer {
    this.#truncate();
    return this.#bytes();
  }

  /**
   * As text. While the command runs, a character whose last bytes are still to come is left out; afterwards
   * whatever is not UTF-8 shows as U+FFFD.
   */
  text(complete: boolean): string {
    if (this.#text !== null && !complete) return this.#text;
    this.#truncate();
    const bytes = this.#bytes();
    const whole = complete ? bytes : bytes.subarray(0, bytes.length - incompleteBytes(bytes));
    const written = whole.toString('utf8');
    const { text } = renderText(complete ? written : written.replace(UNFINISHED_SEQUENCE, ''));
    const marked = this.#withDroppedNote(text);
    this.#text = complete ? null : marked;
    return marked;
  }

  /** The last line that shows anything, or '' without one: escape sequences alone show nothing. */
  lastLine(): string {
    const lines = this.text(false).trimEnd().split('\n');
    return lines.findLast((line) => sanitiseLine(line).trim() !== '') ?? '';
  }

  /**
   * Adds text as lines of their own below everything that is shown, wherever the command left the cursor.
   */
  pushLine(line: string): void {
    const { text, linesBelow, column } = renderText(this.#bytes().toString('utf8'));
    const down = linesBelow === 0 ? '' : cursorSequence(linesBelow, 'B');
    const isFree = text === '' || text.endsWith('\n');
    const toNext = isFree ? (column === null ? '' : '\r') : '\n';
    this.push(Buffer.from(`${down}${toNext}${line}`));
  }

  /**
   * Before a line is dropped: a progress bar that drew itself a thousand times takes the room of one line. The bytes are
   * replaced by what they show, with the cursor where it was, so that the command may go on where it stopped.
   */
  #dropOverwritten(): void {
    const bytes = this.#bytes();
    const written = bytes.toString('utf8', 0, bytes.length - incompleteBytes(bytes));
    const end = UNFINISHED_SEQUENCE.exec(written)?.index ?? written.length;
    const { text, linesBelow, column } = renderText(written.slice(0, end));
    if (text.length >= end) return;
    const up = linesBelow === 0 ? '' : cursorSequence(linesBelow, 'A');
    const across = column === null ? '' : cursorSequence(column + 1, 'G');
    const whole = bytes.length - incompleteBytes(bytes);
    const tail = Buffer.concat([Buffer.from(written.slice(end)), bytes.subarray(whole)]);
    this.#parts = [Buffer.from(text + up + across), tail];
    this.#size = this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** The end of a text that drew itself larger than the limit, below a line that says how much is missing. */
  #withDroppedNote(text: string): string {
    let end = text;
    let droppedBytes = this.#dropped;
    if (Buffer.byteLength(text) > this.#limit) {
      const bytes = Buffer.from(text);
      const start = startOfTail(bytes, this.#limit);
      end = bytes.toString('utf8', start);
      droppedBytes += start;
    }
    return droppedBytes === 0 ? end : `[${formatSize(droppedBytes)} of earlier output dropped]\n${end}`;
  }

  #bytes(): Buffer {
    const [only] = this.#parts;
    if (this.#parts.length === 1 && only !== undefined) return only;
    const bytes = Buffer.concat(this.#parts, this.#size);
    this.#parts = [bytes];
    return bytes;
  }

  #truncate(): void {
    if (this.#size <= this.#limit) return;
    this.#dropOverwritten();
    if (this.#size <= this.#limit) return;
    const bytes = this.#bytes();
    const start = startOfTail(bytes, this.#limit);
    this.#dropped += start;
    // A copy: a view would keep the whole of what was dropped in memory.
    this.#parts = [Buffer.from(bytes.subarray(start))];
    this.#size = bytes.length - start;
  }
}

/** Where the last `limit` of more bytes begin: with a line, or at least with a whole character. */
function startOfTail(bytes: Buffer, limit: number): number {
  const from = bytes.length - limit;
  const line = bytes.indexOf(NEWLINE, from);
  return line >= 0 && line < bytes.length - limit / 2 ? line + 1 : nextCharacter(bytes, from);
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function nextCharacter(bytes: Buffer, from: number): number {
  let start = from;
  while (start - from < 4 && isContinuation(bytes[start])) start += 1;
  return start;
}

/** How many bytes at the end begin a UTF-8 character that is not there as a whole. */
function incompleteBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

const formatSize = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
