import type { WireWorktree, WireWorktreePreview } from '../../../src/wire/local-extension.ts';
import { recordOf } from './content.ts';
import type { Operation } from './operations.ts';
import { noRoute, Refusal } from './refusal.ts';

/** The only directory with a repository. Its only branches are `main` and `feature`. */
export const REPOSITORY = '/home/ada/auth';

const COMMITS: Readonly<Record<string, readonly [commit: string, subject: string]>> = {
  main: ['1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5', 'Fix the login'],
  feature: ['9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c', 'Begin the feature'],
};

const PREVIEW: WireWorktreePreview = {
  reason: '',
  repository: REPOSITORY,
  base: 'main',
  base_commit: '',
  base_subject: '',
  branch_prefix: 'taskdeck/',
  parent: '/home/ada/.local/state/taskdeck/worktrees/auth-12345678',
  is_default: false,
  set_up: 'npm ci',
};

function preview(directory: string, base: string): WireWorktreePreview {
  if (directory !== REPOSITORY) return { ...PREVIEW, reason: `${directory} is in no git repository.` };
  const [commit, subject] = COMMITS[base] ?? [];
  return commit === undefined
    ? { ...PREVIEW, reason: `The repository has no "${base}".` }
    : { ...PREVIEW, base, base_commit: commit, base_subject: subject ?? '' };
}

/** The worktree of a new chat with this field in its request; null without the field. */
export function plannedWorktree(field: unknown, directory: unknown): WireWorktree | null {
  if (field === undefined) return null;
  const { base = 'main', branch = 'taskdeck/fix-it-0a1b' } = recordOf(field);
  const refuse = (name: string, detail: string): never => {
    throw new Refusal(400, 'The worktree cannot be made.', { validations: [{ field: name, detail }] });
  };
  if (directory !== REPOSITORY) return refuse('worktree', `${directory} is in no git repository.`);
  if (typeof base !== 'string' || COMMITS[base] === undefined)
    return refuse('base', `The repository has no "${base}".`);
  if (typeof branch !== 'string' || COMMITS[branch] !== undefined)
    return refuse('branch', `The branch "${branch}" exists.`);
  return {
    path: `${PREVIEW.parent}/${branch.replaceAll('/', '-')}`,
    repository: REPOSITORY,
    branch,
    base,
    state: 'planned',
    ahead: 0,
    behind: 0,
    dirty: 0,
    untracked: 0,
  };
}

/** The worktrees of taskdeck's own server. */
export const worktreeOperations: readonly Operation[] = [
  {
    name: 'preview worktree',
    method: 'GET',
    path: /^\/worktrees\/preview$/u,
    under: 'chats',
    needsGateway: false,
    run({ state, query }) {
      if (!state.options.extensions.includes('worktree')) throw noRoute();
      const directory = query.get('directory') ?? '';
      if (!directory.startsWith('/')) throw new Refusal(400, 'The directory must be absolute.');
      return { status: 200, body: preview(directory, query.get('base') || 'main') };
    },
  },
];
