import { PassThrough, Writable } from 'node:stream';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { LocalServerHandle } from '../../src/local/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { reportingErrors } from '../../src/script/output.ts';
import { parseArguments } from '../../src/script/parse-arguments.ts';
import { resolveCommand } from '../../src/script/resolve-command.ts';
import type { ScriptIo } from '../../src/script/script-context.ts';
import { startLocalServer } from '../support/local-server.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Contents of stdin, which is then closed. */
  readonly stdin?: string;
  /** Runs as in a terminal of 80 columns. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  /** Called with all of stdout so far after every write. */
  readonly onOut?: (out: string) => void;
}

/** Runs a script command as the command line does, on any backend. */
export async function run(
  backend: AgentBackend,
  words: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const { signal = new AbortController().signal, terminal = false } = options;
  const out = capture(options.onOut);
  const err = capture();
  const stdin = new PassThrough();
  stdin.end(options.stdin ?? '');
  const io: ScriptIo = {
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    isTTY: { stdin: terminal, stdout: terminal },
    columns: terminal ? 80 : undefined,
  };
  const code = await reportingErrors(io, words.includes('--json'), async () =>
    resolveCommand(parseArguments(words), terminal)({ backend, clock: systemClock, io, signal }),
  );
  return { code, out: out.text(), err: err.text() };
}

function capture(onText?: (all: string) => void) {
  let all = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      all += String(chunk);
      onText?.(all);
      done();
    },
  });
  return { stream, text: () => all };
}

export interface ScriptFixture {
  readonly server: LocalServerHandle;
  readonly backend: AgentBackend;
  run(words: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts a shell task and returns its name. */
  start(prompt: string, ...flags: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** The commands on a real local server. */
export async function scriptFixture(): Promise<ScriptFixture> {
  const server = await startLocalServer();
  const backend = createCoderBackend({ url: server.url, token: server.token, hasChats: false });
  return {
    server,
    backend,
    run: (words, options) => run(backend, words, options),
    async start(prompt, ...flags) {
      const { code, out, err } = await run(backend, ['create', prompt, '--template', 'shell', ...flags]);
      if (code !== 0) throw new Error(`create ended with ${code}: ${err}`);
      return out.trim();
    },
    close: () => server.close(),
  };
}
