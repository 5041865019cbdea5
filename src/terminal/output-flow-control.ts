/**
 * "Are you well?" Every terminal since the VT100 answers it, in its turn: when it has read all that came before. Over a slow
 * connection that is the only way to learn how far it is. The kernel, ssh and whatever else stands between take
 * seconds' worth of bytes without a word.
 */
export const STATUS_QUERY = '\x1b[5n';
const STATUS_REPLY = /^\x1b\[[03]n$/;

/** Whether this is what a terminal answers to the question. */
export const isStatusReply = (reply: string): boolean => STATUS_REPLY.test(reply);

/** So many bytes may be on their way at first: a fifth of a second at 64 kbit/s. */
const INITIAL_WINDOW = 1_536;
/** And never more than this. */
const MAX_WINDOW = 16_384;
/** The slowest line that is thought of: what was sent a while ago has arrived without anybody's word, bytes a ms. */
const MIN_BYTES_PER_MS = 2;
/** An answer that takes this much longer than the fastest one has waited behind other bytes, ms. */
const QUEUED_MS = 60;
/** Two answers whose times differ by less say the same, ms. */
const SIMILAR_MS = 25;
/** How long to wait for an answer, ms, beside what the bytes before it take; of a terminal that has answered before, and of any other. */
const REPLY_TIMEOUT_MS = 2_000;
const FIRST_REPLY_TIMEOUT_MS = 1_000;
/** A terminal that has left so many questions in a row without an answer is not asked again. */
const MAX_UNANSWERED = 3;

/**
 * Knows how many bytes may still be on their way to the terminal, and says when to ask it and when to wait for it. A
 * terminal that has never answered is never waited for. Times are in ms, of any clock that does not jump.
 */
export class OutputFlowControl {
  /** Bytes that may not have been read yet, as of `#at`. */
  #unread = 0;
  #at = 0;
  /** The question that is not answered yet: when it was asked, and how many bytes its answer is for. */
  #query: { readonly at: number; readonly bytes: number } | null = null;
  #window = INITIAL_WINDOW;
  #maxWindow = MAX_WINDOW;
  #fastest = Number.POSITIVE_INFINITY;
  #isAnswering = false;
  #unanswered = 0;
  #isStopped = false;

  /** Whether an answer is to be expected. */
  hasOpenQuery(now: number): boolean {
    return this.#query !== null && now - this.#query.at < this.#timeout;
  }

  /** Whether the terminal is known to answer. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Notes that `bytes` are sent now; gives what to send behind them. */
  sent(bytes: number, now: number): string {
    // A terminal that never answered may be one that does not: its question is forgotten as if it had not been asked.
    if (this.#query !== null && !this.hasOpenQuery(now)) this.replyTimedOut();
    if (this.#query === null) this.#unread = Math.max(0, this.#unread - (now - this.#at) * MIN_BYTES_PER_MS);
    this.#at = now;
    this.#unread += bytes;
    if (this.#query !== null || this.#isStopped || this.#unread <= this.#window / 2) return '';
    if (this.#unanswered >= MAX_UNANSWERED) return '';
    this.#unread += STATUS_QUERY.length;
    this.#query = { at: now, bytes: this.#unread };
    return STATUS_QUERY;
  }

  /** How long to wait before anything else is sent, ms: 0 for not at all. The answer may come sooner. */
  waitMs(now: number): number {
    if (this.#query === null || !this.#isAnswering || this.#unread < this.#window) return 0;
    return Math.max(0, this.#query.at + this.#timeout - now);
  }

  get #timeout(): number {
    return (
      (this.#isAnswering ? REPLY_TIMEOUT_MS : FIRST_REPLY_TIMEOUT_MS) +
      (this.#query?.bytes ?? 0) / MIN_BYTES_PER_MS
    );
  }

  /** The terminal has answered. */
  replyReceived(now: number): void {
    this.#isAnswering = true;
    this.#unanswered = 0;
    const asked = this.#query;
    if (asked === null) return;
    this.#query = null;
    this.#unread = Math.max(0, this.#unread - asked.bytes);
    this.#at = now;
    const took = now - asked.at;
    if (took - this.#fastest > QUEUED_MS) {
      // More on the way is only more to wait for.
      this.#window = Math.max(INITIAL_WINDOW, this.#window / 2);
      this.#maxWindow = this.#window;
    } else if (Math.abs(took - this.#fastest) < SIMILAR_MS) {
      this.#window = Math.min(this.#maxWindow, this.#window * 2);
    }
    this.#fastest = Math.min(this.#fastest, took);
  }

  /** The answer has been waited for in vain. */
  replyTimedOut(): void {
    this.#query = null;
    this.#unread = 0;
    this.#unanswered++;
    if (this.#unanswered >= MAX_UNANSWERED) this.#isAnswering = false;
  }

  /** Asks nothing from now on: somebody else is to have the terminal. */
  stopQueries(): void {
    this.#isStopped = true;
  }

  /** Begins again, on what may be another terminal. */
  reset(): void {
    this.#unread = 0;
    this.#query = null;
    this.#window = INITIAL_WINDOW;
    this.#maxWindow = MAX_WINDOW;
    this.#fastest = Number.POSITIVE_INFINITY;
    this.#isAnswering = false;
    this.#unanswered = 0;
    this.#isStopped = false;
  }
}
