import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { WAIT_MS } from '../time-outs.mts';
import {
  type Cell,
  type EmulatorOptions,
  type ScreenSnapshot,
  TerminalEmulator,
  type TerminalModes,
} from './emulator.ts';
import { keyBytes } from './key-bytes.ts';

export interface TerminalOptions extends EmulatorOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Added to `cleanEnvironment`; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Exit {
  readonly code: number;
  /** Such as `SIGTERM`; null if the program exited. */
  readonly signal: string | null;
}

/**
 * Text on the screen, or a predicate. A predicate must look only at its argument, because it also gets earlier
 * snapshots.
 */
export type ScreenCondition = RegExp | string | ((screen: ScreenSnapshot) => boolean);

interface WaitOptions {
  readonly timeout?: number;
}

/** Turns of the event loop to wait for the rest of a frame. */
const FRAME_TURNS = 100;

/**
 * Runs a program in a pseudo-terminal with a terminal emulator. It ends with the current test; outside of a test the
 * caller must `close` it.
 */
export async function openTerminal(options: TerminalOptions): Promise<TerminalApp> {
  const app = new TerminalApp(options);
  try {
    onTestFinished(() => app.close());
  } catch {
    // Not inside a test.
  }
  return app;
}

export class TerminalApp {
  readonly pid: number;
  readonly #pty: IPty;
  readonly #screen: TerminalEmulator;
  readonly #output: Buffer[] = [];
  #bytes = 0;
  #drained: Promise<void> = Promise.resolve();
  #exit: Exit | null = null;
  readonly #exited: Promise<Exit>;
  /** Keys that are not sent yet. */
  readonly #keys: (string | Buffer)[] = [];
  #sending: Promise<void> = Promise.resolve();
  /** The screen when the last keys were sent, and after each wait since. */
  #before: ScreenSnapshot[];

