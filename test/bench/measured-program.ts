import { type IPty, spawn } from '@lydell/node-pty';
import { TerminalEmulator } from '../support/emulator.ts';
import { keyBytes } from '../support/key-bytes.ts';

export interface ProgramCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** Bytes of the program, and when the terminal received them, ms. */
export interface Chunk {
  readonly at: number;
  readonly bytes: Buffer;
}

const TIMEOUT_MS = 30_000;
const KEY_DELAY_MS = 100;

/** A program in a pseudo-terminal with an emulator, which records every byte with its time. */
export class MeasuredProgram {
  readonly startedAt: number;
  readonly pid: number;
  readonly screen: TerminalEmulator;
  readonly chunks: Chunk[] = [];
  readonly exited: Promise<number>;
  readonly #pty: IPty;
  readonly #listeners = new Set<(chunk: Chunk) => void>();
  #ended = false;
  #parsed: Promise<void> = Promise.resolve();

  constructor({ file, args, env }: ProgramCommand, { cols, rows }: Size) {
    this.screen = new TerminalEmulator({ cols, rows });
    this.startedAt = performance.now();
    this.#pty = spawn(file, [...args], {
      name: 'xterm-256color',
      cols,
      rows,
      env: { ...env },
      encoding: null,
    });
    this.pid = this.#pty.pid;
    this.screen.onReply = (bytes) => this.send(bytes);
    // With `encoding: null` node-pty passes buffers, unlike its types say.
    this.#pty.onData((data: string | Buffer) => this.received(Buffer.from(data)));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(() => {
        this.#ended = true;
        resolve(performance.now());
      });
    });
  }

  /** Overridden for a slow line. */
  protected received(bytes: Buffer): void {
    const chunk = { at: performance.now(), bytes };
    this.chunks.push(chunk);
    this.#parsed = this.screen.write(bytes).then(() => {
      for (const listener of [...this.#listeners]) listener(chunk);
    });
  }

  protected get pty(): IPty {
    return this.#pty;
  }

  send(bytes: string): void {
    if (!this.#ended) this.#pty.write(bytes);
  }

  press(key: string): void {
    this.send(keyBytes(key, this.screen.terminal.modes.applicationCursorKeysMode));
  }

  /** Resolves to the time of the bytes that fulfilled the condition, ms from the start. */
  until(fulfilled: (screen: TerminalEmulator) => boolean, what: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = ({ at }: { readonly at: number }): void => {
        if (!fulfilled(this.screen)) return;
        finish();
        resolve(at - this.startedAt);
      };
      const finish = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`${what} did not appear. The screen:\n${this.screen.text()}`));
      }, TIMEOUT_MS);
      this.#listeners.add(look);
      look({ at: performance.now() });
    });
  }

  /** Calls `listener` after the screen has each chunk. Returns a function that stops it. */
  onChunk(listener: (chunk: Chunk) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  untilText(text: string): Promise<number> {
    return this.until((screen) => screen.text().includes(text), JSON.stringify(text));
  }

  /** Resolves after `quietMs` without a byte, or after `maxMs`. */
  async settle(quietMs: number, maxMs = 3_000): Promise<void> {
    const from = performance.now();
    for (;;) {
      const last = Math.max(from, this.chunks.at(-1)?.at ?? 0);
      const left = quietMs - (performance.now() - last);
      if (left <= 0 || performance.now() - from > maxMs || this.#ended) break;
      await sleep(left);
    }
    await this.#parsed;
  }

  /** The number of bytes from chunk `start` on. */
  bytesSince(start: number): number {
    return this.chunks.slice(start).reduce((total, { bytes }) => total + bytes.length, 0);
  }

  /** Quits the program with keys, or kills it if that fails. */
  async end(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.press(key);
      // Escape and a key in one read would be alt+key.
      await sleep(KEY_DELAY_MS);
    }
    const timeoutMs = keys.length === 0 ? 0 : 3_000;
    await Promise.race([this.exited, sleep(timeoutMs)]);
    if (!this.#ended) kill(this.pid);
    await this.exited;
    this.screen.dispose();
  }
}

/** Signals the program's process group. */
function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already ended.
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
