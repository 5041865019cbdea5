/** The bytes of one element; `end` is exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Finds the elements of a JSON array of objects in UTF-8 bytes, in slices. Checks brackets, strings and the commas
 * between elements; a parser must check the elements.
 */
export class JsonArrayScanner {
  /** Complete elements. */
  readonly elements: ByteRange[] = [];
  offset: number;
  /** Offset of the closing bracket; null before the scan reaches it. */
  arrayEnd: number | null = null;
  /** Not an array of objects: ignore all results. */
  failed = false;
  #depth = 0;
  #elementStart = 0;
  #afterElement: boolean;
  #afterComma = false;

  /** Starts after the opening bracket, or after an element. */
  constructor(offset: number, afterElement: boolean) {
    this.offset = offset;
    this.#afterElement = afterElement;
  }

  /** Whether an element must start here. */
  get expectsElement(): boolean {
    return !this.failed && this.#depth === 0 && !this.#afterElement;
  }

  /** Scans up to `to`, or to the end of a string that contains it. */
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

  #close(byte: number, end: number): void {
    if (this.#depth === 0) {
      if (byte === 0x5d && !this.#afterComma) this.arrayEnd = end - 1;
      else this.failed = true;
      return;
    }
    if (--this.#depth > 0) return;
    this.elements.push({ start: this.#elementStart, end });
    this.#afterElement = true;
  }

  #scanSeparator(byte: number | undefined): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    if (byte !== COMMA || !this.#afterElement) this.failed = true;
    this.#afterElement = false;
    this.#afterComma = true;
  }
}

/** Buffer's own `indexOf` also accepts strings and is slower by half. */
const { indexOf } = Uint8Array.prototype;

/**
 * Offset after the closing quote of a string that starts at `from`; 0 without one. A loop in JavaScript takes three
 * times as long until it is compiled, as for the first list of a run.
 */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    const quote = indexOf.call(bytes, QUOTE, at);
    if (quote === -1) return 0;
    let slashes = 0;
    while (quote - slashes > at && bytes[quote - slashes - 1] === BACKSLASH) slashes++;
    at = quote + 1;
    // An odd number of backslashes escapes the quote.
    if (slashes % 2 === 0) return at;
  }
}
