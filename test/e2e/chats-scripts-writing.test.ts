import { describe, expect, it } from 'vitest';
import { TASK_ID, task } from '../api/response-bodies.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { CUT_BEFORE, LOST_ANSWER, QUEUE_FULL } from '../support/chats/faults.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import { type ChatsDeploymentOptions, chatsDeployment } from './chats-deployment.ts';
import { signedIn, TASKS } from './deployment.ts';

const AUTH = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const DOCS = '7a1d2c3b-6f1b-4a38-9a55-0b6c7b3b6a02';
const TASK = `ada/${TASK_ID}`;
/** A look for a lost message or chat goes on for 10 s before it is sure. */
const LOOKS_MS = 60_000;

interface OnServer {
  readonly server: ChatsServer;
  readonly home: Home;
}

/** A server with a chat that works and one that waits. */
async function start(options: ChatsDeploymentOptions = {}): Promise<OnServer> {
  const server = await chatsDeployment(options);
  server.chats.seed({ id: AUTH, title: 'Fix the auth tests', status: 'running' });
  server.chats.seed({ id: DOCS, title: 'Write the docs' });
  return { server, home: makeHome(signedIn(server)) };
}

const queueOf = ({ chats }: ChatsServer, id: string): readonly string[] =>
  chats.queue(id).map(({ text }) => text);

describe('send', () => {
  it('returns when the server has the message, and says where it is', async () => {
    const { server, home } = await start();
    expect(await home.run('send', 'Write the docs', 'Add examples')).toBe('Sent to 7a1d2c3b.\n');
    expect(await home.run('send', '6f0c1c1e', 'Lint it')).toBe('Queued on the server for 6f0c1c1e.\n');
    const [result] = JSON.parse(await home.run('send', AUTH, 'Test it', '--json'));
    expect(result).toEqual({ task: AUTH, ok: true, queued: true });
    expect(queueOf(server, AUTH)).toEqual(['Lint it', 'Test it']);
    expect(server.chats.prompts(DOCS).at(-1)).toBe('Add examples');
  });

  it('fails with the words of the server, and writes nothing', async () => {
    const { server, home } = await start();
    server.chats.faults.plan('send', QUEUE_FULL);
    const full = await home.call(['send', AUTH, 'one more']);
    expect(full).toMatchObject({ code: 1, out: '' });
    expect(full.err).toMatch(/Message queue is full\. Maximum 20 messages can be queued\./u);
    server.chats.options.gateway = false;
    const closed = await home.call(['send', DOCS, 'x', '--json']);
    expect(closed.code).toBe(1);
    expect(JSON.parse(closed.out)[0].error.message).toMatch(/AI Gateway must be enabled/u);
    expect(await home.run('list', '--quiet')).toContain('6f0c1c1e\n');
    server.chats.options.gateway = true;
    server.chats.row(DOCS).archived = true;
    const archived = await home.call(['send', DOCS, 'x']);
    expect(archived).toMatchObject({ code: 1, err: expect.stringMatching(/archived chat/u) });
  });

  it('finds a message whose answer is lost', async () => {
    const { server, home } = await start();
    server.chats.faults.plan('send', LOST_ANSWER, 2);
    expect(await home.run('send', DOCS, 'Add examples')).toBe('Sent to 7a1d2c3b.\n');
    expect(await home.run('send', AUTH, 'Lint it')).toBe('Queued on the server for 6f0c1c1e.\n');
    expect(server.chats.prompts(DOCS).filter((text) => text === 'Add examples')).toHaveLength(1);
    expect(queueOf(server, AUTH)).toEqual(['Lint it']);
  });

  it(
    'says that a message did not arrive',
    async () => {
      const { server, home } = await start();
      server.chats.faults.plan('send', CUT_BEFORE);
      const cut = await home.call(['send', DOCS, 'Add examples']);
      expect(cut).toMatchObject({ code: 5, out: '' });
      expect(cut.err).toMatch(/The server does not have the message\. Send it again\.\n$/u);
      expect(server.chats.prompts(DOCS)).not.toContain('Add examples');
    },
    LOOKS_MS,
  );
});