  constructor(options: TerminalOptions) {
    const { cols = 80, rows = 24 } = options;
    this.#screen = new TerminalEmulator({ ...options, cols, rows });
    this.#before = [this.#screen.snapshot()];
    this.#pty = spawn(options.command, [...(options.args ?? [])], {
      name: options.env?.TERM ?? 'xterm-256color',
      cols,
      rows,
      cwd: options.cwd ?? process.cwd(),
      env: cleanEnvironment(options.env),
      encoding: null,
    });
    this.pid = this.#pty.pid;
    this.#readToTheEnd();
    this.#screen.onReply = (bytes) => this.reply(bytes);
    // With `encoding: null` node-pty passes buffers, unlike its types say.
    this.#pty.onData((data: string | Buffer) => {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      this.#output.push(chunk);
      this.#bytes += chunk.length;
      this.#drained = this.#screen.write(chunk);
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        // The emulator may still process the last output.
        void this.#screen.write('').then(() => {
          this.#exit = { code: exitCode, signal: signalName(signal) };
          resolve(this.#exit);
          void this.#screen.write('');
        });
      });
    });
  }

  /** Presses keys in turn, by name (`down`, `ctrl+c`, `esc`) or character. */
  press(...names: readonly string[]): void {
    for (const name of names) this.send(keyBytes(name, this.modes().applicationCursor));
  }

  type(text: string): void {
    this.send(text);
  }

  /** Pastes as a terminal does: bracketed if the program enabled it, with CR for line breaks. */
  paste(text: string): void {
    const bytes = text.replace(/\r?\n/g, '\r');
    this.send(this.modes().bracketedPaste ? `\x1b[200~${bytes}\x1b[201~` : bytes);
  }

  /** Writes bytes that the user types, in one write, after the screen shows the program's earlier output. */
  send(bytes: string | Buffer): void {
    this.#keys.push(bytes);
    if (this.#keys.length === 1) {
      this.#sending = this.#arrived().then(() => this.#sendKeys());
    }
  }

  /** Writes bytes that the terminal sends by itself. They do not count as a key for `until`. */
  reply(bytes: string | Buffer): void {
    if (this.#exit !== null) return;
    const pty: { write(data: string | Buffer): void } = this.#pty;
    pty.write(bytes);
  }

  /** Turns the wheel by one step: three arrow keys in one write, if the terminal sends arrow keys. */
  wheel(key: 'up' | 'down'): void {
    if (!this.modes().alternateScreen || !this.#screen.wheelSendsKeys) return;
    this.send(keyBytes(key, this.modes().applicationCursor).repeat(3));
  }

  /** Counts as a key for `until`. */
  resize(cols: number, rows: number): void {
    this.#sendKeys();
    this.#screen.resize(cols, rows);
    // After the resize, since the emulator itself wraps and truncates rows.
    this.#before = [this.#screen.snapshot()];
    this.#pty.resize(cols, rows);
  }

  #sendKeys(): void {
    const keys = this.#keys.splice(0);
    if (keys.length > 0) this.#before = [this.#screen.snapshot()];
    for (const bytes of keys) this.reply(bytes);
  }

  /** Resolves when the screen shows all output so far and no frame is incomplete. */
  async #arrived(): Promise<void> {
    for (let turns = 0; turns < FRAME_TURNS; turns++) {
      const isRead = await this.#isRead();
      await this.#screen.write('');
      if (this.#exit !== null || (isRead && !this.modes().synchronized)) return;
    }
  }

  /** Whether all available output has been read; one turn of the event loop reads 4 KB at most. */
  async #isRead(): Promise<boolean> {
    const bytes = this.#bytes;
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return this.#bytes === bytes;
  }

  /** node-pty destroys its socket 200 ms after the program's exit. On a busy machine that would lose output. */
  #readToTheEnd(): void {
    const { _socket: socket } = this.#pty as unknown as { readonly _socket: Socket };
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      void (async () => {
        while (!(await this.#isRead()));
        destroy(error);
      })();
      return socket;
    };
  }

  /**
   * Waits for something that appears after the last key, resize or start. Rejects with the screen after a time-out,
   * when the program ends, and at once if the condition held all the time since that key.
   */
  async until(expected: ScreenCondition, options: WaitOptions = {}): Promise<void> {
    // Has the stack of the caller.
    const failure = new Error();
    if (typeof expected === 'function' && expected.length === 0) {
      failure.message = `${String(expected)} does not use the given screen: use expect.poll`;
      throw failure;
    }
    await this.#sending;
    await this.#arrived();
    if (this.#before.every((screen) => holds(expected, screen))) {
      failure.message = `${String(expected)} was already true when the last key was pressed: wait for something that this key changes, or use shows(). Screen:\n${this.framedScreen()}`;
      throw failure;
    }
    await this.#wait(expected, failure, options);
  }

  /** Waits until something is on the screen. It may have been there before the last key; see `until`. */
  async shows(expected: ScreenCondition, options: WaitOptions = {}): Promise<void> {
    const failure = new Error();
    await this.#sending;
    await this.#arrived();
    await this.#wait(expected, failure, options);
  }

  async #wait(expected: ScreenCondition, failure: Error, { timeout = WAIT_MS }: WaitOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const isComplete = !this.modes().synchronized || this.#exit !== null;
        if (isComplete && holds(expected, this.#screen)) finish();
        else if (this.#exit !== null) finish(`The program ended (${JSON.stringify(this.#exit)}) before`);
      };
      const finish = (problem?: string): void => {
        clearTimeout(timer);
        stop();
        if (problem === undefined) {
          this.#before.push(this.#screen.snapshot());
          resolve();
        } else {
          failure.message = `${problem} ${String(expected)}. Screen:\n${this.framedScreen()}`;
          reject(failure);
        }
      };
      const stop = this.#screen.onChange(check);
      const timer = setTimeout(() => finish(`${timeout} ms passed before`), timeout);
      check();
    });
  }

  /** The screen with a border, for messages. */
  framedScreen(): string {
    const line = '─'.repeat(this.#screen.cols);
    return `┌${line}┐\n${this.screen()
      .map((row) => `│${row}│`)
      .join('\n')}\n└${line}┘`;
  }

  /** The rows, each padded to the width of the terminal. */
  screen(): string[] {
    return this.#screen.rows();
  }

  /** The screen without trailing spaces. */
  text(): string {
    return this.#screen.text();
  }

  /** Column `x` and row `y` start at 0. */
  cell(x: number, y: number): Cell {
    return this.#screen.cell(x, y);
  }

  cursor(): { readonly x: number; readonly y: number; readonly visible: boolean } {
    return this.#screen.cursor();
  }

  modes(): TerminalModes {
    return this.#screen.modes();
  }

  get emulator(): TerminalEmulator {
    return this.#screen;
  }

  /** The number of bytes that the program has written. */
  bytes(): number {
    return this.#bytes;
  }

  /** The program's output from byte `start` on. */
  output(start = 0): string {
    return Buffer.concat(this.#output).subarray(start).toString();
  }

  /** Resolves when the program ends; rejects after `timeout` ms. */
  async exit({ timeout = WAIT_MS }: { readonly timeout?: number } = {}): Promise<Exit> {
    const failure = new Error();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        failure.message = `The program did not end within ${timeout} ms. Screen:\n${this.framedScreen()}`;
        reject(failure);
      }, timeout);
    });
    try {
      return await Promise.race([this.#exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops reading the program's output, like a dead connection. */
  stall(): void {
    this.#pty.pause();
  }

  /** Reads again after `stall`. */
  resume(): void {
    this.#pty.resume();
  }

  /** Sends a signal to the program, not to its group. */
  kill(signal: NodeJS.Signals): void {
    this.#sendKeys();
    if (this.#exit === null) process.kill(this.pid, signal);
  }

  /** Ends the program and its process group. */
  async close(): Promise<void> {
    if (this.#exit === null) {
      end(this.pid, 'SIGHUP');
      end(this.pid, 'SIGCONT');
      const timer = setTimeout(() => end(this.pid, 'SIGKILL'), 2_000);
      await this.#exited;
      clearTimeout(timer);
    }
    await this.#drained;
    this.#screen.dispose();
  }
}

function holds(expected: ScreenCondition, screen: ScreenSnapshot): boolean {
  if (typeof expected === 'function') return expected(screen);
  const text = screen.text();
  return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
}

/** Signals the program's process group. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already ended.
  }
}

/** The environment of a user's shell, without variables of the test run, of CI and of taskdeck. */
export function cleanEnvironment(added: TerminalOptions['env'] = {}): Record<string, string> {
  const env: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (
      !/^(?:CI$|CI_|CONTINUOUS_INTEGRATION$|NO_COLOR$|FORCE_COLOR$|NODE_|VITEST|CODER_|TASKDECK_|TMUX|LINES$|COLUMNS$)/.test(
        name,
      )
    ) {
      env[name] = value;
    }
  }
  const all = { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...added };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function signalName(number: number | undefined): string | null {
  if (!number) return null;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
