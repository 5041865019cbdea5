import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { cursorSequence, renderText, UNFINISHED_SEQUENCE } from './rendered-text.ts';

/** Maximum output that a turn retains, from its end, as written and as rendered, bytes. About 6,000 lines. */
export const OUTPUT_LIMIT = 512 * 1024;

const NEWLINE = 0x0a;

/** The output of a command. Stores bytes, and decodes and renders them only when text is read. */
export class OutputBuffer {
  #parts: Buffer[] = [];
  #size = 0;
  /** Number of bytes dropped at the beginning. */
  #dropped: number;
  /** Bytes since the last `takeUnsaved`; null if there were too many. */
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
    // At twice the limit, so that truncation runs once for every `limit` bytes.
    if (this.#size > 2 * this.#limit) this.#truncate();
    if (this.#unsavedSize > 2 * this.#limit) this.#unsaved = null;
  }

  /** The bytes since the last call. Null if there were too many: then save `retainedBytes` instead of all before. */
  takeUnsaved(): Buffer | null {
    const bytes = this.#unsaved && Buffer.concat(this.#unsaved, this.#unsavedSize);
    this.#unsaved = [];
    this.#unsavedSize = 0;
    return bytes;
  }

  /** All retained bytes. */
  retainedBytes(): Buffer {
    this.#truncate();
    return this.#bytes();
  }

  /**
   * The rendered text. Invalid UTF-8 becomes U+FFFD. Unless `complete`, omits an unfinished character or sequence at the
   * end.
   */
  text(complete: boolean): string {
    if (this.#text !== null && !complete) return this.#text;
    this.#truncate();
    const bytes = this.#bytes();
    const decodable = complete ? bytes : bytes.subarray(0, bytes.length - incompleteBytes(bytes));
    const written = decodable.toString('utf8');
    const { text } = renderText(complete ? written : written.replace(UNFINISHED_SEQUENCE, ''));
    const result = this.#withDroppedNote(text);
    this.#text = complete ? null : result;
    return result;
  }

  /** The last line with visible text; '' if there is none. */
  lastLine(): string {
    const lines = this.text(false).trimEnd().split('\n');
    return lines.findLast((line) => sanitiseLine(line).trim() !== '') ?? '';
  }

  /** Appends `line` below all output, wherever the cursor is. */
  pushLine(line: string): void {
    const { text, linesBelow, column } = renderText(this.#bytes().toString('utf8'));
    const down = linesBelow === 0 ? '' : cursorSequence(linesBelow, 'B');
    const isFree = text === '' || text.endsWith('\n');
    const toNext = isFree ? (column === null ? '' : '\r') : '\n';
    this.push(Buffer.from(`${down}${toNext}${line}`));
  }

  /**
   * Replaces the bytes by their rendered text, with the same cursor position. Saves space before lines are dropped: a
   * progress bar that was redrawn many times becomes one line.
   */
  #dropOverwritten(): void {
    const bytes = this.#bytes();
    const decodable = bytes.length - incompleteBytes(bytes);
    const written = bytes.toString('utf8', 0, decodable);
    const end = UNFINISHED_SEQUENCE.exec(written)?.index ?? written.length;
    const { text, linesBelow, column } = renderText(written.slice(0, end));
    if (text.length >= end) return;
    const up = linesBelow === 0 ? '' : cursorSequence(linesBelow, 'A');
    const across = column === null ? '' : cursorSequence(column + 1, 'G');
    const tail = Buffer.concat([Buffer.from(written.slice(end)), bytes.subarray(decodable)]);
    this.#parts = [Buffer.from(text + up + across), tail];
    this.#size = this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** Truncates rendered text at the limit. Puts a line with the size of all dropped output before it. */
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
    // A copy: a view would retain the dropped bytes in memory.
    this.#parts = [Buffer.from(bytes.subarray(start))];
    this.#size = bytes.length - start;
  }
}

/** Start of the last `limit` bytes, moved to the next line, or at least to the next character. */
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

/** Number of bytes at the end that belong to an incomplete UTF-8 character. */
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
