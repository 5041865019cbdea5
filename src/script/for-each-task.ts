import { errorText } from '../domain/errors.ts';
import type { Task } from '../domain/task.ts';
import { EXIT, type ExitCode, exitCodeOf, highestExitCode, TimedOut } from './exit-code.ts';
import { createTaskFinder } from './find-task.ts';
import { inParallel } from './in-parallel.ts';
import { errorJson } from './json.ts';
import { writeJson, writeLine, writeNote } from './output.ts';
import type { ScriptContext } from './script-context.ts';
import { parseTaskArgument } from './task-argument.ts';

/**
 * Runs `run` and aborts its signal after `ms`; null for no limit.
 * @throws TimedOut
 */
export async function withTimeout<Result>(
  { clock, signal }: Pick<ScriptContext, 'clock' | 'signal'>,
  ms: number | null,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (ms === null) return run(signal);
  const timeout = new AbortController();
  const cancel = clock.after(ms, () => timeout.abort());
  try {
    return await run(AbortSignal.any([signal, timeout.signal]));
  } catch (error) {
    if (timeout.signal.aborted && !signal.aborted)
      throw new TimedOut('Timed out. Use a longer --timeout to wait longer.');
    throw error;
  } finally {
    cancel();
  }
}

/** The result of an action that succeeded: a line of text, and extra fields for JSON. */
export interface ActionResult {
  readonly line: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

interface TaskResult {
  /** As given on the command line. */
  readonly name: string;
  readonly task: Task | null;
  readonly done: ActionResult | null;
  readonly error: unknown;
}

export interface ForEachOptions {
  readonly tasks: readonly string[];
  readonly json: boolean;
  /** Time for all tasks together, ms; null or omitted for no limit. */
  readonly timeoutMs?: number | null;
  /** Tasks at the same time; 4 if omitted. */
  readonly concurrency?: number;
}

/**
 * Acts on every named task, even after failures of others, and writes one result per task: a line each, or with `json`
 * one array. Returns the highest exit code.
 * @throws UsageError for a malformed name, before any action
 */
export async function forEachTask(
  context: ScriptContext,
  { tasks: names, json, timeoutMs = null, concurrency }: ForEachOptions,
  act: (task: Task, context: ScriptContext) => Promise<ActionResult>,
): Promise<ExitCode> {
  const targets = [...new Set(names)].map((name) => ({ name, argument: parseTaskArgument(name) }));
  const finder = createTaskFinder(context);
  const end = timeoutMs === null ? null : context.clock.monotonic() + timeoutMs;
  const work = async ({ name, argument }: (typeof targets)[number]): Promise<TaskResult> => {
    const left = end === null ? null : Math.max(0, end - context.clock.monotonic());
    let task: Task | null = null;
    try {
      const done = await withTimeout(context, left, async (signal) => {
        const limited = { ...context, signal };
        task = await finder.find(argument, signal);
        return act(task, limited);
      });
      return { name, task, done, error: null };
    } catch (error) {
      return { name, task, done: null, error };
    }
  };
  const results = await inParallel(targets, work, concurrency);
  if (json) await writeJson(context.io, results.map(resultJson));
  else for (const result of results) await printResult(context, result);
  return highestExitCode(results.map(({ done, error }) => (done === null ? exitCodeOf(error) : EXIT.done)));
}

const resultJson = ({ name, task, done, error }: TaskResult) => ({
  task: task?.id ?? name,
  ok: done !== null,
  ...(done === null ? { error: errorJson(error) } : done.fields),
});

const printResult = ({ io }: ScriptContext, { name, done, error }: TaskResult): Promise<void> =>
  done === null ? writeNote(io, `${name}: ${errorText(error)}`) : writeLine(io.stdout, done.line);
