import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_QUIRKS } from '../../../src/local/agents/acp-agent.ts';
import type { LocalServerHandle } from '../../../src/local/server.ts';
import type {
  WireWorktree,
  WireWorktreeEntry,
  WireWorktreePreview,
} from '../../../src/wire/local-extension.ts';
import { ChatClient, textOf } from '../../local/chats/chat-client.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { type GitRepository, gitEnvironment, repositoryWithCommit } from '../../support/git-repository.ts';
import { registryOf, startLocalServer, temporaryDirectory } from '../../support/local-server.ts';
import { REFUSED } from './refused-worktrees.ts';
import { type Situation, WORKS } from './worktree-situations.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let server: LocalServerHandle;
let client: ChatClient;
beforeAll(async () => {
  temporary = temporaryDirectory();
  const agent = {
    name: 'fake',
    displayName: 'Fake Agent',
    command: fakeAgentCommand(),
    env: {},
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
    quirks: { ...NO_QUIRKS, exitMs: 1_000 },
    isConfigured: false,
  };
  server = await startLocalServer({
    stateDir: path.join(temporary.path, 'state'),
    env: { ...gitEnvironment(path.join(temporary.path, 'home')), SHELL: '/bin/sh' },
    agents: registryOf(
      () => [],
      () => [{ agent, isInstalled: true, install: '', missing: null }],
    ),
  });
  client = new ChatClient(server, temporary.path);
});
afterAll(async () => {
  await server.close();
  temporary.remove();
});

/** The fields of a created chat that count here. */
interface CreatedChat {
  readonly id: string;
  readonly directory: string;
  readonly worktree: WireWorktree;
}

const PROMPT = 'env PWD';

async function create({ repository, directory, worktree, prompt = PROMPT, env }: Situation) {
  const [organization] = await client.call<readonly { readonly id: string }[]>(
    'GET',
    'users/me/organizations',
  );
  return client.answerTo('POST', 'chats', {
    organization_id: organization?.id,
    content: [{ type: 'text', text: prompt }],
    model_config_id: 'fake',
    directory: directory ?? repository.root,
    environment: { ...repository.env, ...env },
    ...(worktree !== null && { worktree: worktree ?? {} }),
  });
}

async function created(situation: Situation): Promise<CreatedChat> {
  const { status, body, text } = await create(situation);
  expect(status, text).toBe(201);
  return body as CreatedChat;
}

/** Waits for the end of a turn, and rejects if it failed. */
async function untilIdle(id: string): Promise<void> {
  const status = async () => (await client.chat(id)).status;
  await expect.poll(status).toMatch(/^(?:waiting|error)$/u);
  expect((await client.chat(id)).last_error).toBeNull();
}

/** The chat after its first turn. */
async function afterTurn(situation: Situation): Promise<CreatedChat> {
  const { id } = await created(situation);
  await untilIdle(id);
  return client.call('GET', `chats/${id}`);
}

const preview = (directory: string, base = ''): Promise<WireWorktreePreview> =>
  client.call('GET', `chats/worktrees/preview?${new URLSearchParams({ directory, base })}`);

/** All that creation must not change for the user; the one branch that it makes is left out. */
const userState = ({ git }: GitRepository, made = ''): readonly string[] => [
  git('rev-parse', '--symbolic-full-name', 'HEAD'),
  git('rev-parse', 'HEAD'),
  git('for-each-ref', '--format=%(refname) %(objectname)')
    .split('\n')
    .filter((ref) => !ref.startsWith(`refs/heads/${made} `))
    .join('\n'),
  git('status', '--porcelain=v2', '--branch', '--untracked-files=all'),
];

/** Refs and worktrees. */
const repositoryState = ({ git }: GitRepository): readonly string[] => [
  git('for-each-ref', '--format=%(refname) %(objectname)'),
  git('worktree', 'list', '--porcelain'),
];

