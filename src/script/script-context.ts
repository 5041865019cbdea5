import type { Readable, Writable } from 'node:stream';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ExitCode } from './exit-code.ts';

/** The only streams that a script command reads and writes. */
export interface ScriptIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean };
  /** Width of the terminal at stdout; undefined for a pipe. */
  readonly columns?: number | undefined;
}

export interface ScriptContext {
  readonly backend: AgentBackend;
  readonly clock: Clock;
  readonly io: ScriptIo;
  /** Ends the command, which then returns `EXIT.interrupted`. */
  readonly signal: AbortSignal;
}

/** Reports its own errors and never rejects. */
export type ScriptCommand<Options> = (context: ScriptContext, options: Options) => Promise<ExitCode>;
