import { sanitiseLine } from '../domain/text/sanitise.ts';
import { truncate } from '../domain/text/width.ts';

/** The terminal has a stack of titles (XTWINOPS 22 and 23). */
const PUSH = '\x1b[22;2t';
const POP = '\x1b[23;2t';
const MAX_COLUMNS = 120;

/** Sets and restores the window title. Every method returns the sequence to write; nothing is written here. */
export class WindowTitle {
  #title: string | null = null;
  #isOurs = false;

  /** Sanitises `title`. */
  set(title: string): string {
    this.#title = truncate(sanitiseLine(title), MAX_COLUMNS);
    return this.apply();
  }

  /** Stores a title for the next `apply`. */
  remember(title: string): void {
    this.#title = truncate(sanitiseLine(title), MAX_COLUMNS);
  }

  /** Shows the stored title; empty if none was set. */
  apply(): string {
    if (this.#title === null) return '';
    const push = this.#isOurs ? '' : PUSH;
    this.#isOurs = true;
    return `${push}\x1b]2;${this.#title}\x1b\\`;
  }

  /** Shows the title from before; empty if it was never changed. */
  restore(): string {
    if (!this.#isOurs) return '';
    this.#isOurs = false;
    return POP;
  }
}