describe('a chat gets a worktree in', () => {
  it.each(WORKS)('%s', async (_, arrange) => {
    const { made = {}, ...situation } = arrange();
    const { repository } = situation;
    const before = userState(repository);
    const base = (situation.worktree as { base?: string } | undefined)?.base;
    const shown = await preview(situation.directory ?? repository.root, base);
    expect(shown).toMatchObject({
      reason: '',
      base: made.base ?? 'main',
      base_commit: repository.id(made.at ?? made.base ?? 'main'),
      branch_prefix: 'taskdeck/',
    });

    const chat = await afterTurn(situation);

    const { worktree } = chat;
    expect(worktree).toMatchObject({
      repository: repository.root,
      base: made.base ?? 'main',
      state: 'made',
    });
    // The files are counted in the background.
    await expect
      .poll(async () => (await client.call<CreatedChat>('GET', `chats/${chat.id}`)).worktree)
      .toMatchObject({ ahead: 0, dirty: 0, untracked: 0 });
    if (typeof made.branch === 'string') expect(worktree.branch).toBe(made.branch);
    else expect(worktree.branch).toMatch(made.branch ?? /^taskdeck\/env-pwd-[0-9a-f]{4}$/u);
    expect(path.dirname(shown.parent)).toBe(path.join(realpathSync(temporary.path), 'state', 'worktrees'));
    expect(path.basename(shown.parent)).toMatch(/^[\w-]+-[0-9a-f]{8}$/u);
    expect(worktree.path.startsWith(`${shown.parent}/`)).toBe(true);
    expect(chat.directory).toBe(path.join(worktree.path, made.below ?? ''));

    const tree = repository.in(worktree.path);
    expect(tree.git('symbolic-ref', 'HEAD')).toBe(`refs/heads/${worktree.branch}`);
    expect(tree.id()).toBe(shown.base_commit);
    expect(tree.git('status', '--porcelain')).toBe('');
    expect(tree.git('for-each-ref', '--format=%(upstream)', `refs/heads/${worktree.branch}`)).toBe('');
    for (const [file, content] of Object.entries(made.files ?? {})) {
      const found = path.join(worktree.path, file);
      expect(existsSync(found) ? readFileSync(found, 'utf8') : null).toBe(content);
    }
    if (situation.prompt === undefined)
      expect(textOf(await client.answer(chat.id))).toBe(`PWD=${chat.directory}`);
    expect(userState(repository, worktree.branch)).toEqual(before);
  });

  it('the same repository twice at once, for the same prompt: two branches and two directories', async () => {
    const repository = repositoryWithCommit();
    const chats = await Promise.all([1, 2, 3].map(() => afterTurn({ repository })));
    expect(new Set(chats.map(({ worktree }) => worktree.branch)).size).toBe(3);
    expect(new Set(chats.map(({ directory }) => directory)).size).toBe(3);
    expect(repository.git('worktree', 'list').split('\n')).toHaveLength(4);
  });

  it('two repositories of one name: two parents', async () => {
    const [one, other] = [repositoryWithCommit(), repositoryWithCommit()];
    expect((await preview(one.root)).parent).not.toBe((await preview(other.root)).parent);
  });
});

describe('a worktree is refused, and nothing changes:', () => {
  const worktrees = () => path.join(temporary.path, 'state', 'worktrees');
  const inState = () => (existsSync(worktrees()) ? readdirSync(worktrees()).toSorted() : []);

  const chatIds = async () =>
    (await client.call<readonly { readonly id: string }[]>('GET', 'chats')).map(({ id }) => id);

  it.each(REFUSED)('%s', async (_, field, detail, arrange) => {
    const situation = arrange();
    const before = [repositoryState(situation.repository), inState(), await chatIds()];
    const { status, body } = await create(situation);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^[A-Z].*\.$/su), validations: [{ field }] },
    });
    const { message, validations } = body as {
      readonly message: string;
      readonly validations: readonly { readonly detail: string }[];
    };
    expect(`${message} ${validations[0]?.detail}`).toMatch(detail);
    expect([repositoryState(situation.repository), inState(), await chatIds()]).toEqual(before);
  });

  it.each(
    REFUSED.filter(
      ([situation, field]) => field !== 'branch' && !/number|without git|another user/u.test(situation),
    ),
  )('the preview says so in a sentence: %s', async (_, __, detail, arrange) => {
    const { repository, directory = repository.root, worktree } = arrange();
    const { base = '' } = (worktree ?? {}) as { readonly base?: string };
    const { reason } = await preview(directory, base);
    expect(reason).toMatch(/^[A-Z/].*\.$/su);
    expect(reason).toMatch(detail);
  });

  it.each(['relative', '/nowhere/at/all'])('a preview of a bad directory: %s', async (directory) => {
    const answer = await client.answerTo(
      'GET',
      `chats/worktrees/preview?${new URLSearchParams({ directory })}`,
    );
    expect(answer).toMatchObject({ status: 400, body: { validations: [{ field: 'directory' }] } });
  });
});

