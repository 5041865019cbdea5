import { StringDecoder } from 'node:string_decoder';

export interface LineReaderOptions {
  /** The longest line, bytes. */
  readonly maxBytes: number;
  readonly onLine: (line: string) => void;
  /** A line is longer than `maxBytes`; its rest is skipped. `beginning`: its first 1,024 bytes. */
  readonly onTooLong: (beginning: string) => void;
}

const NEWLINE = 0x0a;
const BEGINNING_BYTES = 1024;

/** Splits UTF-8 bytes into lines. Holds one incomplete line of at most `maxBytes`. */
export class LineReader {
  readonly #options: LineReaderOptions;
  #decoder = new StringDecoder('utf8');
  /** Pieces of the incomplete line, decoded: half the memory of bytes that are joined first. */
  #pieces: string[] = [];
  #bytes = 0;
  #isSkipping = false;

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      if (this.#bytes === 0 && !this.#isSkipping && end - start <= this.#options.maxBytes) {
        this.#options.onLine(chunk.toString('utf8', start, end));
      } else {
        this.#add(chunk.subarray(start, end));
        this.#finish();
      }
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  #add(bytes: Buffer): void {
    if (this.#isSkipping) return;
    this.#bytes += bytes.length;
    this.#pieces.push(this.#decoder.write(bytes));
    if (this.#bytes <= this.#options.maxBytes) return;
    const beginning = this.#pieces.join('').slice(0, BEGINNING_BYTES);
    this.#reset();
    this.#isSkipping = true;
    this.#options.onTooLong(beginning);
  }

  #finish(): void {
    const isSkipped = this.#isSkipping;
    const line = isSkipped ? '' : this.#pieces.join('') + this.#decoder.end();
    this.#reset();
    if (!isSkipped) this.#options.onLine(line);
  }

  #reset(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#isSkipping = false;
    this.#decoder = new StringDecoder('utf8');
  }
}
