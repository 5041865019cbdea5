import { phaseOf } from '../domain/phase.ts';
import { mayDelete, mayPause, mayResume } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { ScriptCommand, ScriptContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { forEachTask } from './for-each-task.ts';
import { remark, reporting, write } from './output.ts';
import { readLine } from './read-stdin.ts';
import { insist } from './refused.ts';

export interface ActionOptions {
  /** At least one. */
  readonly tasks: readonly string[];
  readonly json: boolean;
}

export const pause: ScriptCommand<ActionOptions> = (context, options) =>
  reporting(context.io, options.json, () =>
    forEachTask(context, options, async (task) => {
      insist(mayPause(phaseOf(task, context.clock.now())));
      await context.backend.pause(task, context.signal);
      return { line: `${named(task)} is pausing.` };
    }),
  );

export const resume: ScriptCommand<ActionOptions> = (context, options) =>
  reporting(context.io, options.json, () =>
    forEachTask(context, options, async (task) => {
      insist(mayResume(phaseOf(task, context.clock.now())));
      await context.backend.resume(task, context.signal);
      return { line: `${named(task)} is resuming.` };
    }),
  );

export interface DeleteOptions extends ActionOptions {
  /** Without it, a terminal is asked; where there is none, nothing may be deleted. */
  readonly yes: boolean;
}

export const remove: ScriptCommand<DeleteOptions> = (context, options) =>
  reporting(context.io, options.json, async () => {
    if (!options.yes && !(await agreed(context, options.tasks))) {
      await remark(context.io, 'Nothing was deleted.');
      return EXIT.failed;
    }
    return forEachTask(context, options, async (task) => {
      insist(mayDelete(phaseOf(task, context.clock.now())));
      await context.backend.remove(task, context.signal);
      return { line: `${named(task)} is deleted.` };
    });
  });

async function agreed({ io, signal }: ScriptContext, tasks: readonly string[]): Promise<boolean> {
  await write(io.stderr, `Delete ${tasks.map(sanitiseLine).join(', ')} for good? y is yes: `);
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}

const named = (task: Task): string => sanitiseLine(task.name);
