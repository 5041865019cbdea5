import { MeasuredProgram, sleep } from './measured-program.ts';

/**
 * A program behind a line of `bytesPerSecond` and `oneWayMs` latency. Only the kernel's buffer of the pseudo-terminal
 * stores bytes, so that the program's writes block when the line is full.
 */
export class SlowLine extends MeasuredProgram {
  #line: { readonly bytesPerSecond: number; readonly oneWayMs: number } | null = null;

  /** The line is fast until then. */
  slow(bytesPerSecond: number, oneWayMs: number): void {
    this.#line = { bytesPerSecond, oneWayMs };
  }

  protected override received(bytes: Buffer): void {
    const line = this.#line;
    if (line === null) return super.received(bytes);
    // Reads the next bytes after these are transmitted.
    this.pty.pause();
    void sleep((bytes.length / line.bytesPerSecond) * 1_000).then(() => {
      this.pty.resume();
      setTimeout(() => super.received(bytes), line.oneWayMs);
    });
  }

  override send(bytes: string): void {
    if (this.#line === null) super.send(bytes);
    else setTimeout(() => super.send(bytes), this.#line.oneWayMs);
  }
}
