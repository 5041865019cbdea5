import { MeasuredProgram, sleep } from './measured-program.ts';

/**
 * A program at the far end of a line that carries `bytesPerSecond` and takes `oneWayMs` in each direction. Nothing is
 * stored on the way but what the kernel keeps of a pseudo-terminal, so that the program feels the line as soon as it is full.
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
    // The next bytes are read when these have been carried.
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
