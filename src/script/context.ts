import type { Readable, Writable } from 'node:stream';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { ExitCode } from './exit-code.ts';

/** The streams of a script command. Nothing else is read or written. */
export interface ScriptIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly isTTY: { readonly stdin: boolean; readonly stdout: boolean };
  /** Of the terminal behind stdout; undefined for a pipe. */
  readonly columns?: number | undefined;
}

/** What a script command acts on. Everything is handed in. */
export interface ScriptContext {
  readonly backend: AgentBackend;
  readonly clock: Clock;
  readonly io: ScriptIo;
  /** Ends the command; it then returns the code of an interrupted one. */
  readonly signal: AbortSignal;
}

/** One command with its options. It writes its own errors and never rejects. */
export type ScriptCommand<Options> = (context: ScriptContext, options: Options) => Promise<ExitCode>;
