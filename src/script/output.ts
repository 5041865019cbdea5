import type { Writable } from 'node:stream';
import { errorText } from '../domain/errors.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { describeSystemError, isSystemError, systemReason } from '../platform/system-error.ts';
import type { ScriptIo } from './context.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { errorJson, safeJson } from './json.ts';

/** Whoever read our output has closed it, as `head` does when it has enough. */
class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** Writes text as it is, and resolves when the stream has taken it, so that a slow reader slows us down. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else
        reject(
          isClosedPipe(error)
            ? new OutputClosed()
            : new Error(`The output cannot be written: ${systemReason(error)}.`),
        );
    });
  });
}

export const writeLine = (stream: Writable, line: string): Promise<void> => write(stream, `${line}\n`);

/** A remark for a person: on stderr, after our name. */
export const writeNote = (io: ScriptIo, sentence: string): Promise<void> =>
  writeLine(io.stderr, `taskdeck: ${sanitiseLine(sentence)}`);

/** A whole value for a program to read. */
export const writeJson = (io: ScriptIo, value: unknown): Promise<void> =>
  writeLine(io.stdout, safeJson(value, 2));

/** One of many values, each on a line of its own. */
export const writeJsonLine = (io: ScriptIo, value: unknown): Promise<void> =>
  writeLine(io.stdout, safeJson(value));

/** Writes what went wrong to stderr, as a sentence or as an object, and returns the code to end with. */
async function reportError(error: unknown, io: ScriptIo, json: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return EXIT.done;
  const code = exitCodeOf(error);
  // Who interrupts a command knows why it ended.
  if (code === EXIT.interrupted) return code;
  try {
    if (json) await writeLine(io.stderr, safeJson({ error: errorJson(error) }));
    else await writeNote(io, isSystemError(error) ? describeSystemError(error) : errorText(error));
  } catch {
    // Nobody reads our errors: the code has to do.
  }
  return code;
}

/** Runs a command so that whatever it throws is reported and turned into an exit code. */
export async function reportingErrors<Code extends number>(
  io: ScriptIo,
  json: boolean,
  run: () => Promise<Code>,
): Promise<Code | ExitCode> {
  // A stream also tells its writers through the callback of `write`; without a listener it would end the process.
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
