/**
 * "Are you well?" Every terminal since the VT100 answers it, in its turn: when it has read all that came before. Over a slow
 * connection that is the only way to learn how far it is. The kernel, ssh and whatever else stands between take
 * seconds' worth of bytes without a word.
 */
export const QUESTION = '\x1b[5n';
const ANSWER = /^\x1b\[[03]n$/;

/** Whether this is what a terminal answers to the question. */
export const isAnswer = (reply: string): boolean => ANSWER.test(reply);

/** So many bytes may be on their way at first: a fifth of a second at 64 kbit/s. */
const FIRST = 1_536;
/** And never more than this. */
const MOST = 16_384;
/** The slowest line that is thought of: what was sent a while ago has arrived without anybody's word, bytes a ms. */
const SLOWEST = 2;
/** An answer that takes this much longer than the fastest one has waited behind other bytes, ms. */
const QUEUED_MS = 60;
/** Two answers whose times differ by less say the same, ms. */
const ALIKE_MS = 25;
/** How long to wait for an answer, ms, beside what the bytes before it take; of a terminal that has answered before, and of any other. */
const PATIENCE_MS = 2_000;
const FIRST_PATIENCE_MS = 1_000;
/** A terminal that has left so many questions in a row without an answer is not asked again. */
const MOST_SILENT = 3;

/**
 * Knows how many bytes may still be on their way to the terminal, and says when to ask it and when to wait for it. A
 * terminal that has never answered is never waited for. Times are in ms, of any clock that does not jump.
 */
export class Pace {
  /** Bytes that may not have been read yet, as of `#at`. */
  #unread = 0;
  #at = 0;
  /** The question that is not answered yet: when it was asked, and how many bytes its answer is for. */
  #asked: { readonly at: number; readonly bytes: number } | null = null;
  #allowed = FIRST;
  #most = MOST;
  #fastest = Number.POSITIVE_INFINITY;
  #answers = false;
  #silent = 0;
  #hushed = false;

  /** Whether an answer is to be expected. */
  isAsking(now: number): boolean {
    return this.#asked !== null && now - this.#asked.at < this.#patience;
  }

  /** Whether the terminal is known to answer. */
  get answers(): boolean {
    return this.#answers;
  }

  get isHushed(): boolean {
    return this.#hushed;
  }

  /** Notes that `bytes` are sent now; gives what to send behind them. */
  sent(bytes: number, now: number): string {
    // A terminal that never answered may be one that does not: its question is forgotten as if it had not been asked.
    if (this.#asked !== null && !this.isAsking(now)) this.giveUp();
    if (this.#asked === null) this.#unread = Math.max(0, this.#unread - (now - this.#at) * SLOWEST);
    this.#at = now;
    this.#unread += bytes;
    if (this.#asked !== null || this.#hushed || this.#unread <= this.#allowed / 2) return '';
    if (this.#silent >= MOST_SILENT) return '';
    this.#unread += QUESTION.length;
    this.#asked = { at: now, bytes: this.#unread };
    return QUESTION;
  }

  /** How long to wait before anything else is sent, ms: 0 for not at all. The answer may come sooner. */
  waitMs(now: number): number {
    if (this.#asked === null || !this.#answers || this.#unread < this.#allowed) return 0;
    return Math.max(0, this.#asked.at + this.#patience - now);
  }

  get #patience(): number {
    return (this.#answers ? PATIENCE_MS : FIRST_PATIENCE_MS) + (this.#asked?.bytes ?? 0) / SLOWEST;
  }

  /** The terminal has answered. */
  answered(now: number): void {
    this.#answers = true;
    this.#silent = 0;
    const asked = this.#asked;
    if (asked === null) return;
    this.#asked = null;
    this.#unread = Math.max(0, this.#unread - asked.bytes);
    this.#at = now;
    const took = now - asked.at;
    if (took - this.#fastest > QUEUED_MS) {
      // More on the way is only more to wait for.
      this.#allowed = Math.max(FIRST, this.#allowed / 2);
      this.#most = this.#allowed;
    } else if (Math.abs(took - this.#fastest) < ALIKE_MS) {
      this.#allowed = Math.min(this.#most, this.#allowed * 2);
    }
    this.#fastest = Math.min(this.#fastest, took);
  }

  /** The answer has been waited for in vain. */
  giveUp(): void {
    this.#asked = null;
    this.#unread = 0;
    this.#silent++;
    if (this.#silent >= MOST_SILENT) this.#answers = false;
  }

  /** Asks nothing from now on: somebody else is to have the terminal. */
  hush(): void {
    this.#hushed = true;
  }

  /** Begins again, on what may be another terminal. */
  reset(): void {
    this.#unread = 0;
    this.#asked = null;
    this.#allowed = FIRST;
    this.#most = MOST;
    this.#fastest = Number.POSITIVE_INFINITY;
    this.#answers = false;
    this.#silent = 0;
    this.#hushed = false;
  }
}
