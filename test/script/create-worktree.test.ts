import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { WORKTREES } from '../../src/domain/chat-extension.ts';
import { EXTENSIONS } from '../../src/wire/local-extension.ts';
import { type ChatsServer, startChatsServer } from '../support/chats/chats-server.ts';
import { REPOSITORY } from '../support/chats/worktree-operations.ts';
import { type CommandResult, run } from './script-fixture.ts';

let server: ChatsServer;
beforeAll(async () => {
  server = await startChatsServer({
    extensions: [...EXTENSIONS.filter((name) => name !== WORKTREES), WORKTREES],
  });
});
afterAll(() => server.close());

/** `taskdeck create` on this machine; elsewhere without `local`. */
const create = (words: readonly string[], { local = true } = {}): Promise<CommandResult> => {
  const options = { url: server.url, token: 'token' };
  const backend = createCoderBackend(local ? { ...options, directory: REPOSITORY } : options);
  return run(backend, ['create', 'Fix it', '--model', 'Sonnet', ...words]);
};

const IN_REPOSITORY = ['--cwd', REPOSITORY];
const worktreeOf = ({ out }: CommandResult) => JSON.parse(out).worktree;

describe('create --worktree', () => {
  it('says the branch, the base commit and the place on stderr, and prints the worktree as JSON', async () => {
    const made = await create([...IN_REPOSITORY, '--worktree', '--json']);
    expect(made).toMatchObject({
      code: 0,
      err: 'taskdeck: The agent works on the new branch taskdeck/fix-it-0a1b from main at 1a2b3c4 (Fix the login), in /home/ada/.local/state/taskdeck/worktrees/auth-12345678/taskdeck-fix-it-0a1b.\n',
    });
    expect(worktreeOf(made)).toEqual({
      path: '/home/ada/.local/state/taskdeck/worktrees/auth-12345678/taskdeck-fix-it-0a1b',
      repository: REPOSITORY,
      branch: 'taskdeck/fix-it-0a1b',
      base: 'main',
      state: 'planned',
      ahead: 0,
      behind: 0,
      dirty: 0,
      untracked: 0,
    });
    const { id } = JSON.parse(made.out);
    const backend = createCoderBackend({ url: server.url, token: 'token', directory: REPOSITORY });
    const shown = await run(backend, ['show', id]);
    expect(shown.out).toMatch(/^worktree +\/home\/ada\/.*taskdeck-fix-it-0a1b, planned$/mu);
    expect(shown.out).toMatch(/^branch +taskdeck\/fix-it-0a1b, from main$/mu);
    expect(shown.out).toMatch(/^repository +\/home\/ada\/auth$/mu);
    const listed = await run(backend, ['list', '--json', '--query', 'is:worktree']);
    expect(JSON.parse(listed.out)[0].worktree).toEqual(worktreeOf(made));
  });

  it('is implied by --branch and --base', async () => {
    const made = await create([...IN_REPOSITORY, '--base', 'feature', '--branch', 'fix/登录', '--json']);
    expect(worktreeOf(made)).toMatchObject({ base: 'feature', branch: 'fix/登录' });
    expect(made.err).toContain('fix/登录 from feature at 9f8e7d6 (Begin the feature), in ');
  });

  it('is not made without it', async () => {
    for (const words of [[], ['--no-worktree'], ['--cwd', '/tmp']]) {
      const made = await create([...IN_REPOSITORY, '--json', ...words].slice(words.includes('/tmp') ? 2 : 0));
      expect(made).toMatchObject({ code: 0, err: '' });
      expect(worktreeOf(made)).toBeNull();
    }
  });

  it.each([
    ['outside of a repository', ['--cwd', '/tmp', '--worktree'], '/tmp is in no git repository.'],
    [
      'with a branch that exists',
      [...IN_REPOSITORY, '--branch', 'main'],
      'The worktree cannot be made. The branch "main" exists.',
    ],
    ['with an unknown base', [...IN_REPOSITORY, '--base', 'nope'], 'The repository has no "nope".'],
    [
      'with --no-worktree',
      [...IN_REPOSITORY, '--no-worktree', '--base', 'main'],
      '--base makes a worktree. Omit it, or omit --no-worktree.',
    ],
    [
      'with its opposite',
      ['--no-worktree', '--worktree'],
      '--worktree and --no-worktree contradict each other.',
    ],
    ['with a template', ['--template', 'shell', '--worktree'], /makes a task and --model a chat/u],
  ])('is wrong usage %s', async (_, words, message) => {
    const refused = await create(words);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toMatch(message);
  });

  it('is wrong usage on a deployment', async () => {
    expect(await create(['--worktree'], { local: false })).toMatchObject({
      code: 2,
      err: 'taskdeck: --worktree works only for chats on this machine.\n',
    });
  });
});

describe('where the settings make one by default', () => {
  const byDefault = (reason = '') =>
    server.chats.faults.plan('preview worktree', {
      answer: {
        status: 200,
        body: { reason, is_default: true, base: 'main', base_commit: '1a2b3c4d', base_subject: '' },
      },
    });

  it('every chat gets one, but with --no-worktree', async () => {
    byDefault();
    const made = await create([...IN_REPOSITORY, '--json']);
    expect(worktreeOf(made)).toMatchObject({ state: 'planned' });
    expect(made.err).toContain('from main at 1a2b3c4, in ');
    expect(worktreeOf(await create([...IN_REPOSITORY, '--json', '--no-worktree']))).toBeNull();
  });

  it('a chat outside of a repository has none, with a note', async () => {
    byDefault('/tmp is in no git repository.');
    expect(await create(['--cwd', '/tmp'])).toMatchObject({
      code: 0,
      err: 'taskdeck: /tmp is in no git repository. The chat gets no worktree.\n',
    });
  });
});

it('no control character of a repository reaches the terminal', async () => {
  server.chats.faults.plan('preview worktree', {
    answer: {
      status: 200,
      body: {
        reason: '',
        base: 'main',
        base_commit: '1a2b3c4d',
        base_subject: 'Evil\u001b[2J\u009b\nsubject',
      },
    },
  });
  const made = await create([...IN_REPOSITORY, '--worktree']);
  expect(made.code).toBe(0);
  expect(made.err.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/u);
});
