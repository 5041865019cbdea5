import { type Phase, phaseOf } from '../domain/phase.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import { type Availability, mayDelete, mayPause, mayResume } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { assertAllowed } from './assert-allowed.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { forEachTask } from './for-each-task.ts';
import { reportingErrors, write, writeNote } from './output.ts';
import { readLine } from './read-stdin.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';

export interface ActionOptions {
  /** At least one. */
  readonly tasks: readonly string[];
  readonly json: boolean;
}

/** A command that acts on each task if the rule allows it. */
const taskAction =
  (
    rule: (phase: Phase) => Availability,
    act: (backend: AgentBackend, task: Task, signal: AbortSignal) => Promise<unknown>,
    doneWord: string,
  ) =>
  (context: ScriptContext, options: ActionOptions): Promise<ExitCode> =>
    forEachTask(context, options, async (task, { backend, clock, signal }) => {
      assertAllowed(rule(phaseOf(task, clock.now())));
      await act(backend, task, signal);
      return { line: `${sanitiseLine(task.name)} is ${doneWord}.` };
    });

const pauseAll = taskAction(mayPause, (backend, task, signal) => backend.pause(task, signal), 'pausing');
const resumeAll = taskAction(mayResume, (backend, task, signal) => backend.resume(task, signal), 'resuming');
const removeAll = taskAction(mayDelete, (backend, task, signal) => backend.remove(task, signal), 'deleted');

export const pause: ScriptCommand<ActionOptions> = (context, options) =>
  reportingErrors(context.io, options.json, () => pauseAll(context, options));

export const resume: ScriptCommand<ActionOptions> = (context, options) =>
  reportingErrors(context.io, options.json, () => resumeAll(context, options));

export interface DeleteOptions extends ActionOptions {
  /** Skips the confirmation. */
  readonly yes: boolean;
}

export const remove: ScriptCommand<DeleteOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    if (!options.yes && !(await confirmDelete(context, options.tasks))) {
      await writeNote(context.io, 'Nothing was deleted.');
      return EXIT.failed;
    }
    return removeAll(context, options);
  });

async function confirmDelete({ io, signal }: ScriptContext, tasks: readonly string[]): Promise<boolean> {
  await write(io.stderr, `Delete ${tasks.map(sanitiseLine).join(', ')} permanently? (y/N) `);
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}
