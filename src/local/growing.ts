import type { Clock } from '../domain/ports/clock.ts';
import { Output } from './output.ts';
import type { Repository } from './repository.ts';
import type { MessageRow } from './rows.ts';
import { untilWritten } from './until-written.ts';

/** What is written is on disk at the latest after this, ms. */
const FLUSH_MS = 200;
/** Background processes that outlive their turn are not worth more, ms. */
const LATE_FLUSH_MS = 1_000;

/** The message that a turn's output grows. Nothing is stored before there is something to store. */
export class GrowingMessage {
  readonly taskId: string;
  readonly id: number;
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #onWrite: () => void;
  readonly #output = new Output();
  #time = 0;
  /** The message has its place in the conversation. */
  #begun = false;
  /** Bytes in pieces. */
  #stored = 0;
  #finished = false;
  #cancelFlush: (() => void) | null = null;
  #flushing: Promise<void> | null = null;
  readonly #forgotten = new AbortController();

  /** `onWrite` is called in the transaction that stores some output. */
  constructor(
    repository: Repository,
    clock: Clock,
    place: { readonly taskId: string; readonly id: number },
    onWrite: () => void,
  ) {
    this.#repository = repository;
    this.#clock = clock;
    this.taskId = place.taskId;
    this.id = place.id;
    this.#onWrite = onWrite;
  }

  push(bytes: Buffer): void {
    this.#grow(() => this.#output.push(bytes));
  }

  #grow(write: () => void): void {
    this.#time = this.#clock.wall();
    write();
    this.#cancelFlush ??= this.#clock.after(
      this.#finished ? LATE_FLUSH_MS : FLUSH_MS,
      () => void this.flush(),
    );
  }

  /** A line of our own after what the command wrote. */
  remark(text: string): void {
    this.#grow(() => this.#output.pushLine(`[${text}]`));
  }

  lastLine(): string {
    return this.#output.lastLine();
  }

  /** Null while there is nothing. */
  row(): MessageRow | null {
    return this.#time === 0 ? null : this.#row(this.#output.text(this.#finished), this.#time);
  }

  /**
   * Stores what came since the last time. Resolves when it is on disk, or when it is not wanted any more. Never
   * rejects.
   */
  async flush(): Promise<void> {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#flushing ??= untilWritten(
      { repository: this.#repository, clock: this.#clock },
      () => this.#write(),
      this.#forgotten.signal,
    )
      .catch((error) => console.error(`Output of task ${this.taskId}:`, error))
      .finally(() => {
        this.#flushing = null;
      });
    await this.#flushing;
  }

  /** Puts the whole message into place; call it together with what else the turn's end changes. */
  finish(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#finished = true;
    if (this.#time === 0) this.#time = this.#clock.wall();
    this.#store();
    this.#repository.dropPieces(this.taskId, this.id);
  }

  /** Nothing is written any more; the task is gone. */
  forget(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#forgotten.abort();
  }

  #write(): void {
    if (this.#forgotten.signal.aborted || this.#time === 0) return;
    if (this.#finished) this.#store();
    else this.#storePiece();
    this.#onWrite();
  }

  #store(): void {
    this.#repository.putMessage(this.taskId, this.#row(this.#output.text(true), this.#time));
  }

  /** Writes only what is new; everything when that is less, once the pieces hold twice what is kept, or after a failure. */
  #storePiece(): void {
    const bytes = this.#output.takeUnsaved();
    if (bytes?.length === 0 && this.#stored !== Number.POSITIVE_INFINITY) return;
    const stored = this.#stored + (bytes?.length ?? 0);
    const isWhole = bytes === null || stored > 2 * this.#output.size + 4096;
    const piece = isWhole ? this.#output.all() : bytes;
    // Holds until the COMMIT.
    this.#stored = Number.POSITIVE_INFINITY;
    if (!this.#begun) this.#repository.putMessage(this.taskId, this.#row('', this.#time));
    if (isWhole) this.#repository.dropPieces(this.taskId, this.id);
    this.#repository.addPiece(this.taskId, this.id, piece, isWhole ? this.#output.dropped : 0);
    this.#repository.afterCommit(() => {
      this.#begun = true;
      this.#stored = isWhole ? piece.length : stored;
    });
  }

  #row(content: string, time: number): MessageRow {
    return { id: this.id, type: 'output', content, time };
  }
}

/** The text of a message whose turn was cut off by the server's own end, as far as it was on disk. */
export function storedText(repository: Repository, taskId: string, messageId: number): string {
  const pieces = repository.pieces(taskId, messageId);
  const output = new Output(undefined, pieces[0]?.dropped ?? 0);
  for (const { bytes } of pieces) output.push(Buffer.from(bytes));
  return output.text(true);
}
