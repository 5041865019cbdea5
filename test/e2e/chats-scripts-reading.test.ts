import { expect, it } from 'vitest';
import { TASK_ID } from '../api/response-bodies.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { routeNotFound } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { HOSTILE } from '../support/hostile-text.ts';
import { type ChatsDeploymentOptions, chatsDeployment } from './chats-deployment.ts';
import { signedIn, TASKS } from './deployment.ts';

const AUTH = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const DOCS = '7a1d2c3b-6f1b-4a38-9a55-0b6c7b3b6a02';
const CHILD = '8b2e3d4c-6f1b-4a38-9a55-0b6c7b3b6a03';
const OLD = '9c3f4e5d-6f1b-4a38-9a55-0b6c7b3b6a04';
const BOBS = 'ad405f6e-6f1b-4a38-9a55-0b6c7b3b6a05';

interface OnServer {
  readonly server: ChatsServer;
  readonly home: Home;
}

async function start(options: ChatsDeploymentOptions = {}): Promise<OnServer> {
  const server = await chatsDeployment(options);
  return { server, home: makeHome(signedIn(server)) };
}

/** A chat that works, with a sub-agent; one that waits; an archived one; and one that bob shares. */
function seedAll({ chats }: ChatsServer): void {
  chats.seed({ id: DOCS, title: 'Write the docs', updatedAgoMs: 900_000, createdAgoMs: 7_200_000 });
  chats.seed({
    id: AUTH,
    title: 'Fix the auth tests',
    status: 'running',
    summary: 'Pinned the clock.',
    planMode: true,
    createdAgoMs: 3_600_000,
    diffStatus: {
      url: 'https://example.com/pull/812',
      pull_request_state: 'open',
      pull_request_title: 'Pin the clock',
      pr_number: 812,
      additions: 41,
      deletions: 12,
      changed_files: 3,
      approved: true,
    },
  });
  chats.seed({ id: CHILD, parent: AUTH, title: 'Find the clock', createdAgoMs: 60_000 });
  chats.seed({ id: OLD, title: 'Old work', archived: true });
  chats.seed({ id: BOBS, title: 'Work of bob', owner: 'bob' });
}

const rowsOf = (out: string): readonly (readonly string[])[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/u).filter(Boolean));

it('list shows both kinds, sub-agents under their parent, and what the flags choose', async () => {
  const { server, home } = await start({ tasks: true });
  seedAll(server);
  const table = await home.run('list');
  const [heading, ...rows] = rowsOf(table);
  expect(heading).toEqual(['KIND', 'PHASE', 'FOR', 'NAME', 'TITLE', 'AGE', 'MESSAGE']);
  expect(rows.map(([kind, phase, , name]) => [kind, phase, name])).toEqual([
    ['chat', 'working', '6f0c1c1e'],
    ['chat', 'complete', '8b2e3d4c'],
    ['chat', 'complete', '7a1d2c3b'],
    ['task', 'idle', 'fix-login-1f2e'],
  ]);
  expect(table).toMatch(/^chat +complete +<1m +8b2e3d4c +Find the clock/mu);
  const quiet = async (...flags: readonly string[]): Promise<readonly string[]> =>
    (await home.run('list', '--quiet', ...flags)).split('\n').filter(Boolean).sort();
  expect(await quiet()).toEqual(['6f0c1c1e', '7a1d2c3b', 'fix-login-1f2e']);
  expect(await quiet('--kind', 'task')).toEqual(['fix-login-1f2e']);
  expect(await quiet('--kind=chat')).toEqual(['6f0c1c1e', '7a1d2c3b']);
  expect(await quiet('--archived')).toEqual(['9c3f4e5d']);
  expect(await quiet('--query', 'archived:yes')).toEqual(['9c3f4e5d']);
  expect(await quiet('--query', 'kind:chat pr:812')).toEqual(['6f0c1c1e']);
  expect(await quiet('--shared')).toEqual(['bob/ad405f6e']);
  expect(await quiet('--status', 'running')).toEqual(['6f0c1c1e']);
  expect(await quiet('--status', 'active')).toEqual(['fix-login-1f2e']);
  expect(await quiet('--all')).toContain('bob/ad405f6e');
  expect(await quiet('--owner', 'bob')).toEqual(expect.arrayContaining(['bob/ad405f6e']));
  expect(await home.call(['list', '--kind', 'task', '--archived'])).toMatchObject({ code: 2 });
});

