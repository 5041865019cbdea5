import { BackendError, UsageError } from '../domain/errors.ts';
import { sourceOf } from '../domain/sources.ts';
import { type Task, worktreeOf } from '../domain/task.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { WORKTREE_ACTIONS, type WorktreeAction, type WorktreeActionOffer } from '../domain/worktree.ts';
import { VERB_PHRASES } from '../domain/worktree-choice.ts';
import type { ExitCode } from './exit-code.ts';
import type { ParsedFlags } from './flags.ts';
import { type ActionResult, forEachTask } from './for-each-task.ts';
import { reportingErrors, write, writeLine } from './output.ts';
import { readLine } from './read-stdin.ts';
import type { ScriptContext } from './script-context.ts';

export interface WorktreeOptions {
  readonly task: string;
  readonly action: WorktreeAction;
  /** Skips the question before a removal. */
  readonly yes: boolean;
  readonly deleteBranch: boolean;
  readonly json: boolean;
}

/** @throws UsageError for an unknown action, a flag that it does not take, or a removal that cannot be confirmed */
export function worktreeOptions(
  [task = '', action = '']: readonly string[],
  flags: ParsedFlags,
  stdinIsTTY: boolean,
): WorktreeOptions {
  const known = WORKTREE_ACTIONS.find((each) => each === action);
  if (known === undefined) {
    const names = WORKTREE_ACTIONS.join(', ');
    const hint = didYouMean(action, WORKTREE_ACTIONS) || `Use one of ${names}.`;
    throw new UsageError(`"${action}" is not an action on a worktree. ${hint}`);
  }
  const deleteBranch = flags.isSet('delete-branch');
  if (deleteBranch && known !== 'remove')
    throw new UsageError('Only remove deletes a branch. Omit --delete-branch.');
  const yes = flags.isSet('yes');
  if (known === 'remove' && !yes && !stdinIsTTY)
    throw new UsageError(
      'Cannot ask for confirmation: standard input is not a terminal. Use --yes to remove the worktree.',
    );
  return { task, action: known, yes, deleteBranch, json: flags.isSet('json') };
}

/** Finishes the work in the worktree of a chat. Reports its own errors and never rejects. */
export const finishWorktree = (context: ScriptContext, options: WorktreeOptions): Promise<ExitCode> =>
  reportingErrors(context.io, options.json, () =>
    forEachTask(context, { tasks: [options.task], json: options.json }, (task, limited) =>
      finish(limited, options, task),
    ),
  );

async function finish(
  context: ScriptContext,
  { action, yes, deleteBranch }: WorktreeOptions,
  task: Task,
): Promise<ActionResult> {
  const { backend, signal } = context;
  const source = sourceOf(backend, task);
  if (
    worktreeOf(task) === null ||
    source.worktreeActions === undefined ||
    source.finishWorktree === undefined
  )
    throw refused('It has no worktree.');
  if (action === 'remove' && !yes) {
    const { actions } = await source.worktreeActions(task, signal);
    const offer = actions.find((each) => each.action === action);
    if (!(await confirm(context, task, offer, deleteBranch))) throw refused('Nothing was removed.');
  }
  const message = await source.finishWorktree(task, action, { deleteBranch }, signal);
  return {
    line: sanitiseLine(message) || `${sanitiseLine(task.name)}: done.`,
    fields: { message },
  };
}

const refused = (message: string): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no' });

/** Shows what a removal runs and deletes, and asks. Rejects with its reasons where the server would refuse it. */
async function confirm(
  { io, signal }: ScriptContext,
  task: Task,
  offer: WorktreeActionOffer | undefined,
  deleteBranch: boolean,
): Promise<boolean> {
  if (offer === undefined) throw refused('This server cannot remove its worktree.');
  const { steps, reasons, remarks } = offer;
  if (reasons.length > 0) throw refused(reasons.join('\n'));
  for (const { command, directory } of steps)
    await writeLine(io.stderr, sanitiseLine(`${directory} $ ${command}`));
  for (const remark of remarks) await writeLine(io.stderr, sanitiseLine(remark));
  const branch = deleteBranch ? ', and delete its branch' : '';
  const question = `${VERB_PHRASES.remove} ${sanitiseLine(task.name)}${branch}? (y/N) `;
  await write(io.stderr, question.charAt(0).toUpperCase() + question.slice(1));
  return (await readLine(io.stdin, signal)).trim().toLowerCase() === 'y';
}
