import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  addFilter,
  addSubmodule,
  bareRepository,
  type GitRepository,
  repositoryWithCommit,
} from '../../support/git-repository.ts';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { waitUntil } from '../test-client.ts';
import { untilFile, worktreeServer } from './worktree-server.ts';

const SCRIPT = '.taskdeck/setup';

/** Commits a set-up script. */
function addScript(repository: GitRepository, content: string): void {
  repository.write(SCRIPT, content);
  chmodSync(path.join(repository.root, SCRIPT), 0o755);
  repository.commit({}, 'Add a set-up');
}

describe('the first turn of a chat', () => {
  test('runs in a new worktree of HEAD, on a branch named by the prompt', async () => {
    const repository = repositoryWithCommit({ name: 'my 仓库' });
    repository.write('sub/dir/file.txt', 'x');
    const head = repository.commit();
    repository.write('kept.txt', 'not committed\n');
    const server = await worktreeServer(repository);
    const id = await server.createIn({ directory: path.join(repository.root, 'sub/dir') }, '--Fix the login');
    const planned = (await server.chat(id)).directory;
    expect(await server.turn(id)).toBe(planned);
    const worktree = await server.worktree(id);
    expect(worktree).toEqual({
      path: path.resolve(planned, '../..'),
      repository: repository.root,
      branch: expect.stringMatching(/^taskdeck\/fix-the-login-[0-9a-f]{4}$/u),
      base: 'main',
      state: 'made',
      ahead: 0,
      behind: 0,
      dirty: 0,
      untracked: 0,
    });
    const inside = repository.in(worktree.path);
    expect(inside.git('symbolic-ref', '--short', 'HEAD')).toBe(worktree.branch);
    expect(inside.id()).toBe(head);
    expect(inside.git('status', '--porcelain')).toBe('');
    // The user's own working tree is as it was.
    expect(repository.git('status', '--porcelain')).toBe(' M kept.txt');
    expect(repository.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
    expect(repository.git('config', '--local', '--list')).not.toContain('branch.taskdeck');
  });

  test('checks out through filters and hooks of the user, and leaves submodules empty as git does', async () => {
    const repository = repositoryWithCommit();
    const content = addFilter(repository);
    addSubmodule(repository);
    const log = path.join(path.dirname(repository.root), 'hook.log');
    const hook = path.join(repository.root, '.git/hooks/post-checkout');
    writeFileSync(hook, `#!/bin/sh\npwd >> '${log}'\necho no login >&2\nexit 3\n`, { mode: 0o755 });
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    const directory = await server.turn(id);
    await waitUntil('notice', async () => (await server.parts(id)).length > 0);
    expect(await server.parts(id)).toEqual([
      {
        type: 'hook-notice',
        text: expect.stringMatching(
          /^The worktree is complete, but a hook after its checkout failed: no login$/u,
        ),
      },
    ]);
    expect(readFileSync(path.join(directory, 'large.bin'), 'utf8')).toBe(content);
    expect(readFileSync(log, 'utf8').trim()).toBe(directory);
    expect(existsSync(path.join(directory, 'library/kept.txt'))).toBe(false);
  });

  test('works in a worktree of a bare repository, and of a submodule', async () => {
    const origin = repositoryWithCommit();
    const bare = bareRepository(origin);
    origin.git('push', '--quiet', bare.root, 'main');
    bare.git('worktree', 'add', '--quiet', '../tree', 'main');
    const tree = bare.in(path.join(bare.root, '../tree'));
    addSubmodule(origin);
    const server = await worktreeServer(origin);
    for (const directory of [tree.root, path.join(origin.root, 'library')]) {
      const made = await server.turn(await server.createIn({ directory }));
      expect(readFileSync(path.join(made, 'kept.txt'), 'utf8')).toBe('one\ntwo\n');
      expect(origin.in(made).git('status', '--porcelain')).toBe('');
    }
  });

  test('of two chats at once with one prompt, each has its own worktree', async () => {
    const repository = repositoryWithCommit();
    const server = await worktreeServer(repository);
    const ids = await Promise.all([1, 2, 3].map(() => server.createIn()));
    const directories = await Promise.all(ids.map((id) => server.turn(id)));
    expect(new Set(directories).size).toBe(3);
    const two = await Promise.allSettled([1, 2].map(() => server.createIn({ worktree: { branch: 'same' } })));
    expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('the set-up', () => {
  test('of the settings runs before the agent, and its output is a tool call', async () => {
    const repository = repositoryWithCommit();
    const setUp =
      'echo "$TASKDECK_REPOSITORY|$TASKDECK_WORKTREE|$CODER_TASK_ID|$PWD" > made.txt; echo installed; test -t 0 || cat';
    const server = await worktreeServer(repository, { setUp });
    const id = await server.createIn();
    const directory = await server.turn(id);
    expect(readFileSync(path.join(directory, 'made.txt'), 'utf8').trim()).toBe(
      [repository.root, directory, id, directory].join('|'),
    );
    await waitUntil('answer', async () => (await server.parts(id)).length > 1);
    expect(await server.parts(id)).toEqual([
      expect.objectContaining({ type: 'tool-call', kind: 'execute', title: setUp, status: 'completed' }),
      expect.objectContaining({ type: 'tool-result', result: { output: 'installed\n' }, is_error: false }),
    ]);
    expect(server.scripted.turns[0]).toMatchObject({
      prompt: [{ type: 'text', text: 'Fix it' }],
      earlier: '',
    });
    // It ran once for this worktree.
    server.agent(id).finish();
    await server.until(id, 'waiting');
    await server.send(id);
    await server.turn(id, 2);
    expect((await server.parts(id)).filter(({ type }) => type === 'tool-call')).toHaveLength(1);
  });

  test.each([
    ['echo broken >&2; exit 7', 10, 'failed with exit code 7'],
    ['kill -9 $$', 10, 'was ended by SIGKILL'],
    ['echo slow; sleep 1000', 0.01, 'was stopped after 0.01 min'],
  ])('%j fails, which is shown, and the agent starts', async (setUp, setUpMinutes, words) => {
    const server = await worktreeServer(repositoryWithCommit(), { setUp, setUpMinutes });
    const id = await server.createIn();
    await server.turn(id);
    // The answer is stored a moment later.
    await waitUntil('notice', async () => (await server.parts(id)).at(-1)?.type === 'hook-notice');
    const parts = await server.parts(id);
    expect(parts).toContainEqual(expect.objectContaining({ type: 'tool-call', status: 'failed' }));
    expect(parts.at(-1)).toEqual({ type: 'hook-notice', text: expect.stringContaining(words) });
    expect(taggedProcesses(id)).toEqual([]);
  });

  test('shows its last line while it runs', async () => {
    const server = await worktreeServer(repositoryWithCommit(), { setUp: 'echo one; echo two; sleep 1000' });
    const id = await server.createIn();
    await server.untilStage(id, 'Running echo one; echo two; sleep 1000: two');
    await server.chats('POST', `/${id}/interrupt`);
    await server.until(id, 'waiting');
    expect(taggedProcesses(id)).toEqual([]);
    expect(server.turnsOf(id)).toBe(0);
  });

  test('of the project asks once for each content', async () => {
    const repository = repositoryWithCommit();
    addScript(repository, '#!/bin/sh\necho ready > ready.txt\n');
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    await server.until(id, 'requires_action');
    const request = await server.request(id);
    expect(request?.args).toMatchObject({
      title: 'Run .taskdeck/setup of the repository in the new worktree',
      kind: 'execute',
      command: SCRIPT,
      diff: [{ path: SCRIPT, old_text: null, new_text: '#!/bin/sh\necho ready > ready.txt\n' }],
      options: [
        { option_id: 'run', name: 'Run it (taskdeck remembers this content)', kind: 'allow_once' },
        { option_id: 'skip', name: 'Skip it', kind: 'reject_once' },
      ],
    });
    expect(existsSync(path.join((await server.worktree(id)).path, 'ready.txt'))).toBe(false);
    const answers = await Promise.all([1, 2].map(() => server.answer(id, request, 'run')));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    await untilFile(await server.turn(id), 'ready.txt');
    // The same content runs without a question.
    const second = await server.createIn();
    await untilFile(await server.turn(second), 'ready.txt');
    expect((await server.parts(second)).some(({ tool_name: name }) => name === 'request_permission')).toBe(
      false,
    );
    // Another content asks again.
    addScript(repository, '#!/bin/sh\necho more > more.txt\n');
    const third = await server.createIn();
    await server.until(third, 'requires_action');
    await server.answer(third, await server.request(third), 'skip');
    const directory = await server.turn(third);
    expect(existsSync(path.join(directory, 'more.txt'))).toBe(false);
    await waitUntil('answer', async () =>
      (await server.parts(third)).some(({ status }) => status === 'cancelled'),
    );
    expect(await server.parts(third)).toContainEqual(
      expect.objectContaining({ type: 'tool-call', kind: 'execute', status: 'cancelled', diff: [] }),
    );
    // Skipped for this worktree, not forever.
    const fourth = await server.createIn();
    await server.until(fourth, 'requires_action');
  });

  test('of the project asks again when the script changed before the answer', async () => {
    const repository = repositoryWithCommit();
    addScript(repository, '#!/bin/sh\necho shown > shown.txt\n');
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    await server.until(id, 'requires_action');
    const first = await server.request(id);
    const { path: tree } = await server.worktree(id);
    writeFileSync(path.join(tree, SCRIPT), '#!/bin/sh\necho other > other.txt\n');
    await server.answer(id, first, 'run');
    await waitUntil('second request', async () => {
      const open = await server.request(id);
      return open !== null && open.tool_call_id !== first?.tool_call_id;
    });
    expect((await server.request(id))?.args).toMatchObject({
      diff: [{ new_text: '#!/bin/sh\necho other > other.txt\n' }],
    });
    expect([existsSync(path.join(tree, 'shown.txt')), existsSync(path.join(tree, 'other.txt'))]).toEqual([
      false,
      false,
    ]);
    await server.answer(id, await server.request(id), 'skip');
    await server.turn(id);
    expect(existsSync(path.join(tree, 'other.txt'))).toBe(false);
  });

  test('that is no executable runs by its shell line; a link or a huge file does not run', async () => {
    const repository = repositoryWithCommit();
    repository.commit({ [SCRIPT]: '#!/usr/bin/env bash\n[[ -n $BASH_VERSION ]] && echo bash > by.txt\n' });
    const server = await worktreeServer(repository);
    const id = await server.createIn();
    await server.until(id, 'requires_action');
    await server.answer(id, await server.request(id), 'run');
    expect(readFileSync(path.join(await server.turn(id), 'by.txt'), 'utf8')).toBe('bash\n');
    addScript(repository, `#!/bin/sh\n${'# long\n'.repeat(40_000)}`);
    const huge = await server.createIn();
    await server.turn(huge);
    await waitUntil('notice', async () => (await server.parts(huge)).length > 0);
    expect(await server.parts(huge)).toEqual([
      { type: 'hook-notice', text: '.taskdeck/setup is not run: it is larger than 256 KiB.' },
    ]);
    repository.git('rm', '--quiet', SCRIPT);
    repository.commit({ [SCRIPT]: 'just text\n' });
    const text = await server.createIn();
    await server.turn(text);
    expect(await server.parts(text)).toEqual([]);
  });
});

test('a message that is edited during the set-up runs one turn', async () => {
  const server = await worktreeServer(repositoryWithCommit(), {
    setUp: 'test -e again || { touch again; sleep 1000; }',
  });
  const id = await server.createIn();
  await untilFile((await server.worktree(id)).path, 'again');
  const [message] = (await server.chats('GET', `/${id}/messages`)).body.messages.filter(
    ({ role }: { role: string }) => role === 'user',
  );
  await server.chats('PATCH', `/${id}/messages/${message.id}`, {
    content: [{ type: 'text', text: 'Better' }],
  });
  await server.turn(id);
  expect(server.scripted.turns.map(({ prompt }) => prompt)).toEqual([[{ type: 'text', text: 'Better' }]]);
  await waitUntil('no process', () => taggedProcesses(id).length === 0);
});