describe('the first turn', () => {
  it('that cannot make it says why and leaves nothing, and the next one makes it', async () => {
    const repository = repositoryWithCommit();
    const before = repositoryState(repository);
    const { id, worktree, directory } = await planned(repository);
    expect((await client.chat(id)).last_error?.message).toMatch(/^[A-Z].*worktree.*\.$/su);
    expect(worktree).toMatchObject({ state: 'planned', base: 'main' });
    expect(directory).toBe(worktree.path);
    expect(existsSync(worktree.path)).toBe(false);
    expect(repositoryState(repository)).toEqual(before);
    await client.send(id, PROMPT);
    await untilIdle(id);
    expect(textOf(await client.answer(id))).toBe(`PWD=${directory}`);
  });

  it('a moved base does not move the plan', async () => {
    const repository = repositoryWithCommit();
    const first = repository.id();
    const { id, worktree } = await planned(repository);
    repository.commit({ 'later.txt': 'x\n' });
    await client.send(id, PROMPT);
    await untilIdle(id);
    expect(repository.in(worktree.path).id()).toBe(first);
    const facts = async () => (await client.call<CreatedChat>('GET', `chats/${id}`)).worktree;
    await expect.poll(facts).toMatchObject({ state: 'made', ahead: 0, behind: 1 });
  });

  it('a branch of that name that the user makes is never taken', async () => {
    const repository = repositoryWithCommit();
    const { id, worktree } = await planned(repository, { branch: 'mine' });
    repository.git('checkout', '--quiet', '-b', 'mine');
    repository.commit({ 'mine.txt': 'x\n' });
    repository.git('checkout', '--quiet', 'main');
    const before = repositoryState(repository);
    await client.send(id, PROMPT);
    await expect
      .poll(async () => JSON.stringify((await client.chat(id)).last_error))
      .toMatch(/branch mine was made by another program/u);
    expect(repositoryState(repository)).toEqual(before);
    expect(existsSync(worktree.path)).toBe(false);
  });

  it('a hook of the user that fails is shown, and the next turn goes on from what exists', async () => {
    const repository = repositoryWithCommit();
    const hook = path.join(repository.root, '.git/hooks/post-checkout');
    repository.write('.git/hooks/post-checkout', '#!/bin/sh\necho the hook says no >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const { id, worktree } = await created({ repository });
    await expect.poll(async () => (await client.chat(id)).status).toMatch(/^(?:error|waiting)$/u);
    const { status, last_error: error } = await client.chat(id);
    if (status === 'error') expect(error?.message).toMatch(/hook/u);
    chmodSync(hook, 0o644);
    await client.send(id, PROMPT);
    await untilIdle(id);
    expect(repository.in(worktree.path).git('symbolic-ref', '--short', 'HEAD')).toBe(worktree.branch);
  });
});

describe('the end of a chat', () => {
  const edit = 'shell echo new >untracked.txt; echo more >>kept.txt';

  it('leaves its worktree, the branch and all files where they are, archived or deleted', async () => {
    const repository = repositoryWithCommit();
    const { id, worktree } = await afterTurn({ repository, prompt: edit });
    const { path: root, branch } = worktree;
    const found = () => ({
      files: repository.in(root).git('status', '--porcelain'),
      branch: repository.id(branch),
      entries: repository.git('worktree', 'list').split('\n').length,
    });
    const before = found();
    expect(before).toEqual({ files: ' M kept.txt\n?? untracked.txt', branch: repository.id(), entries: 2 });

    await client.call('PATCH', `chats/${id}`, { archived: true });
    expect(found()).toEqual(before);
    await client.call('DELETE', `chats/${id}`);
    expect(found()).toEqual(before);
    expect((await client.answerTo('GET', `chats/${id}`)).status).toBe(404);
    const entries = await client.call<readonly WireWorktreeEntry[]>('GET', 'chats/worktrees');
    const entry = entries.find((one) => one.path === root);
    expect(entry).toMatchObject({ chat_id: null, branch, repository: repository.root });
    expect(entry?.reasons.join(' ')).toMatch(/kept\.txt.*untracked\.txt|untracked\.txt.*kept\.txt/su);
  });

  it('lets the next turn of a restored chat go on in the same worktree', async () => {
    const repository = repositoryWithCommit();
    const { id, directory } = await afterTurn({ repository, prompt: edit });
    await client.call('PATCH', `chats/${id}`, { archived: true });
    await client.call('PATCH', `chats/${id}`, { archived: false });
    await client.send(id, 'shell pwd; cat untracked.txt');
    await expect.poll(async () => textOf(await client.answer(id))).toBe(`${directory}\nnew`);
  });

  it('does not matter to a chat whose worktree was made from its own', async () => {
    const repository = repositoryWithCommit();
    const commit = (name: string) => `shell echo x >${name}; git add .; git commit -qm Add`;
    const first = await afterTurn({ repository, prompt: commit('a.txt') });
    const second = await afterTurn({ repository, directory: first.directory, prompt: commit('b.txt') });
    expect(second.worktree.base).toBe(first.worktree.branch);
    const act = (id: string, action: string) =>
      client.call<{ message: string }>('POST', `chats/${id}/worktree`, { action });
    await act(first.id, 'remove');
    expect(existsSync(first.directory)).toBe(false);
    await act(second.id, 'merge');
    expect(repository.id(first.worktree.branch)).toBe(repository.id(second.worktree.branch));
    await act(second.id, 'remove');
    await client.send(second.id, 'shell ls b.txt');
    await untilIdle(second.id);
    expect(textOf(await client.answer(second.id))).toBe('b.txt');
  });

  it('a chat without a worktree works in the directory itself', async () => {
    const repository = repositoryWithCommit();
    const before = repositoryState(repository);
    const chat = await afterTurn({ repository, worktree: null });
    expect(chat).toMatchObject({ directory: repository.root, worktree: null });
    expect(repositoryState(repository)).toEqual(before);
  });
});

/** A chat whose first turn could not make the worktree, because a file was in its way. */
async function planned(repository: GitRepository, worktree: unknown = {}): Promise<CreatedChat> {
  const { parent } = await preview(repository.root);
  mkdirSync(path.dirname(parent), { recursive: true });
  writeFileSync(parent, '');
  const { id } = await created({ repository, worktree });
  await client.until(id, 'error');
  rmSync(parent);
  return client.call('GET', `chats/${id}`);
}
