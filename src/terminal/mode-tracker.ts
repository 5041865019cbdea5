/** Modes that are on by default: wrapping and the visible cursor. */
const INITIALLY_ON = [7, 25];
/** The three modes of the alternate screen. Reset last: on some terminals other modes belong to it. */
const ALTERNATE = new Set([47, 1047, 1049]);

/**
 * Moves to an empty row below the content. GNU screen without `altscreen on` and the Linux console have no alternate screen, so
 * the shell continues at the cursor. Other terminals restore the cursor with the ordinary screen.
 */
const MOVE_BELOW = '\x1b[9999H\r\n';
const LEAVE_ALTERNATE = /\x1b\[\?(?:47|1047|1049)l/;

const MODE = /\x1b\[(?:\?([\d;]+)([hl])|([<>])([\d;]*)u)/g;

/**
 * Tracks the modes in everything that is sent to the terminal, so that they can be restored at any moment: on a signal, in a
 * crash, between two halves of a frame.
 */
export class ModeTracker {
  readonly #initiallyOn = new Set(INITIALLY_ON);
  /** Modes that differ from their initial state. */
  readonly #changed = new Set<number>();
  /** Flags of the kitty keyboard protocol, innermost last. Terminals have one stack for each screen. */
  readonly #kitty: Readonly<Record<'ordinary' | 'alternate', string[]>> = { ordinary: [], alternate: [] };

  /** Records the modes in data for the terminal. */
  record(data: string): void {
    if (!data.includes('\x1b[?') && !data.includes('u')) return;
    for (const [, numbers, onOff, direction, flags] of data.matchAll(MODE)) {
      if (direction === '>') this.#flags.push(flags ?? '');
      else if (direction === '<') this.#flags.splice(-(Number(flags) || 1));
      else for (const number of (numbers ?? '').split(';')) this.#set(Number(number), onOff === 'h');
    }
  }

  /**
   * Records data from Ink and returns what to send. Before it leaves the alternate screen, it pops the keyboard flags of that
   * screen, which is impossible later, and moves the cursor below the content.
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

  /** The stack of the current screen. */
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

  /** Records that a mode was on before taskdeck started. */
  assumeOn(mode: number): void {
    this.#initiallyOn.add(mode);
  }

  isOn(mode: number): boolean {
    return this.#initiallyOn.has(mode) !== this.#changed.has(mode);
  }

  get alternateScreen(): boolean {
    return [...ALTERNATE].some((mode) => this.#changed.has(mode));
  }

  /** The sequence that restores the initial modes; empty if nothing changed. */
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

  /** The sequence that sets all changed modes again, for a terminal in an unknown state. */
  reapply(): string {
    const numbers = [...this.#changed];
    const set = (mode: number): string => `\x1b[?${mode}${this.#initiallyOn.has(mode) ? 'l' : 'h'}`;
    return (
      numbers
        .filter((mode) => ALTERNATE.has(mode))
        .map(set)
        .join('') +
      numbers
        .filter((mode) => !ALTERNATE.has(mode))
        .map(set)
        .join('') +
      // The stack may still hold the flags: pushing without popping would leave one entry too many.
      this.#pop() +
      this.#flags.map((flags) => `\x1b[>${flags}u`).join('')
    );
  }
}
