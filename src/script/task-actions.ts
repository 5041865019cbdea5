import {
  type ActionId,
  type ActionTable,
  actionBehind,
  actionById,
  availabilityOn,
} from '../domain/action.ts';
import { withoutKeySentences } from '../domain/key-placeholder.ts';
import { phaseOf } from '../domain/phase.ts';
import { sourceOf } from '../domain/sources.ts';
import { CHATS, chatFacts, type Task, worktreeOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { assertAllowed } from './assert-allowed.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type ActionResult, forEachTask } from './for-each-task.ts';
import { INTERRUPT, interruptChat } from './interrupt.ts';
import { reportingErrors, write, writeNote } from './output.ts';
import { readLine } from './read-stdin.ts';
import type { ScriptContext } from './script-context.ts';

export interface ActionOptions {
  readonly action: ActionId;
  /** At least one. */
  readonly tasks: readonly string[];
  /** Skips the question of an action that asks. */
  readonly yes: boolean;
  /** Of `interrupt`: deletes the server's queue. */
  readonly clearQueue?: boolean;
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
    const question = options.yes ? undefined : questionOf(context, options, tables);
    if (question !== undefined && !(await confirm(context, question))) {
      await writeNote(context.io, `Nothing was ${known?.verb.past}.`);
      return EXIT.failed;
    }
    return forEachTask(context, options, (task, limited) => act(limited, options, tables, task));
  });

/** Undefined for an action that does not ask. The kind of the tasks is not known yet. */
function questionOf(
  { backend }: ScriptContext,
  { action, tasks }: ActionOptions,
  tables: readonly ActionTable[],
): string | undefined {
  const names = tasks.map(sanitiseLine).join(', ');
  const isLocal = backend.sources.some(({ capabilities }) => capabilities.directories);
  const question = actionById(tables, action)?.script?.confirm?.(names);
  return question !== undefined && action === 'delete' && backend.sources.some(({ id }) => id === CHATS)
    ? `Delete ${names}? Tasks are deleted permanently, chats are archived${isLocal ? ', and archived ones deleted' : ''}.`
    : question;
}

async function act(
  context: ScriptContext,
  { action: id, clearQueue = false }: ActionOptions,
  tables: readonly ActionTable[],
  task: Task,
): Promise<ActionResult> {
  const { backend, clock, signal } = context;
  const action = actionBehind(tables, id, task);
  if (action?.id === INTERRUPT && task.source === CHATS) return interruptChat(context, task, clearQueue);
  const availability = availabilityOn(tables, id, task, phaseOf(task, clock.now()));
  // A rule may name a key of the screen.
  const mayAct = availability === true ? true : withoutKeySentences(availability);
  assertAllowed(mayAct, id === 'resume' && chatFacts(task) !== null ? SEND_HINT : undefined);
  if (action !== null) await sourceOf(backend, task).run(action.id, task, signal);
  const worktree = worktreeOf(task);
  if (action?.removesTask && worktree?.state === 'made')
    await writeNote(context.io, `${sanitiseLine(task.name)}: its worktree stays in ${worktree.path}`);
  return { line: `${sanitiseLine(task.name)} is ${action?.verb.accepted}.` };
}

/** No chat is paused: a message continues it. */
const SEND_HINT = 'Use "taskdeck send" to write to it.';

async function confirm({ io, signal }: ScriptContext, question: string): Promise<boolean> {
  await write(io.stderr, `${question} (y/N) `);
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}
