import { sanitiseLine } from '../domain/text/sanitise.ts';
import { truncate } from '../domain/text/width.ts';

/** The terminal keeps the title that was there on a stack of its own. */
const PUSH = '\x1b[22;2t';
const POP = '\x1b[23;2t';
/** More is not to be seen on a tab. */
const MAX_COLUMNS = 120;

/** The window's title while it is ours. Gives what is to be written; writes nothing itself. */
export class WindowTitle {
  #title: string | null = null;
  #isOurs = false;

  /** Untrusted text is fine. */
  set(title: string): string {
    this.#title = truncate(sanitiseLine(title), MAX_COLUMNS);
    return this.apply();
  }

  /** Remembers a title for the next `take`. */
  remember(title: string): void {
    this.#title = truncate(sanitiseLine(title), MAX_COLUMNS);
  }

  /** Puts up the title that was set last; empty when there was none. */
  apply(): string {
    if (this.#title === null) return '';
    const push = this.#isOurs ? '' : PUSH;
    this.#isOurs = true;
    return `${push}\x1b]2;${this.#title}\x1b\\`;
  }

  /** Brings the old one back; empty when it was never changed. */
  restore(): string {
    if (!this.#isOurs) return '';
    this.#isOurs = false;
    return POP;
  }
}