describe('interrupt', () => {
  it('says that the next queued message runs, unless the queue is cleared', async () => {
    const { server, home } = await start();
    server.chats.seed({ id: AUTH.replace('6f0c', '5f0c'), status: 'running', queue: ['one', 'two'] });
    const interrupted = await home.call(['interrupt', '5f0c1c1e']);
    expect(interrupted).toMatchObject({ code: 0, out: '5f0c1c1e is interrupted.\n' });
    expect(interrupted.err).toBe(
      'taskdeck: 5f0c1c1e: its next queued message runs now. Use interrupt --clear-queue to delete the queue.\n',
    );
    await expect.poll(() => queueOf(server, AUTH.replace('6f0c', '5f0c'))).toEqual(['two']);
    expect(await home.call(['interrupt', '--clear-queue', '5f0c1c1e'])).toMatchObject({ code: 0, err: '' });
    await expect.poll(() => server.chats.chat(AUTH.replace('6f0c', '5f0c')).status).toBe('waiting');
    expect(server.chats.queue(AUTH.replace('6f0c', '5f0c'))).toEqual([]);
  });

  it('of an idle chat is no failure, and pause does the same', async () => {
    const { server, home } = await start();
    expect(await home.run('interrupt', DOCS)).toBe('7a1d2c3b is idle.\n');
    expect(await home.run('pause', '6f0c1c1e')).toBe('6f0c1c1e is interrupted.\n');
    await expect.poll(() => server.chats.chat(AUTH).status).toBe('waiting');
    expect(JSON.parse(await home.run('pause', AUTH, DOCS, '--json'))).toEqual([
      { task: AUTH, ok: true },
      { task: DOCS, ok: true },
    ]);
    server.chats.seed({ id: AUTH.replace('6f0c', '4f0c'), error: { message: 'No key.' }, queue: ['one'] });
    expect(await home.run('interrupt', '--clear-queue', '4f0c1c1e')).toBe('4f0c1c1e is idle.\n');
    expect(server.chats.queue(AUTH.replace('6f0c', '4f0c'))).toEqual([]);
  });
});

describe('delete and restore', () => {
  it('archive and restore chats, and interrupt a turn first', async () => {
    const { server, home } = await start({ tasks: true });
    const unasked = await home.call(['delete', AUTH]);
    expect(unasked).toMatchObject({ code: 2, out: '' });
    expect(unasked.err).toMatch(/Use --yes to delete\./u);
    expect(await home.run('delete', '--yes', '6f0c1c1e', 'Write the docs')).toBe(
      '6f0c1c1e is archived.\n7a1d2c3b is archived.\n',
    );
    expect([AUTH, DOCS].map((id) => server.chats.chat(id).archived)).toEqual([true, true]);
    expect(server.chats.chat(AUTH).status).toBe('waiting');
    expect(await home.run('restore', 'Write the docs')).toBe('7a1d2c3b is restored.\n');
    expect(await home.run('resume', AUTH)).toBe('6f0c1c1e is restored.\n');
  });

  it('say why an action does not apply', async () => {
    const { server, home } = await start({ tasks: true });
    const child = server.chats.agent(AUTH).spawn('Find the clock');
    const failing = async (...words: readonly string[]): Promise<string> => {
      const { code, out, err } = await home.call(words);
      expect([code, out]).toEqual([1, '']);
      return err;
    };
    expect(await failing('restore', TASK)).toMatch(/: Restore does not apply to a task\.\n$/u);
    expect(await failing('interrupt', TASK)).toMatch(/: Interrupt does not apply to a task\.\n$/u);
    expect(await failing('resume', DOCS)).toBe(
      `taskdeck: ${DOCS}: It is not archived. Use "taskdeck send" to write to it.\n`,
    );
    expect(await failing('restore', DOCS)).toBe(`taskdeck: ${DOCS}: It is not archived.\n`);
    expect(await failing('delete', '--yes', child)).toMatch(/A sub-agent is archived with its parent\.\n$/u);
  });
});