it('list --json has the fields of both APIs, and sub-agents as children', async () => {
  const { server, home } = await start({ tasks: true });
  seedAll(server);
  const rows: readonly Record<string, unknown>[] = JSON.parse(await home.run('list', '--json'));
  expect(rows.map(({ id, kind }) => [id, kind])).toEqual([
    [AUTH, 'chat'],
    [DOCS, 'chat'],
    [TASK_ID, 'task'],
  ]);
  const auth = rows[0];
  expect(auth).toMatchObject({
    owner_username: 'ada',
    title: 'Fix the auth tests',
    status: 'running',
    plan_mode: 'plan',
    last_model_config_id: expect.stringMatching(/^[\da-f-]{36}$/u),
    last_turn_summary: 'Pinned the clock.',
    diff_status: { pr_number: 812, additions: 41, pull_request_state: 'open' },
    phase: 'working',
    needs_you: false,
    question: null,
    children: [{ id: CHILD, parent_chat_id: AUTH, title: 'Find the clock', kind: 'chat', children: [] }],
  });
  expect(rows[2]).not.toHaveProperty('children');
  const shown = JSON.parse(await home.run('show', 'Fix the auth tests', '--json'));
  expect(Object.keys(shown)).toEqual(Object.keys(auth ?? {}));
  expect(shown.children).toMatchObject([{ id: CHILD }]);
});

it('show prints the facts of a chat, also by the beginning of its id', async () => {
  const { server, home } = await start();
  seedAll(server);
  const shown = await home.run('show', '6f0c1c1e-6f');
  for (const line of [
    /^kind +chat$/mu,
    /^title +Fix the auth tests$/mu,
    /^name +ada\/6f0c1c1e$/mu,
    /^phase +working$/mu,
    /^model +Sonnet$/mu,
    /^plan mode +on$/mu,
    /^changes +\+41 -12 in 3 files, pull request #812, open, approved, Pin the clock$/mu,
    /^sub-agent +8b2e3d4c, complete, Find the clock$/mu,
  ])
    expect(shown).toMatch(line);
  expect(await home.run('show', 'Old work')).toMatch(/^archived +yes$/mu);
  server.chats.seed({ id: AUTH.replace('6f1b', '0000'), title: 'Fix the auth tests' });
  const twice = await home.call(['show', '6f0c1c1e']);
  expect(twice).toMatchObject({ code: 2, out: '' });
  expect(twice.err).toMatch(/^taskdeck: "6f0c1c1e" matches several tasks\. Use an id: .+; .+\.\n$/u);
  expect(await home.call(['show', 'no such chat'])).toMatchObject({ code: 4 });
});

it('logs prints the whole conversation, page by page, and follows it', async () => {
  const { server, home } = await start();
  const long = Array.from({ length: 450 }, (_, index) =>
    index % 2 === 0 ? (['user', `question ${index}`] as const) : (['assistant', `answer ${index}`] as const),
  );
  server.chats.seed({ id: AUTH, messages: long, status: 'running' });
  const entries = JSON.parse(await home.run('logs', AUTH, '--json'));
  expect(entries.map(({ content }: { readonly content: string }) => content)).toEqual(
    long.map(([, text]) => text),
  );
  const following = home.start(['logs', '--follow', '6f0c1c1e']);
  await following.until(/question 0\n[\s\S]*answer 449/u);
  server.chats.agent(AUTH).use('execute', { command: 'make' }, { output: 'ok', exit_code: 0 });
  server.chats.agent(AUTH).say('All green.');
  await following.until(/run: make[\s\S]*All green\./u);
  server.chats.agent(AUTH).fail({ message: 'The provider refused the key.' });
  await expect.poll(() => server.chats.chat(AUTH).status).toBe('error');
  server.chats.row(AUTH).archived = true;
  const ended = await following.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.err).toMatch(
    /Its turn failed: The provider refused the key\.\n.*No more messages\. Phase: failed\./u,
  );
  expect(ended.out.match(/question 0\n/gu)).toHaveLength(1);
  expect(ended.out.match(/All green/gu)).toHaveLength(1);
});

