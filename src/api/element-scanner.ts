/** Where one element of a list stands in the text: from its first byte to behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Finds the elements of a JSON array of objects in UTF-8 bytes, as many bytes at a time as it is told to, without reading
 * what is in them: brackets and strings are all it knows. Whether each is JSON is for a parser to say; between them it sees
 * to the commas itself.
 */
export class ElementScanner {
  /** Those that are whole. */
  readonly found: Span[] = [];
  /** The byte that is looked at next. */
  at: number;
  /** Where the array's own bracket closes; null before it was found. */
  end: number | null = null;
  /** The array holds something other than objects, or is none: then nothing of this counts. */
  failed = false;
  #depth = 0;
  #inString = false;
  #start = 0;
  /** An element has ended and its comma has not come. */
  #afterElement: boolean;
  /** A comma has come and its element has not begun. */
  #afterComma = false;

  /** Begins inside the array at `at`: behind its opening bracket, or behind one of its elements. */
  constructor(at: number, behindElement: boolean) {
    this.at = at;
    this.#afterElement = behindElement;
  }

  /** Between two elements, and the next one has to come: here the known rest of an array can stand. */
  get isBeforeElement(): boolean {
    return !this.failed && this.#depth === 0 && !this.#inString && !this.#afterElement;
  }

  /** Looks at the bytes up to `to`, or a little more, or up to the end of the array. */
  scan(bytes: Uint8Array, to: number): void {
    let { at } = this;
    let inString = this.#inString;
    while (at < to && this.end === null && !this.failed) {
      if (inString) {
        while (at < to) {
          const byte = bytes[at++];
          // What a backslash stands before is no end of a string, whatever it is.
          if (byte === BACKSLASH) at++;
          else if (byte === QUOTE) {
            inString = false;
            break;
          }
        }
        continue;
      }
      const byte = bytes[at++];
      if (byte === QUOTE) {
        inString = true;
        if (this.#depth === 0) this.failed = true;
      } else if (byte === 0x7b || byte === 0x5b) this.#open(byte, at - 1);
      else if (byte === 0x7d || byte === 0x5d) this.#close(byte, at);
      else if (this.#depth === 0) this.#between(byte);
    }
    this.at = at;
    this.#inString = inString;
  }

  #open(byte: number, at: number): void {
    if (this.#depth++ > 0) return;
    if (byte !== 0x7b || this.#afterElement) this.failed = true;
    this.#start = at;
    this.#afterComma = false;
  }

  #close(byte: number, behind: number): void {
    if (this.#depth === 0) {
      if (byte === 0x5d && !this.#afterComma) this.end = behind - 1;
      else this.failed = true;
      return;
    }
    if (--this.#depth > 0) return;
    this.found.push({ start: this.#start, end: behind });
    this.#afterElement = true;
  }

  #between(byte: number | undefined): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    if (byte !== COMMA || !this.#afterElement) this.failed = true;
    this.#afterElement = false;
    this.#afterComma = true;
  }
}