describe('create', () => {
  const created = ({ chats }: ChatsServer): string => chats.ids.at(-1) ?? '';

  it('makes a chat where there is no template, with the choices of its flags', async () => {
    const { server, home } = await start();
    const workspace = server.chats.workspaces.add('dev-box');
    const name = await home.run('create', 'Fix it');
    expect(name).toBe(`${created(server).slice(0, 8)}\n`);
    expect(server.chats.prompts(created(server))).toEqual(['Fix it']);
    const made = JSON.parse(
      await home.run(
        'create',
        'Plan it',
        '--model',
        'anthropic/opus',
        '--effort',
        'HIGH',
        '--plan',
        '--workspace',
        'dev-box',
        '--json',
      ),
    );
    expect(made).toMatchObject({
      id: created(server),
      kind: 'chat',
      title: 'Plan it',
      last_model_config_id: 'e5e5e5e5-0000-4000-8000-000000000006',
      last_reasoning_effort: 'high',
      plan_mode: 'plan',
      workspace_id: workspace,
      children: [],
    });
  });

  it.each([
    [
      ['--model', 'sonett'],
      2,
      /No model is called "sonett"\. Did you mean "Sonnet"\? Models: Sonnet, Opus, GPT 6\./u,
    ],
    [['--model', 'Llama 5'], 1, /The model Llama 5 cannot be used now: .+/u],
    [
      ['--effort', 'extreme'],
      2,
      /The model Sonnet has no reasoning effort "extreme"\. Efforts: low, medium, high\./u,
    ],
    [['--model', 'gpt 6', '--effort', 'low'], 2, /The model GPT 6 has no reasoning efforts\./u],
    [['--workspace', 'nope'], 2, /You have no workspace "nope"\./u],
    [['--org', 'nope', '--plan'], 2, /You belong to no organization "nope"\. Organizations: default\./u],
    [
      ['--plan', '--template', 'dev'],
      2,
      /--template makes a task and --plan a chat\. Use flags of one kind only\./u,
    ],
    [['--name', 'x', '--model', 'Sonnet'], 2, /--name makes a task and --model a chat\./u],
  ] as const)('%j is refused', async (flags, code, problem) => {
    const { server, home } = await start();
    const refused = await home.call(['create', 'Fix it', ...flags]);
    expect(refused).toMatchObject({ code, out: '', err: expect.stringMatching(problem) });
    expect(server.chats.ids).toHaveLength(2);
  });

  it('makes a Task where exactly one template exists, and asks where there are several', async () => {
    const { server, home } = await start({ tasks: true });
    const template = (name: string) => ({
      id: name,
      name,
      organization_name: 'default',
      active_version_id: `version-of-${name}`,
    });
    server.on('GET', '/api/v2/templates', json(200, [template('docker')]));
    server.on('GET', '/api/v2/templateversions/version-of-docker/presets', json(200, []));
    server.on('POST', `${TASKS}/me`, json(201, task()));
    expect(await home.run('create', 'Fix it')).toBe('fix-login-1f2e\n');
    expect(server.chats.ids).toHaveLength(2);
    server.on('GET', '/api/v2/templates', json(200, [template('docker'), template('k8s')]));
    const unclear = await home.call(['create', 'Fix it']);
    expect(unclear).toMatchObject({ code: 2, out: '' });
    expect(unclear.err).toMatch(/--template: default\/docker, default\/k8s\. Or start a chat with --model/u);
    await home.run('create', 'Fix it', '--plan');
    expect(server.chats.ids).toHaveLength(3);
  });

  it('makes a chat beside Tasks without a template', async () => {
    const { server, home } = await start({ tasks: true });
    await home.run('create', 'Fix it');
    expect(server.chats.ids).toHaveLength(3);
  });

  it('has exit codes for a server or a user without Chats', async () => {
    const { server, home } = await start();
    server.chats.options.role = 'none';
    expect(await home.call(['create', 'Fix it'])).toMatchObject({ code: 3, out: '' });
    server.chats.options.role = 'member';
    server.chats.options.gateway = false;
    const closed = await home.call(['create', 'Fix it']);
    expect(closed).toMatchObject({ code: 1, err: expect.stringMatching(/AI Gateway/u) });
    server.chats.options.gateway = true;
    server.chats.options.prefix = 'none';
    expect(await home.call(['create', 'Fix it'])).toMatchObject({ code: 6, out: '' });
    expect(await home.call(['create', 'Fix it', '--plan'])).toMatchObject({ code: 6, out: '' });
  });

  it(
    'finds a chat whose answer is lost, and says when there is none',
    async () => {
      const { server, home } = await start();
      server.chats.faults.plan('create', LOST_ANSWER);
      expect(await home.run('create', 'Fix it')).toBe(`${created(server).slice(0, 8)}\n`);
      expect(server.chats.ids).toHaveLength(3);
      server.chats.faults.plan('create', CUT_BEFORE);
      const cut = await home.call(['create', 'Fix it']);
      expect(cut).toMatchObject({ code: 5, out: '' });
      expect(cut.err).toMatch(/The server does not have the chat\. Create it again\.\n$/u);
      expect(server.chats.ids).toHaveLength(3);
    },
    LOOKS_MS,
  );
});

