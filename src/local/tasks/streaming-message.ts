import type { Clock } from '../../domain/ports/clock.ts';
import type { Repository } from '../database/repository.ts';
import type { MessageRow } from '../database/row-types.ts';
import { writeWithRetry } from '../database/write-with-retry.ts';
import { OutputBuffer } from './output-buffer.ts';

/** Output is stored after at most this time, ms. */
const FLUSH_MS = 200;
/** The same for background processes after the end of the turn, ms. */
const BACKGROUND_FLUSH_MS = 1_000;

/** A message that receives the output of a turn. It is stored only once there is output. */
export class StreamingMessage {
  readonly taskId: string;
  readonly id: number;
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #onWrite: () => void;
  readonly #output = new OutputBuffer();
  #time = 0;
  #isInserted = false;
  /** Bytes in stored pieces; infinite after a failed write. */
  #storedBytes = 0;
  #finished = false;
  #cancelFlush: (() => void) | null = null;
  #flushing: Promise<void> | null = null;
  readonly #discarded = new AbortController();

  /** `onWrite` is called in the transaction that stores some output. */
  constructor(
    repository: Repository,
    clock: Clock,
    { taskId, id }: { readonly taskId: string; readonly id: number },
    onWrite: () => void,
  ) {
    this.#repository = repository;
    this.#clock = clock;
    this.taskId = taskId;
    this.id = id;
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

  /** Appends `[text]` as a line below the output. */
  appendRemark(text: string): void {
    this.#append(() => this.#output.pushLine(`[${text}]`));
  }

  lastLine(): string {
    return this.#output.lastLine();
  }

  /** Null until there is output or a remark. */
  row(): MessageRow | null {
    return this.#time === 0 ? null : this.#row(this.#output.text(this.#finished), this.#time);
  }

  /** Stores new output. Resolves when it is on disk, or discarded. Never rejects; logs errors. */
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

  /** Stores the complete message. Call it in the transaction that ends the turn. */
  finish(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#finished = true;
    if (this.#time === 0) this.#time = this.#clock.wall();
    this.#store();
    this.#repository.deletePieces(this.taskId, this.id);
  }

  /** Stops storing, because the task is deleted. */
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

  /** Stores new bytes. Replaces all pieces if they would hold over twice the retained output, or after a failure. */
  #storePiece(): void {
    const bytes = this.#output.takeUnsaved();
    if (bytes?.length === 0 && this.#storedBytes !== Number.POSITIVE_INFINITY) return;
    const stored = this.#storedBytes + (bytes?.length ?? 0);
    const replacesAll = bytes === null || stored > 2 * this.#output.size + 4096;
    const piece = replacesAll ? this.#output.retainedBytes() : bytes;
    // Reset after the COMMIT.
    this.#storedBytes = Number.POSITIVE_INFINITY;
    if (!this.#isInserted) this.#repository.putMessage(this.taskId, this.#row('', this.#time));
    if (replacesAll) this.#repository.deletePieces(this.taskId, this.id);
    this.#repository.addPiece(this.taskId, this.id, piece, replacesAll ? this.#output.droppedBytes : 0);
    this.#repository.afterCommit(() => {
      this.#isInserted = true;
      this.#storedBytes = replacesAll ? piece.length : stored;
    });
  }

  #row(content: string, time: number): MessageRow {
    return { id: this.id, type: 'output', content, time };
  }
}

/** The stored text of a message whose turn a crash cut off. */
export function storedOutput(repository: Repository, taskId: string, messageId: number): string {
  const pieces = repository.pieces(taskId, messageId);
  const output = new OutputBuffer(undefined, pieces[0]?.dropped ?? 0);
  for (const { bytes } of pieces) output.push(Buffer.from(bytes));
  return output.text(true);
}
