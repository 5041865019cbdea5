/** Modes that a terminal has on from the start: the cursor is shown, lines wrap. */
const INITIALLY_ON = [7, 25];
/** The alternate screen in its three spellings. Left last: other modes belong to it on some terminals. */
const ALTERNATE = new Set([47, 1047, 1049]);

/**
 * To an empty row below all that is drawn. GNU screen (unless told `altscreen on`), the Linux console and others know no alternate
 * screen: what was drawn stays there, and the shell goes on where the cursor stands. Elsewhere the cursor's own place comes back
 * with the ordinary screen.
 */
const MOVE_BELOW = '\x1b[9999H\r\n';
const LEAVE_ALTERNATE = /\x1b\[\?(?:47|1047|1049)l/;

const MODE = /\x1b\[(?:\?([\d;]+)([hl])|([<>])([\d;]*)u)/g;

/**
 * Remembers what was changed about the terminal, by reading what is sent to it, so that it can be put back at any
 * moment: by a signal, in a crash, between two half-written frames.
 */
export class ModeTracker {
  readonly #initiallyOn = new Set(INITIALLY_ON);
  /** Modes that are not as they were at first. */
  readonly #changed = new Set<number>();
  /** Flags of the kitty keyboard protocol, innermost last: terminals keep one stack for each screen. */
  readonly #kitty: Readonly<Record<'ordinary' | 'alternate', string[]>> = { ordinary: [], alternate: [] };

  /** Reads what is sent to the terminal. */
  record(data: string): void {
    if (!data.includes('\x1b[?') && !data.includes('u')) return;
    for (const [, numbers, onOff, direction, flags] of data.matchAll(MODE)) {
      if (direction === '>') this.#flags.push(flags ?? '');
      else if (direction === '<') this.#flags.splice(-(Number(flags) || 1));
      else for (const number of (numbers ?? '').split(';')) this.#set(Number(number), onOff === 'h');
    }
  }

  /**
   * Notes data from Ink and returns it as it has to be sent. Before it leaves the alternate screen, the keyboard flags of that
   * screen are popped, which is impossible from the ordinary one, and the cursor moves below all that is drawn.
   */
  recordInkOutput(data: string): string {
    const at = data.search(LEAVE_ALTERNATE);
    if (at === -1 || !this.alternateScreen) {
      this.record(data);
      return data;
    }
    const before = data.slice(0, at);
    this.record(before);
    const pop = this.#pop();
    this.record(pop + data.slice(at));
    return before + pop + MOVE_BELOW + data.slice(at);
  }

  /** The stack of the screen that is shown. */
  get #flags(): string[] {
    return this.#kitty[this.alternateScreen ? 'alternate' : 'ordinary'];
  }

  #pop(flags: readonly string[] = this.#flags): string {
    return flags.length > 0 ? `\x1b[<${flags.length}u` : '';
  }

  #set(mode: number, on: boolean): void {
    if (on === this.#initiallyOn.has(mode)) this.#changed.delete(mode);
    else this.#changed.add(mode);
  }

  /** The terminal has said that a mode was on before us; nothing was changed about it so far. */
  assumeOn(mode: number): void {
    this.#initiallyOn.add(mode);
  }

  isOn(mode: number): boolean {
    return this.#initiallyOn.has(mode) !== this.#changed.has(mode);
  }

  get alternateScreen(): boolean {
    return [...ALTERNATE].some((mode) => this.#changed.has(mode));
  }

  /** Puts everything back as it was found; empty when nothing was changed. */
  restore(): string {
    const numbers = [...this.#changed];
    const ordinary = numbers.filter((mode) => !ALTERNATE.has(mode));
    const screens = numbers.filter((mode) => ALTERNATE.has(mode));
    const back = (mode: number): string => `\x1b[?${mode}${this.#initiallyOn.has(mode) ? 'h' : 'l'}`;
    const leave = screens.map(back).join('');
    return (
      this.#pop() +
      ordinary.map(back).join('') +
      (leave === '' ? '' : MOVE_BELOW + leave + this.#pop(this.#kitty.ordinary))
    );
  }

  /** Asks for everything again, from a terminal of which nothing is known. */
  reapply(): string {
    const numbers = [...this.#changed];
    const ask = (mode: number): string => `\x1b[?${mode}${this.#initiallyOn.has(mode) ? 'l' : 'h'}`;
    return (
      numbers
        .filter((mode) => ALTERNATE.has(mode))
        .map(ask)
        .join('') +
      numbers
        .filter((mode) => !ALTERNATE.has(mode))
        .map(ask)
        .join('') +
      // The stack may still hold the flags: another push alone would leave one entry too many at the end.
      this.#pop() +
      this.#flags.map((flags) => `\x1b[>${flags}u`).join('')
    );
  }
}
