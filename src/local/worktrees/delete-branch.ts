import { GitError, type GitOptions, runGit } from '../git/run-git.ts';

/**
 * Deletes a branch if it is on this commit still, with its settings, as `git branch -d` does. The caller has checked that
 * its base has all its commits: git itself would compare it with HEAD or with its upstream.
 * @throws GitError, or the reason of the signal
 */
export async function deleteBranch(branch: string, commit: string, options: GitOptions): Promise<void> {
  await runGit(['update-ref', '-d', `refs/heads/${branch}`, commit], options);
  try {
    await runGit(['config', '--remove-section', `branch.${branch}`], options);
  } catch (error) {
    // Most branches have no settings.
    if (!(error instanceof GitError)) throw error;
  }
}
