import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
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
  /** Added to this process's environment, which is cleaned of what would change the program; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Exit {
  readonly code: number;
  /** Such as `SIGTERM`; null when the program ended by itself. */
  readonly signal: string | null;
}

/**
 * What a wait takes: text somewhere on the screen, or a question about the screen. A question asks the screen that it
 * is given and nothing else, because it is also asked about the screen as it was before.
 */
export type ScreenCondition = RegExp | string | ((screen: ScreenSnapshot) => boolean);

interface WaitOptions {
  readonly timeout?: number;
}

const TIMEOUT_MS = 15_000;

/** Turns of the event loop to wait for the rest of a frame of which only the beginning has arrived. */
const FRAME_TURNS = 100;

/**
 * Runs a program in a real pseudo-terminal with a terminal emulator at its other end. Inside a test it is ended with
 * the test; elsewhere the caller must `close` it. For taskdeck itself:
 * `openTerminal({ command: process.execPath, args: ['bin/taskdeck.js', …] })`.
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
  /** Keys that were not yet sent. */
  readonly #keys: (string | Buffer)[] = [];
  #sending: Promise<void> = Promise.resolve();
  /** The screen as it was when the last keys were sent, and after each wait since. */
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
    // Without an encoding the pty gives bytes, whatever its types say.
    this.#pty.onData((data: string | Buffer) => {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      this.#output.push(chunk);
      this.#bytes += chunk.length;
      this.#drained = this.#screen.write(chunk);
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        // The last output may still be on its way through the emulator.
        void this.#screen.write('').then(() => {
          this.#exit = { code: exitCode, signal: signalName(signal) };
          resolve(this.#exit);
          void this.#screen.write('');
        });
      });
    });
  }

  /** Presses keys one after the other, by name (`down`, `ctrl+c`, `esc`) or character. */
  press(...names: readonly string[]): void {
    for (const name of names) this.send(keyBytes(name, this.modes().applicationCursor));
  }

  /** Types characters. */
  type(text: string): void {
    this.send(text);
  }

  /** Pastes as a terminal does: marked when the program asked for it, line breaks as the Enter key sends them. */
  paste(text: string): void {
    const bytes = text.replace(/\r?\n/g, '\r');
    this.send(this.modes().bracketedPaste ? `\x1b[200~${bytes}\x1b[201~` : bytes);
  }

  /** Raw bytes that the user types, in one write. What the program wrote before them is on the screen before them. */
  send(bytes: string | Buffer): void {
    this.#keys.push(bytes);
    if (this.#keys.length === 1) {
      this.#sending = this.#arrived().then(() => this.#sendKeys());
    }
  }

  /** Raw bytes that the terminal answers by itself: no key, so that waits go on as before it. */
  reply(bytes: string | Buffer): void {
    if (this.#exit !== null) return;
    const pty: { write(data: string | Buffer): void } = this.#pty;
    pty.write(bytes);
  }

  /** Changes the size of the window, which counts as a key. */
  /** Turns the wheel by one step over a terminal that sends arrow keys for it: three, in one write. */
  wheel(key: 'up' | 'down'): void {
    if (!this.modes().alternateScreen || !this.#screen.wheelSendsKeys) return;
    this.send(keyBytes(key, this.modes().applicationCursor).repeat(3));
  }

  resize(cols: number, rows: number): void {
    this.#sendKeys();
    this.#screen.resize(cols, rows);
    // With the rows that the terminal itself cut and wrapped, which the program has yet to draw.
    this.#before = [this.#screen.snapshot()];
    this.#pty.resize(cols, rows);
  }

  #sendKeys(): void {
    const keys = this.#keys.splice(0);
    if (keys.length > 0) this.#before = [this.#screen.snapshot()];
    for (const bytes of keys) this.reply(bytes);
  }

  /** Waits until all that the program has written is on the screen, and no frame is there by half. */
  async #arrived(): Promise<void> {
    for (let turns = 0; turns < FRAME_TURNS; turns++) {
      const isRead = await this.#isRead();
      await this.#screen.write('');
      if (this.#exit !== null || (isRead && !this.modes().synchronized)) return;
    }
  }

  /** Whether nothing more can be read now: a turn of the event loop reads four kilobytes at most. */
  async #isRead(): Promise<boolean> {
    const bytes = this.#bytes;
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return this.#bytes === bytes;
  }

  /** node-pty ends its socket 200 ms after the program, read or not: a busy machine would lose the last output. */
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
   * Waits for something that comes to the screen after the last key (or resize, or the start). Fails with the screen
   * when it does not come, when the program ends before, and at once when it was there all the time since that key: a
   * wait for what is already there waits for nothing.
   */
  async until(expected: ScreenCondition, options: WaitOptions = {}): Promise<void> {
    // The stack of the caller, not of a timer.
    const failure = new Error();
    if (typeof expected === 'function' && expected.length === 0) {
      failure.message = `${String(expected)} does not look at the screen that it is given: use expect.poll`;
      throw failure;
    }
    await this.#sending;
    await this.#arrived();
    if (this.#before.every((screen) => holds(expected, screen))) {
      failure.message = `${String(expected)} held already when the last key was pressed: wait for something that this key changes, or use shows(); the screen:\n${this.framedScreen()}`;
      throw failure;
    }
    await this.#wait(expected, failure, options);
  }

  /**
   * Waits until something is on the screen, where it may have been before the last key. It does not say that this key
   * has had an effect: first wait `until` something has changed.
   */
  async shows(expected: ScreenCondition, options: WaitOptions = {}): Promise<void> {
    const failure = new Error();
    await this.#sending;
    await this.#arrived();
    await this.#wait(expected, failure, options);
  }

  async #wait(
    expected: ScreenCondition,
    failure: Error,
    { timeout = TIMEOUT_MS }: WaitOptions,
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const whole = !this.modes().synchronized || this.#exit !== null;
        if (whole && holds(expected, this.#screen)) finish();
        else if (this.#exit !== null) finish(`the program ended (${JSON.stringify(this.#exit)}) before`);
      };
      const finish = (problem?: string): void => {
        clearTimeout(timer);
        stop();
        if (problem === undefined) {
          this.#before.push(this.#screen.snapshot());
          resolve();
        } else {
          failure.message = `${problem} ${String(expected)} came; the screen:\n${this.framedScreen()}`;
          reject(failure);
        }
      };
      const stop = this.#screen.onChange(check);
      const timer = setTimeout(() => finish(`${timeout} ms passed before`), timeout);
      check();
    });
  }

  /** The screen in a frame, for messages. */
  framedScreen(): string {
    const line = '─'.repeat(this.#screen.cols);
    return `┌${line}┐\n${this.screen()
      .map((row) => `│${row}│`)
      .join('\n')}\n└${line}┘`;
  }

  /** The rows of the screen, each exactly as wide as the terminal. */
  screen(): string[] {
    return this.#screen.rows();
  }

  /** The screen as text without blanks at the ends of its rows. */
  text(): string {
    return this.#screen.text();
  }

  /** The cell in column `x` of row `y`, both from 0. */
  cell(x: number, y: number): Cell {
    return this.#screen.cell(x, y);
  }

  cursor(): { readonly x: number; readonly y: number; readonly visible: boolean } {
    return this.#screen.cursor();
  }

  modes(): TerminalModes {
    return this.#screen.modes();
  }

  /** The emulator, for what has no word here. */
  get emulator(): TerminalEmulator {
    return this.#screen;
  }

  /** How many bytes the program has written. */
  bytes(): number {
    return this.#bytes;
  }

  /** All that the program has written, from byte `start` on. */
  output(start = 0): string {
    return Buffer.concat(this.#output).subarray(start).toString();
  }

  /** Waits for the program to end. */
  async exit({ timeout = TIMEOUT_MS }: { readonly timeout?: number } = {}): Promise<Exit> {
    const failure = new Error();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        failure.message = `the program did not end within ${timeout} ms; the screen:\n${this.framedScreen()}`;
        reject(failure);
      }, timeout);
    });
    try {
      return await Promise.race([this.#exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads nothing more of what the program writes, as a dead connection does. */
  stall(): void {
    this.#pty.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#pty.resume();
  }

  /** Sends a signal to the program alone. */
  kill(signal: NodeJS.Signals): void {
    this.#sendKeys();
    if (this.#exit === null) process.kill(this.pid, signal);
  }

  /** Ends the program, and whatever else runs in its process group, and frees the terminal. */
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

/** The program leads a session, and so a process group, of its own. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** What a user's shell has, and nothing of what this test run, or a machine that builds, adds to it. */
export function cleanEnvironment(added: TerminalOptions['env'] = {}): Record<string, string> {
  const env: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) {
    // Tests say themselves what else there is.
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
