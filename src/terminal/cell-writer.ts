import { codePointWidth, hasCertainWidth } from './cells.ts';
import { PLAIN, type Style, styleChange } from './styles.ts';

/** An unknown position: the next move is absolute. */
const UNKNOWN = -1;
/** Emoji are above; new ones appear each year. */
const LAST_OF_BMP = 0xffff;

/** Produces the shortest output for a series of cells, from a known cursor position and style. */
export class CellWriter {
  readonly #columns: number;
  #x: number;
  #y: number;
  #style: Style = PLAIN;
  #out = '';
  readonly #mayDropEmoji: boolean;

  /** `x` and `y`: the cursor, -1 if unknown. `mayDrop`: the terminal may draw nothing for an emoji newer than itself. */
  constructor(columns: number, x: number = UNKNOWN, y: number = UNKNOWN, mayDrop = false) {
    this.#columns = columns;
    this.#mayDropEmoji = mayDrop;
    this.#x = x;
    this.#y = y;
  }

  get x(): number {
    return this.#x;
  }

  get y(): number {
    return this.#y;
  }

  get written(): string {
    return this.#out;
  }

  get style(): Style {
    return this.#style;
  }

  moveTo(x: number, y: number): void {
    if (x === this.#x && y === this.#y) return;
    this.#out += this.#move(x, y);
    this.#x = x;
    this.#y = y;
  }

  #move(x: number, y: number): string {
    let best = x > 0 ? `\x1b[${y + 1};${x + 1}H` : y > 0 ? `\x1b[${y + 1}H` : '\x1b[H';
    const consider = (move: string): void => {
      if (move.length < best.length) best = move;
    };
    if (this.#y === y) {
      consider(x === 0 ? '\r' : `\x1b[${x + 1}G`);
      if (this.#x >= 0) consider(sideways(x - this.#x));
    } else if (this.#y >= 0 && this.#x === x) {
      const rows = y - this.#y;
      consider(`\x1b[${count(Math.abs(rows))}${rows > 0 ? 'B' : 'A'}`);
    }
    return best;
  }

  /** Writes the change to `style`. */
  setStyle(style: Style): void {
    this.#out += styleChange(this.#style, style);
    this.#style = style;
  }

  /**
   * Draws one character of `width` columns at the cursor. Returns how many columns behind it a terminal without grapheme
   * support has overwritten.
   */
  writeCharacter(text: string, width: number, style: Style): number {
    if (style !== this.#style) this.setStyle(style);
    const certain = hasCertainWidth(text);
    const next = this.#x + width;
    if (certain && this.#x >= 0) {
      this.#out += text;
      // Terminals disagree about the cursor after the last column.
      this.#x = next < this.#columns ? next : UNKNOWN;
      return 0;
    }
    const legacy = codePointWidth(text);
    const isDoubtful = legacy < width || (this.#mayDropEmoji && (text.codePointAt(0) ?? 0) > LAST_OF_BMP);
    if (isDoubtful && this.#x >= 0) {
      // Blank first: a terminal that draws it too narrow, or not at all, must not leave old cells visible.
      const { x, y } = this;
      this.#out += ' '.repeat(width);
      this.#x = UNKNOWN;
      this.moveTo(x, y);
    }
    // No wrapping: a character drawn too wide must not reach the next row.
    this.#out += this.#x + legacy > this.#columns ? `\x1b[?7l${text}\x1b[?7h` : text;
    this.#x = UNKNOWN;
    return Math.max(0, legacy - width);
  }

  /** Erases the row from the cursor to its end. */
  eraseToEnd(): void {
    this.setStyle(PLAIN);
    this.#out += '\x1b[K';
  }
}

function sideways(columns: number): string {
  if (columns > 0) return `\x1b[${count(columns)}C`;
  return columns >= -4 ? '\b'.repeat(-columns) : `\x1b[${count(-columns)}D`;
}

const count = (number: number): string => (number === 1 ? '' : String(number));
