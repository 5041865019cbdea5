import type { Writable } from 'node:stream';
import { errorText } from '../domain/errors.ts';
import { safeJson } from '../domain/task-json.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { describeSystemError, isSystemError, systemReason } from '../platform/system-error.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { errorJson } from './json.ts';
import type { ScriptIo } from './script-context.ts';

/** The reader closed its end of the pipe, as `head` does. */
class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** Writes text unchanged. Resolves when the stream has accepted it, so that a slow reader slows the command down. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else
        reject(
          isClosedPipe(error)
            ? new OutputClosed()
            : new Error(`Cannot write the output: ${systemReason(error)}.`),
        );
    });
  });
}

export const writeLine = (stream: Writable, line: string): Promise<void> => write(stream, `${line}\n`);

/** Writes a sentence to stderr, prefixed with `taskdeck: ` and sanitised. */
export const writeNote = (io: ScriptIo, sentence: string): Promise<void> =>
  writeLine(io.stderr, `taskdeck: ${sanitiseLine(sentence)}`);

export const writeJson = (io: ScriptIo, value: unknown): Promise<void> =>
  writeLine(io.stdout, safeJson(value, 2));

/** Writes one value of a JSON Lines stream. */
export const writeJsonLine = (io: ScriptIo, value: unknown): Promise<void> =>
  writeLine(io.stdout, safeJson(value));

/** Writes an error to stderr, as a sentence or as JSON, and returns its exit code. */
async function reportError(error: unknown, io: ScriptIo, json: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return EXIT.done;
  const code = exitCodeOf(error);
  // The user interrupted the command and needs no message.
  if (code === EXIT.interrupted) return code;
  try {
    if (json) await writeLine(io.stderr, safeJson({ error: errorJson(error) }));
    else await writeNote(io, isSystemError(error) ? describeSystemError(error) : errorText(error));
  } catch {
    // stderr is closed: only the exit code remains.
  }
  return code;
}

/** Runs a command; reports what it throws and returns the exit code. */
export async function reportingErrors<Code extends number>(
  io: ScriptIo,
  json: boolean,
  run: () => Promise<Code>,
): Promise<Code | ExitCode> {
  // `write` handles errors in its callback; without a listener they would end the process.
  for (const stream of [io.stdout, io.stderr]) {
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  }
  try {
    return await run();
  } catch (error) {
    return reportError(error, io, json);
  }
}

const ignore = (): void => {};

const isClosedPipe = (error: Error): boolean =>
  'code' in error &&
  (error.code === 'EPIPE' ||
    error.code === 'ERR_STREAM_DESTROYED' ||
    error.code === 'ERR_STREAM_WRITE_AFTER_END');