describe('wait and watch', () => {
  it('wait ends with the turn, and says why it failed', async () => {
    const { server, home } = await start();
    const waiting = home.start(['wait', '6f0c1c1e', '7a1d2c3b']);
    await expect
      .poll(() => server.requests.filter(({ target }) => target.includes(AUTH)).length)
      .toBeGreaterThan(0);
    server.chats.agent(AUTH).finish({ say: 'Done.' });
    expect(await waiting.ended).toMatchObject({
      code: 0,
      out: '6f0c1c1e is idle.\n7a1d2c3b is complete.\n',
      err: '',
    });
    server.chats.seed({
      id: AUTH.replace('6f0c', '4f0c'),
      error: { message: 'The provider refused the key.' },
    });
    const failed = await home.call(['wait', '4f0c1c1e']);
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toBe('taskdeck: 4f0c1c1e: It is failed. The provider refused the key.\n');
  });

  it('watch reports chats beside Tasks, and says archived instead of deleted', async () => {
    const { server, home } = await start({ tasks: true });
    const watching = home.start(['watch', '--json']);
    await watching.until(/fix-login-1f2e/u);
    server.chats.agent(AUTH).fail({ message: 'No key.' });
    await watching.until(/"previous_phase":"working"/u);
    server.chats.row(DOCS).archived = true;
    await watching.until(/"phase":"archived"/u);
    watching.kill('SIGTERM');
    const changes = (await watching.ended).out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      changes.map(({ name, kind, phase, previous_phase }) => [name, kind, phase, previous_phase]),
    ).toEqual(
      expect.arrayContaining([
        ['6f0c1c1e', 'chat', 'working', null],
        ['7a1d2c3b', 'chat', 'complete', null],
        ['fix-login-1f2e', 'task', 'idle', null],
        ['6f0c1c1e', 'chat', 'failed', 'working'],
        ['7a1d2c3b', 'chat', 'archived', 'complete'],
      ]),
    );
    expect(changes.at(-2)).toMatchObject({ message: 'No key.', needs_you: true, question: null });
  });
});

describe('completion', () => {
  it('knows names of chats, archived ones, models and workspaces', async () => {
    const { server, home } = await start({ tasks: true });
    server.chats.row(DOCS).archived = true;
    server.chats.workspaces.add('dev-box');
    const offered = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await home.run('__complete', 'fish', '--', ...words)).split('\n').filter(Boolean).sort();
    expect(await offered('show', '')).toEqual([
      '6f0c1c1e\tFix the auth tests',
      expect.stringMatching(/^fix-login-1f2e/u),
    ]);
    expect(await offered('restore', '')).toEqual(['7a1d2c3b\tWrite the docs']);
    expect(await offered('create', '--model', '')).toEqual([
      'GPT 6\tOpenAI',
      'Opus\tAnthropic',
      'Sonnet\tAnthropic',
    ]);
    expect(await offered('create', '--workspace', '')).toEqual([expect.stringMatching(/^dev-box/u)]);
    expect(await offered('list', '--kind', '')).toEqual(['chat', 'task']);
  });
});
