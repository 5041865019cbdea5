import { constants } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { keyBytes } from './key-bytes.ts';
import { type Cell, Screen, type ScreenOptions, type TerminalModes } from './screen.ts';

export interface TerminalOptions extends ScreenOptions {
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

/** What `until` takes: text somewhere on the screen, or a question about the screen. */
export type Expected = RegExp | string | ((screen: Screen) => boolean);

const TIMEOUT_MS = 15_000;

/**
 * Runs a program in a real pseudo-terminal with a terminal emulator at its other end. Inside a test it is ended with
 * the test; elsewhere the caller must `close` it. For taskdeck itself:
 * `openTerminal({ command: process.execPath, args: ['bin/taskdeck.js', …] })`.
 */
export async function openTerminal(options: TerminalOptions): Promise<App> {
  const app = new App(options);
  try {
    onTestFinished(() => app.close());
  } catch {
    // Not inside a test.
  }
  return app;
}

export class App {
  readonly pid: number;
  readonly #pty: IPty;
  readonly #screen: Screen;
  readonly #output: Buffer[] = [];
  #bytes = 0;
  #drained: Promise<void> = Promise.resolve();
  #exit: Exit | null = null;
  readonly #exited: Promise<Exit>;

  constructor(options: TerminalOptions) {
    const { cols = 80, rows = 24 } = options;
    this.#screen = new Screen({ ...options, cols, rows });
    this.#pty = spawn(options.command, [...(options.args ?? [])], {
      name: 'xterm-256color',
      cols,
      rows,
      cwd: options.cwd ?? process.cwd(),
      env: environment(options.env),
      encoding: null,
    });
    this.pid = this.#pty.pid;
    this.#screen.onReply = (bytes) => this.send(bytes);
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

  /** Raw bytes, in one write. */
  send(bytes: string | Buffer): void {
    if (this.#exit !== null) return;
    const pty: { write(data: string | Buffer): void } = this.#pty;
    pty.write(bytes);
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** Waits for something to be on the screen; fails with the screen when it does not come, or the program ends before. */
  async until(
    expected: Expected,
    { timeout = TIMEOUT_MS }: { readonly timeout?: number } = {},
  ): Promise<void> {
    const fulfilled = (): boolean => {
      if (typeof expected === 'function') return expected(this.#screen);
      const text = this.#screen.text();
      return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
    };
    // The stack of the caller, not of a timer.
    const failure = new Error();
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (fulfilled()) finish();
        else if (this.#exit !== null) finish(`the program ended (${JSON.stringify(this.#exit)}) before`);
      };
      const finish = (problem?: string): void => {
        clearTimeout(timer);
        stop();
        if (problem === undefined) resolve();
        else {
          failure.message = `${problem} ${String(expected)} came; the screen:\n${this.picture()}`;
          reject(failure);
        }
      };
      const stop = this.#screen.onChange(check);
      const timer = setTimeout(() => finish(`${timeout} ms passed before`), timeout);
      check();
    });
  }

  /** The screen in a frame, for messages. */
  picture(): string {
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
  get emulator(): Screen {
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
        failure.message = `the program did not end within ${timeout} ms; the screen:\n${this.picture()}`;
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

/** The program leads a session, and so a process group, of its own. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** What a user's shell has, and nothing of what this test run, or a machine that builds, adds to it. */
export function environment(added: TerminalOptions['env'] = {}): Record<string, string> {
  const env: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) {
    // Even an empty CI makes Ink believe that nobody is watching.
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
