import path from 'node:path';
import type { WireWorktreePreview } from '../../wire/local-extension.ts';
import { GitError, runGit } from '../git/run-git.ts';
import { examineRepository, type RepositoryFacts, type RepositoryRequest } from './examine-repository.ts';
import { type PlanContext, type PlanRequest, planWorktree, worktreesParent } from './plan-worktree.ts';
import { hasScript, SET_UP_SCRIPT } from './set-up-script.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { WorktreeRefused } from './worktree-refused.ts';
import type { PlannedWorktree } from './worktree-table.ts';

interface GitAccess {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Chooses the worktrees of new chats. Changes nothing. */
export class WorktreeCreation {
  readonly #context: WorktreeContext;

  constructor(context: WorktreeContext) {
    this.#context = context;
  }

  /**
   * The worktree that a new chat would get, or why it cannot have one. `directory`: a real path. `environment`: of the
   * user's shell; null if unknown.
   */
  async preview(
    request: Omit<RepositoryRequest, 'branch'>,
    environment: NodeJS.ProcessEnv | null,
    signal: AbortSignal,
  ): Promise<WireWorktreePreview> {
    const settings = this.#context.settings();
    const common = { branch_prefix: settings.branchPrefix, is_default: settings.isDefault };
    try {
      const facts = await this.examine({ ...request, branch: '' }, environment, signal);
      return {
        ...common,
        reason: '',
        repository: facts.root,
        base: facts.base,
        base_commit: facts.baseCommit,
        base_subject: facts.baseSubject,
        parent: worktreesParent(facts, this.#planContext),
        set_up: settings.setUp ?? (await scriptOf(facts, this.#git(environment, signal))),
      };
    } catch (error) {
      if (!(error instanceof WorktreeRefused)) throw error;
      const unknown = { repository: '', base: '', base_commit: '', base_subject: '', parent: '', set_up: '' };
      return { ...common, ...unknown, reason: error.message };
    }
  }

  /**
   * Finds out whether a directory's repository can have a new worktree.
   * @throws WorktreeRefused
   */
  async examine(
    request: RepositoryRequest,
    environment: NodeJS.ProcessEnv | null,
    signal: AbortSignal,
  ): Promise<RepositoryFacts> {
    const git = this.#git(environment, signal);
    const facts = await examineRepository(request, git);
    await requireOutside(worktreesParent(facts, this.#planContext), facts, git);
    return facts;
  }

  /**
   * Chooses branch and path. The caller stores the row before it waits for anything.
   * @throws WorktreeRefused if the branch exists
   */
  plan(facts: RepositoryFacts, request: PlanRequest): PlannedWorktree {
    return planWorktree(facts, request, this.#planContext);
  }

  #git(environment: NodeJS.ProcessEnv | null, signal: AbortSignal): GitAccess {
    return { env: environment ?? this.#context.serverEnvironment, signal };
  }

  get #planContext(): PlanContext {
    const { chats, settings, stateDir } = this.#context;
    return { settings: settings(), stateDir, rows: chats.worktrees.all() };
  }
}

const scriptOf = async ({ root, baseCommit }: RepositoryFacts, git: GitAccess): Promise<string> =>
  (await hasScript(baseCommit, { ...git, directory: root })) ? SET_UP_SCRIPT : '';

/** Worktrees among the files of the repository would be untracked files of it, unless git ignores them. */
async function requireOutside(parent: string, { root }: RepositoryFacts, git: GitAccess): Promise<void> {
  const relative = path.relative(root, parent);
  if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) return;
  try {
    // It ends with an error if git does not ignore the path.
    await runGit(['check-ignore', '--quiet', '--', parent], { ...git, directory: root });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new WorktreeRefused(
      'worktree',
      `Worktrees would be made in ${parent}, among the files of the repository. Add it to .gitignore, or change the setting worktree.directory.`,
    );
  }
}
