/** Where one element of a list stands in the text: from its first byte to behind its last. */
export interface ByteRange {
  readonly start: number;
  readonly arrayEnd: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Finds the elements of a JSON array of objects in UTF-8 bytes, as many bytes at a time as it is told to, without reading
 * what is in them: brackets and strings are all it knows. Whether each is JSON is for a parser to say; between them it sees
 * to the commas itself.
 */
export class JsonArrayScanner {
  /** Those that are whole. */
  readonly elements: ByteRange[] = [];
  /** The byte that is looked at next. */
  offset: number;
  /** Where the array's own bracket closes; null before it was found. */
  arrayEnd: number | null = null;
  /** The array holds something other than objects, or is none: then nothing of this counts. */
  failed = false;
  #depth = 0;
  #elementStart = 0;
  /** An element has ended and its comma has not come. */
  #afterElement: boolean;
  /** A comma has come and its element has not begun. */
  #afterComma = false;

  /** Begins inside the array at `at`: behind its opening bracket, or behind one of its elements. */
  constructor(offset: number, behindElement: boolean) {
    this.offset = offset;
    this.#afterElement = behindElement;
  }

  /** Between two elements, and the next one has to come: here the known rest of an array can stand. */
  get expectsElement(): boolean {
    return !this.failed && this.#depth === 0 && !this.#afterElement;
  }

  /** Looks at the bytes up to `to`, and on to the end of the string that stands there. */
  scan(bytes: Uint8Array, to: number): void {
    let { offset } = this;
    while (offset < to && this.arrayEnd === null && !this.failed) {
      const byte = bytes[offset++];
      if (byte === QUOTE) {
        offset = endOfString(bytes, offset);
        if (this.#depth === 0 || offset === 0) this.failed = true;
      } else if (byte === 0x7b || byte === 0x5b) this.#open(byte, offset - 1);
      else if (byte === 0x7d || byte === 0x5d) this.#close(byte, offset);
      else if (this.#depth === 0) this.#scanSeparator(byte);
    }
    this.offset = offset;
  }

  #open(byte: number, offset: number): void {
    if (this.#depth++ > 0) return;
    if (byte !== 0x7b || this.#afterElement) this.failed = true;
    this.#elementStart = offset;
    this.#afterComma = false;
  }

  #close(byte: number, behind: number): void {
    if (this.#depth === 0) {
      if (byte === 0x5d && !this.#afterComma) this.arrayEnd = behind - 1;
      else this.failed = true;
      return;
    }
    if (--this.#depth > 0) return;
    this.elements.push({ start: this.#elementStart, arrayEnd: behind });
    this.#afterElement = true;
  }

  #scanSeparator(byte: number | undefined): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    if (byte !== COMMA || !this.#afterElement) this.failed = true;
    this.#afterElement = false;
    this.#afterComma = true;
  }
}

/** Node's own of a Buffer is slower by half: it takes texts, too. */
const { indexOf } = Uint8Array.prototype;

/**
 * Behind the quote that ends a string which begins at `from`; 0 when none does. Looking for it in JavaScript takes three
 * times as long before that is compiled, as for the first list of a run.
 */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const quote = indexOf.call(bytes, QUOTE, at);
    if (quote === -1) return 0;
    let slashes = 0;
    while (quote - slashes > at && bytes[quote - slashes - 1] === BACKSLASH) slashes++;
    at = quote + 1;
    // Every other one stands before the quote itself.
    if (slashes % 2 === 0) return at;
  }
}
