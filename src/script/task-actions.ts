import {
  type ActionId,
  type ActionTable,
  actionBehind,
  actionById,
  availabilityOn,
} from '../domain/action.ts';
import { phaseOf } from '../domain/phase.ts';
import { sourceOf } from '../domain/sources.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { assertAllowed } from './assert-allowed.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { forEachTask } from './for-each-task.ts';
import { reportingErrors, write, writeNote } from './output.ts';
import { readLine } from './read-stdin.ts';
import type { ScriptContext } from './script-context.ts';

export interface ActionOptions {
  readonly action: ActionId;
  /** At least one. */
  readonly tasks: readonly string[];
  /** Skips the question of an action that asks. */
  readonly yes: boolean;
  readonly json: boolean;
}

/** Acts on each task at once if the rule of its source allows it. Reports its own errors and never rejects. */
export const actOnTasks = (
  context: ScriptContext,
  options: ActionOptions,
  tables: readonly ActionTable[],
): Promise<ExitCode> =>
  reportingErrors(context.io, options.json, async () => {
    const known = actionById(tables, options.action);
    const question = options.yes
      ? undefined
      : known?.script?.confirm?.(options.tasks.map(sanitiseLine).join(', '));
    if (question !== undefined && !(await confirm(context, question))) {
      await writeNote(context.io, `Nothing was ${known?.verb.past}.`);
      return EXIT.failed;
    }
    return forEachTask(context, options, async (task, { backend, clock, signal }) => {
      assertAllowed(availabilityOn(tables, options.action, task, phaseOf(task, clock.now())));
      const action = actionBehind(tables, options.action, task);
      if (action !== null) await sourceOf(backend, task).run(action.id, task, signal);
      return { line: `${sanitiseLine(task.name)} is ${action?.verb.accepted}.` };
    });
  });

async function confirm({ io, signal }: ScriptContext, question: string): Promise<boolean> {
  await write(io.stderr, `${question} (y/N) `);
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}
