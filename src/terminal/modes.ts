/** Modes that a terminal has on from the start: the cursor is shown, lines wrap. */
const ON_AT_FIRST = [7, 25];
/** The alternate screen in its three spellings. Left last: other modes belong to it on some terminals. */
const ALTERNATE = new Set([47, 1047, 1049]);

/**
 * To an empty row below all that is drawn. GNU screen (unless told `altscreen on`), the Linux console and others know no alternate
 * screen: what was drawn stays there, and the shell goes on where the cursor stands. Elsewhere the cursor's own place comes back
 * with the ordinary screen.
 */
const BELOW = '\x1b[9999H\r\n';
const LEAVES = /\x1b\[\?(?:47|1047|1049)l/;

/** Modes to be sent, with the cursor put below all that is drawn where they leave the alternate screen. */
export const leavingBelow = (data: string): string => data.replace(LEAVES, (leave) => BELOW + leave);

const MODE = /\x1b\[(?:\?([\d;]+)([hl])|([<>])([\d;]*)u)/g;

/**
 * Remembers what was changed about the terminal, by reading what is sent to it, so that it can be put back at any
 * moment: by a signal, in a crash, between two half-written frames.
 */
export class Modes {
  readonly #onAtFirst = new Set(ON_AT_FIRST);
  /** Modes that are not as they were at first. */
  readonly #changed = new Set<number>();
  /** Flags of the kitty keyboard protocol, innermost last. */
  #kitty: string[] = [];

  /** Reads what is sent to the terminal. */
  note(data: string): void {
    if (!data.includes('\x1b[?') && !data.includes('u')) return;
    for (const [, numbers, onOff, direction, flags] of data.matchAll(MODE)) {
      if (direction === '>') this.#kitty.push(flags ?? '');
      else if (direction === '<') this.#kitty.splice(-(Number(flags) || 1));
      else for (const number of (numbers ?? '').split(';')) this.#set(Number(number), onOff === 'h');
    }
  }

  #set(mode: number, on: boolean): void {
    if (on === this.#onAtFirst.has(mode)) this.#changed.delete(mode);
    else this.#changed.add(mode);
  }

  /** The terminal has said that a mode was on before us; nothing was changed about it so far. */
  foundOn(mode: number): void {
    this.#onAtFirst.add(mode);
  }

  isOn(mode: number): boolean {
    return this.#onAtFirst.has(mode) !== this.#changed.has(mode);
  }

  get alternateScreen(): boolean {
    return [...ALTERNATE].some((mode) => this.#changed.has(mode));
  }

  /** Puts everything back as it was found; empty when nothing was changed. */
  restore(): string {
    const numbers = [...this.#changed];
    const ordinary = numbers.filter((mode) => !ALTERNATE.has(mode));
    const screens = numbers.filter((mode) => ALTERNATE.has(mode));
    const back = (mode: number): string => `\x1b[?${mode}${this.#onAtFirst.has(mode) ? 'h' : 'l'}`;
    return (
      (this.#kitty.length > 0 ? `\x1b[<${this.#kitty.length}u` : '') +
      ordinary.map(back).join('') +
      leavingBelow(screens.map(back).join(''))
    );
  }

  /** Asks for everything again, from a terminal of which nothing is known. */
  renew(): string {
    const numbers = [...this.#changed];
    const ask = (mode: number): string => `\x1b[?${mode}${this.#onAtFirst.has(mode) ? 'l' : 'h'}`;
    return (
      numbers
        .filter((mode) => ALTERNATE.has(mode))
        .map(ask)
        .join('') +
      numbers
        .filter((mode) => !ALTERNATE.has(mode))
        .map(ask)
        .join('') +
      this.#kitty.map((flags) => `\x1b[>${flags}u`).join('')
    );
  }
}
