/**
 * The status query (DSR 5). Every terminal since the VT100 answers it after it has read everything before it. Only that shows
 * how far a slow connection is: the kernel, ssh and others buffer seconds' worth of bytes.
 */
export const STATUS_QUERY = '\x1b[5n';
const STATUS_REPLY = /^\x1b\[[03]n$/;

/** Whether this is a reply to `STATUS_QUERY`. */
export const isStatusReply = (reply: string): boolean => STATUS_REPLY.test(reply);

/** The unread bytes allowed at first: a fifth of a second at 64 kbit/s. */
const INITIAL_WINDOW = 1_536;
/** The upper limit. */
const MAX_WINDOW = 16_384;
/** The slowest connection assumed, bytes per ms: older bytes count as read without a reply. */
const MIN_BYTES_PER_MS = 2;
/** A reply that takes this much longer than the fastest one has waited behind other bytes, ms. */
const QUEUED_MS = 60;
/** Reply times that differ by less count as equal, ms. */
const SIMILAR_MS = 25;
/** How long to wait for a reply beside the time for the bytes before it, ms: of a terminal that has replied before, and of others. */
const REPLY_TIMEOUT_MS = 2_000;
const FIRST_REPLY_TIMEOUT_MS = 1_000;
/** After this many unanswered queries in a row the terminal is not queried again. */
const MAX_UNANSWERED = 3;

/**
 * Estimates how many bytes the terminal has not read yet, and decides when to query it and when to wait. Never waits for a
 * terminal that has never replied. Times are in ms of a monotonic clock.
 */
export class OutputFlowControl {
  /** Bytes that may be unread at `#at`. */
  #unread = 0;
  #at = 0;
  /** The pending query: when it was sent, and how many bytes its reply confirms. */
  #query: { readonly at: number; readonly bytes: number } | null = null;
  #window = INITIAL_WINDOW;
  #maxWindow = MAX_WINDOW;
  #fastest = Number.POSITIVE_INFINITY;
  #isAnswering = false;
  #unanswered = 0;
  #isStopped = false;

  /** Whether a reply is pending. */
  hasOpenQuery(now: number): boolean {
    return this.#query !== null && now - this.#query.at < this.#timeout;
  }

  /** Whether the terminal replies to queries. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Records that `bytes` are sent now. Returns the query to send after them, or ''. */
  sent(bytes: number, now: number): string {
    // A query without a reply in time counts as unanswered.
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

  /** How long to wait before the next output, ms; 0 for no wait. A reply ends the wait. */
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

  /** Call it for every reply. */
  replyReceived(now: number): void {
    this.#isAnswering = true;
    this.#unanswered = 0;
    const query = this.#query;
    if (query === null) return;
    this.#query = null;
    this.#unread = Math.max(0, this.#unread - query.bytes);
    this.#at = now;
    const took = now - query.at;
    if (took - this.#fastest > QUEUED_MS) {
      // More unread bytes would only mean a longer wait.
      this.#window = Math.max(INITIAL_WINDOW, this.#window / 2);
      this.#maxWindow = this.#window;
    } else if (Math.abs(took - this.#fastest) < SIMILAR_MS) {
      this.#window = Math.min(this.#maxWindow, this.#window * 2);
    }
    this.#fastest = Math.min(this.#fastest, took);
  }

  /** Call it when `waitMs` is over without a reply. */
  replyTimedOut(): void {
    this.#query = null;
    this.#unread = 0;
    this.#unanswered++;
    if (this.#unanswered >= MAX_UNANSWERED) this.#isAnswering = false;
  }

  /** Sends no more queries: another program gets the terminal. */
  stopQueries(): void {
    this.#isStopped = true;
  }

  /** Starts again, for a terminal that may be another one. */
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
