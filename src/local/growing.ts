import type { Clock } from '../domain/ports/clock.ts';
import { Output } from './output.ts';
import type { Repository } from './repository.ts';
import type { MessageRow } from './rows.ts';

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
  readonly #onFlush: () => void;
  readonly #output = new Output();
  #time = 0;
  /** The message has its place in the conversation. */
  #begun = false;
  /** Bytes in pieces. */
  #stored = 0;
  #finished = false;
  #cancelFlush: (() => void) | null = null;

  constructor(
    repository: Repository,
    clock: Clock,
    place: { readonly taskId: string; readonly id: number },
    onFlush: () => void,
  ) {
    this.#repository = repository;
    this.#clock = clock;
    this.taskId = place.taskId;
    this.id = place.id;
    this.#onFlush = onFlush;
  }

  push(bytes: Buffer): void {
    this.#time = this.#clock.wall();
    this.#output.push(bytes);
    this.#cancelFlush ??= this.#clock.after(this.#finished ? LATE_FLUSH_MS : FLUSH_MS, () => this.flush());
  }

  /** A line of our own after what the command wrote. */
  remark(text: string): void {
    const written = this.#output.text(true);
    const separator = written === '' || written.endsWith('\n') ? '' : '\n';
    this.push(Buffer.from(`${separator}[${text}]`));
  }

  lastLine(): string {
    return this.#output.lastLine();
  }

  /** Null while there is nothing. */
  row(): MessageRow | null {
    return this.#time === 0 ? null : this.#row(this.#output.text(this.#finished), this.#time);
  }

  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    if (this.#time === 0) return;
    try {
      if (this.#finished) this.#store();
      else this.#storePiece();
      this.#onFlush();
    } catch (error) {
      // The disk is full, perhaps. Nothing is lost as long as we run; next time all of it is written.
      console.error(`Output of task ${this.taskId}:`, error);
      this.#stored = Number.POSITIVE_INFINITY;
      this.#cancelFlush = this.#clock.after(LATE_FLUSH_MS, () => this.flush());
    }
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
  }

  #store(): void {
    this.#repository.putMessage(this.taskId, this.#row(this.#output.text(true), this.#time));
  }

  /** Only what is new is written, and all of it anew once the pieces hold twice what is kept. */
  #storePiece(): void {
    if (!this.#begun) {
      this.#repository.putMessage(this.taskId, this.#row('', this.#time));
      this.#begun = true;
    }
    const bytes = this.#output.takeUnsaved();
    if (bytes.length === 0 && this.#stored !== Number.POSITIVE_INFINITY) return;
    this.#stored += bytes.length;
    const kept = this.#output.size;
    if (this.#stored <= 2 * kept + 4096) {
      this.#repository.addPiece(this.taskId, this.id, bytes, 0);
      return;
    }
    const all = this.#output.all();
    this.#repository.together(() => {
      this.#repository.dropPieces(this.taskId, this.id);
      this.#repository.addPiece(this.taskId, this.id, all, this.#output.dropped);
    });
    this.#stored = all.length;
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
