import { neverAborted } from '../../platform/never-aborted.ts';
import { gitDirectoryOf, operationInProgress } from '../git/git-directory.ts';
import { GitError, type GitOptions, runGit } from '../git/run-git.ts';
import { runUserCommand } from '../git/run-user-command.ts';
import { ErrorResponse } from '../http/error-response.ts';
import type { Offer, Step } from './finish-rules.ts';
import { named, type Reason } from './sentences.ts';

/** Lines of a command's output that an error names at most. */
const OUTPUT_LINES = 40;

/**
 * Runs the steps of an action. Resolves to the output of the last one. After a failure nothing is left in progress.
 * @throws a 409 with the output; the reason of the signal
 */
export async function runOffer(
  { action, steps }: Offer,
  options: Omit<GitOptions, 'directory'>,
): Promise<string> {
  let output = '';
  const done: string[] = [];
  for (const step of steps) {
    try {
      output = await runUserCommand(step, { ...options, directory: step.directory });
      done.push(step.shown);
    } catch (error) {
      const aborted = action === 'merge' || action === 'rebase' ? await abort(action, step, options) : [];
      if (!(error instanceof GitError)) throw error;
      throw refused(FAILED[action], [
        ...aborted,
        ...done.map((shown) => ({ field: 'done', text: `This step was done: ${shown}` })),
        ...outputLines(error, aborted.length > 0).map((text) => ({ field: step.program, text })),
      ]);
    }
  }
  return output;
}

/** A 409 with the reasons against an action. */
export const refused = (message: string, reasons: readonly Reason[]): ErrorResponse =>
  new ErrorResponse(
    409,
    message,
    undefined,
    reasons.map(({ field, text }) => ({ field, detail: text })),
  );

/** The heading of an error. */
export const FAILED: Readonly<Record<Offer['action'], string>> = {
  merge: 'The branch was not merged.',
  rebase: 'The branch was not rebased.',
  push: 'The branch was not pushed.',
  'pull-request': 'The pull request was not created.',
  remove: 'The worktree was not removed.',
};

/** Ends a merge or rebase that stopped, and says why it stopped. A server that ends waits for this. */
async function abort(
  action: 'merge' | 'rebase',
  { directory }: Step,
  { env }: Omit<GitOptions, 'directory'>,
): Promise<readonly Reason[]> {
  const gitDirectory = await gitDirectoryOf(directory);
  if (gitDirectory === null || (await operationInProgress(gitDirectory)) !== action) return [];
  const here = { directory, env, signal: neverAborted };
  const conflicts = await runGit(['diff', '--name-only', '--diff-filter=U', '-z'], here).then(
    ({ text }) => text.split('\0').filter(Boolean),
    () => [],
  );
  const why = conflicts.length > 0 ? `Conflicts in ${named(conflicts)}. ` : '';
  try {
    await runUserCommand({ program: 'git', args: [action, '--abort'] }, here);
    return [{ field: 'conflicts', text: `${why}The ${action} was aborted; ${directory} is as before.` }];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ field: 'conflicts', text: `${why}git ${action} --abort failed in ${directory}: ${detail}` }];
  }
}

/** Lines of git that say how to go on after a conflict, which is over. */
const ADVICE =
  /^(?:hint:|Auto|Rebasing |Not committing |(?:error: )?[Cc]ould not apply |Recorded |Resolved )/u;

/** The lines of an error output that a user needs. After an abort, another sentence names the conflicts. */
const outputLines = ({ message, output }: GitError, isAborted: boolean): readonly string[] => {
  const lines = output
    .split(/[\n\r]/u)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !ADVICE.test(line));
  return lines.length === 0 && !isAborted ? [message] : lines.slice(0, OUTPUT_LINES);
};
