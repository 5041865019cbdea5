import { spawn } from 'node:child_process';
import { once } from 'node:events';

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
   * A text to send through a pipe; `open`: a pipe without data or end; `closed`: no descriptor 0. Default: an empty
   * stdin, as under cron.
   */
  readonly stdin?: { readonly text: string } | 'open' | 'closed';
}

export interface Program {
  readonly pid: number;
  /** Stdout so far. */
  out(): string;
  /** Resolves when stdout matches; rejects if the program ends before. */
  until(expected: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the program has ended and its output has been read. */
  readonly ended: Promise<ProgramResult>;
}

export function startProgram({ command, args, env, cwd, stdin }: ProgramOptions): Program {
  const closed = stdin === 'closed';
  const [file, words] = closed
    ? ['/bin/sh', ['-c', 'exec "$@" <&-', 'sh', command, ...args]]
    : [command, [...args]];
  const child = spawn(file, words, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  // Some tested programs end without reading stdin (EPIPE).
  child.stdin.on('error', () => {});
  if (typeof stdin === 'object') child.stdin.end(stdin.text);
  else if (stdin !== 'open') child.stdin.end();
  const written = { out: '', err: '' };
  const checks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.out += text;
    for (const check of checks) check();
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
        const check = () => {
          if (!expected.test(written.out)) return;
          checks.delete(check);
          resolve();
        };
        checks.add(check);
        check();
        void ended.then((result) => {
          failure.message = `The program ended before it wrote ${expected}: ${JSON.stringify(result)}`;
          reject(failure);
        });
      });
    },
  };
}
