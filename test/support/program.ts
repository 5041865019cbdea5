import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended, and what it wrote. */
export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /**
   * A text that comes through a pipe and then ends; `open`, a pipe through which nothing comes; `closed`, no such
   * descriptor at all; else there is nothing on it, as in a job of cron.
   */
  readonly stdin?: { readonly text: string } | 'open' | 'closed';
}

/** A program that runs without a terminal. */
export interface Program {
  readonly pid: number;
  /** All of stdout so far. */
  out(): string;
  /** Waits until stdout matches; rejects when the program ends before. */
  until(expected: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended and all that it wrote was read. */
  readonly ended: Promise<ProgramResult>;
}

export function startProgram({ command, args, env, cwd, stdin }: ProgramOptions): Program {
  const closed = stdin === 'closed';
  const [file, words] = closed
    ? ['/bin/sh', ['-c', 'exec "$@" <&-', 'sh', command, ...args]]
    : [command, [...args]];
  const child = spawn(file, words, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  // One that ends without reading is part of what is tested.
  child.stdin.on('error', () => {});
  if (typeof stdin === 'object') child.stdin.end(stdin.text);
  else if (stdin !== 'open') child.stdin.end();
  const written = { out: '', err: '' };
  const lookers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
    for (const look of lookers) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]): ProgramResult => ({ code, signal, ...written }));
  return {
    pid: child.pid ?? 0,
    out: () => written.out,
    kill: (signal) => void child.kill(signal),
    ended,
    until(expected) {
      const failure = new Error();
      return new Promise((resolve, reject) => {
        const look = () => {
          if (!expected.test(written.out)) return;
          lookers.delete(look);
          resolve();
        };
        lookers.add(look);
        look();
        void ended.then((ran) => {
          failure.message = `it ended before ${expected} came: ${JSON.stringify(ran)}`;
          reject(failure);
        });
      });
    },
  };
}
