import type { Clock } from '../domain/ports/clock.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { Repository } from './repository.ts';
import type { MessageRow } from './row-types.ts';
import { writeWithRetry } from './write-with-retry.ts';

/** What is written is on disk at the latest after this, ms. */
const FLUSH_MS = 200;
/** Background processes that outlive their turn are not worth more, ms. */
const BACKGROUND_FLUSH_MS = 1_000;

/** The message that a turn's output grows. Nothing is stored before there is something to store. */
export class StreamingMessage {
  readonly taskId: string;
  readonly id: number;
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #onWrite: () => void;
  readonly #output = new OutputBuffer();
  #time = 0;
  /** The message has its place in the conversation. */
  #isInserted = false;
  /** Bytes in pieces. */
  #storedBytes = 0;
  #finished = false;
  #cancelFlush: (() => void) | null = null;
  #flushing: Promise<void> | null = null;
  readonly #discarded = new AbortController();

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
    this.#append(() => this.#output.push(bytes));
  }

  #append(write: () => void): void {
    this.#time = this.#clock.wall();
    write();
    this.#cancelFlush ??= this.#clock.after(
      this.#finished ? BACKGROUND_FLUSH_MS : FLUSH_MS,
      () => void this.flush(),
    );
  }

  /** A line of our own after what the command wrote. */
  appendRemark(text: string): void {
    this.#append(() => this.#output.pushLine(`[${text}]`));
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
    this.#flushing ??= writeWithRetry(
      { repository: this.#repository, clock: this.#clock },
      () => this.#write(),
      this.#discarded.signal,
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
    this.#repository.deletePieces(this.taskId, this.id);
  }

  /** Nothing is written any more; the task is gone. */
  discard(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#discarded.abort();
  }

  #write(): void {
    if (this.#discarded.signal.aborted || this.#time === 0) return;
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
    if (bytes?.length === 0 && this.#storedBytes !== Number.POSITIVE_INFINITY) return;
    const stored = this.#storedBytes + (bytes?.length ?? 0);
    const isWhole = bytes === null || stored > 2 * this.#output.size + 4096;
    const piece = isWhole ? this.#output.retainedBytes() : bytes;
    // Holds until the COMMIT.
    this.#storedBytes = Number.POSITIVE_INFINITY;
    if (!this.#isInserted) this.#repository.putMessage(this.taskId, this.#row('', this.#time));
    if (isWhole) this.#repository.deletePieces(this.taskId, this.id);
    this.#repository.addPiece(this.taskId, this.id, piece, isWhole ? this.#output.droppedBytes : 0);
    this.#repository.afterCommit(() => {
      this.#isInserted = true;
      this.#storedBytes = isWhole ? piece.length : stored;
    });
  }

  #row(content: string, time: number): MessageRow {
    return { id: this.id, type: 'output', content, time };
  }
}

/** The text of a message whose turn was cut off by the server's own end, as far as it was on disk. */
export function storedOutput(repository: Repository, taskId: string, messageId: number): string {
  const pieces = repository.pieces(taskId, messageId);
  const output = new OutputBuffer(undefined, pieces[0]?.dropped ?? 0);
  for (const { bytes } of pieces) output.push(Buffer.from(bytes));
  return output.text(true);
}
