import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { ErrorResponse } from '../../../src/local/http/error-response.ts';
import { type FinishRequest, WorktreeFinishing } from '../../../src/local/worktrees/worktree-finishing.ts';
import type { WorktreeRow } from '../../../src/local/worktrees/worktree-table.ts';
import type { WireWorktreeAction } from '../../../src/wire/local-extension.ts';
import { neverAborted } from '../../api/api-fixture.ts';
import { type GitRepository, repositoryWithCommit } from '../../support/git-repository.ts';
import { type ChatsFixture, chatsFixture } from '../chats/chats-fixture.ts';

interface WorktreeOptions {
  /** Name of the directory of the repository. */
  readonly name?: string;
  /** Default `main`; a commit id where `isDetached`. */
  readonly base?: string;
  /** Default: beside the repository. */
  readonly parent?: (repository: GitRepository) => string;
  /** Prepares the repository before the worktree is made. */
  readonly prepare?: (repository: GitRepository) => void;
}

/** A chat that rests, and the worktree that was made for it from a repository with one commit. */
export interface WorktreeFixture {
  readonly repository: GitRepository;
  readonly worktree: GitRepository;
  readonly chats: ChatsFixture;
  readonly chatId: string;
  readonly branch: string;
  readonly finishing: WorktreeFinishing;
  readonly row: () => WorktreeRow;
  /** Reasons and remarks of an action now. */
  readonly offer: (
    action: WireWorktreeAction,
  ) => Promise<{ readonly reasons: string; readonly remarks: string; readonly mayDeleteBranch: boolean }>;
  /** The message of the result, or of the error with all its details, a line each. */
  readonly finish: (action: WireWorktreeAction, options?: Partial<FinishRequest>) => Promise<string>;
  /** Writes an executable shell script, such as a hook. */
  readonly script: (file: string, text: string) => void;
}

const BRANCH = 'taskdeck/fix-it-1a2b';

/** Ends with the current test. */
export function worktreeFixture(options: WorktreeOptions = {}): WorktreeFixture {
  const { name = 'work', base = 'main', prepare } = options;
  const repository = repositoryWithCommit({ name });
  repository.commit({ '.gitignore': '*.log\nout/\n' }, 'Ignore');
  prepare?.(repository);
  const parent = options.parent?.(repository) ?? path.join(path.dirname(repository.root), 'worktrees');
  const root = path.join(parent, `${name}-01234567`, 'fix-it-1a2b');
  repository.git('worktree', 'add', '--quiet', '-b', BRANCH, root, base);
  const chats = chatsFixture();
  onTestFinished(chats.dispose);
  const { id } = chats.create({ content: [], directory: root });
  const table = chats.chats.worktrees;
  table.add(
    id,
    {
      repository: repository.root,
      git_directory: path.join(repository.root, '.git'),
      path: root,
      subdirectory: '',
      branch: BRANCH,
      base,
      base_commit: repository.id(base),
    },
    0,
  );
  table.update(id, { state: 'made', owns_branch: 1 });
  const row = (): WorktreeRow => {
    const found = table.of(id);
    if (found === null) throw new Error('The row is gone.');
    return found;
  };
  const finishing = new WorktreeFinishing({
    chats: chats.local,
    worktrees: {
      wireOf: () => ({ ...row(), ahead: 0, behind: 0, dirty: 0, untracked: 0 }),
    },
    environment: () => ({ ...repository.env }),
    onFinished: () => undefined,
  });
  return {
    repository,
    worktree: repository.in(root),
    chats,
    chatId: id,
    branch: BRANCH,
    finishing,
    row,
    offer: async (action) => {
      const { actions, may_delete_branch: mayDeleteBranch } = await finishing.actions(id, neverAborted());
      const found = actions.find((each) => each.action === action);
      return {
        reasons: found?.reasons.join('\n') ?? '',
        remarks: found?.remarks.join('\n') ?? '',
        mayDeleteBranch,
      };
    },
    finish: (action, request = {}) =>
      finishing.finish(id, { action, deletesBranch: false, ...request }).catch((error: ErrorResponse) => {
        if (error.status === undefined) throw error;
        return [error.message, ...(error.validations ?? []).map(({ detail }) => detail)].join('\n');
      }),
    script: (file, text) => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n${text}\n`);
      chmodSync(file, 0o755);
    },
  };
}

/** Whether the directory of the worktree exists. */
export const exists = ({ worktree }: WorktreeFixture): boolean => existsSync(worktree.root);

/** A hook of the repository that prints a sentence and fails. */
export const failingHook = ({ repository, script }: WorktreeFixture, name: string): void =>
  script(path.join(repository.root, '.git/hooks', name), `echo "The hook ${name} says no." >&2; exit 1`);