it.each([
  ['Chats only', {}, 0, /^6f0c1c1e\n$/u],
  ['the old prefix only', { prefix: 'experimental' }, 0, /^6f0c1c1e\n$/u],
  ['neither', { prefix: 'none' }, 6, /^$/u],
  ['no role', { role: 'none, list refused' }, 3, /^$/u],
] as const)('list with %s', async (_, options, code, out) => {
  const { server, home } = await start(options);
  server.chats.seed({ id: AUTH });
  const listed = await home.call(['list', '--quiet']);
  expect(listed).toMatchObject({ code, out: expect.stringMatching(out) });
  if (code === 0) expect(listed.err).toBe('');
  else expect(listed.err).toMatch(/^taskdeck: [^\n]+\n$/u);
  expect(await home.call(['show', AUTH])).toMatchObject({ code: code === 3 ? 0 : code });
});

it('list prints the rows of one kind while the other fails', async () => {
  const { server, home } = await start({ tasks: true });
  server.chats.seed({ id: AUTH });
  server.chats.faults.plan(
    'list',
    { answer: { status: 500, body: { message: 'Failed to list chats.' } } },
    9,
  );
  expect(await home.call(['list', '--quiet'])).toEqual(
    expect.objectContaining({
      code: 1,
      out: 'fix-login-1f2e\n',
      err: expect.stringMatching(/^taskdeck: Cannot list chats: Failed to list chats\./u),
    }),
  );
  server.chats.faults.clear();
  server.on('GET', TASKS, (_response, _request, socket) => void socket.resetAndDestroy());
  const withoutTasks = await home.call(['list', '--quiet']);
  expect(withoutTasks).toMatchObject({ code: 5, out: '6f0c1c1e\n' });
  expect(withoutTasks.err).toMatch(/^taskdeck: Cannot list tasks: /u);
  server.on('GET', TASKS, routeNotFound);
  expect(await home.call(['list', '--quiet'])).toMatchObject({ code: 0, out: '6f0c1c1e\n', err: '' });
});

it('hundreds of chats are listed and found', async () => {
  const { server, home } = await start();
  const ids = Array.from({ length: 430 }, (_, index) =>
    server.chats.seed({ title: `Chat ${index}`, createdAgoMs: index * 1_000, updatedAgoMs: index * 1_000 }),
  );
  const rows: readonly { readonly id: string }[] = JSON.parse(await home.run('list', '--json'));
  expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(await home.run('show', 'Chat 429')).toMatch(new RegExp(`^id +${ids[429]}$`, 'mu'));
});

it('hostile text of a chat cannot leave its cell', async () => {
  const { server, home } = await start();
  const texts = Object.values(HOSTILE).filter((text) => text.isWellFormed() && text.trim() !== '');
  texts.forEach((text, index) => {
    server.chats.seed({
      title: text,
      summary: text,
      ...(index % 2 === 0 && { error: { message: text, kind: 'generic' } }),
      messages: [
        ['user', text],
        ['assistant', text, { type: text, text }, { type: 'source', url: text, title: text }],
      ],
      diffStatus: { url: text, pull_request_title: text, pull_request_state: text, pr_number: 1 },
      extra: { last_reasoning_effort: text, workspace_id: text },
    });
  });
  const unsafe = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
  const table = await home.run('list');
  expect(table).not.toMatch(unsafe);
  expect(table.trimEnd().split('\n')).toHaveLength(texts.length + 1);
  const json = await home.run('list', '--json');
  expect(json).not.toMatch(unsafe);
  expect(JSON.parse(json).map(({ title }: { readonly title: string }) => title)).toHaveLength(texts.length);
  const id = server.chats.ids[0] ?? '';
  for (const words of [
    ['show', id],
    ['logs', id],
    ['logs', id, '--json'],
    ['show', id, '--json'],
  ])
    expect(await home.run(...words), words.join(' ')).not.toMatch(unsafe);
});
