import { describe, expect, it, onTestFinished } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { EXTENSIONS } from '../../src/wire/local-extension.ts';
import { TOKEN } from '../api/api-fixture.ts';
import { message, TASK_ID } from '../api/response-bodies.ts';
import { TOKEN as CODER_TOKEN, deployment, ONE } from '../e2e/deployment.ts';
import { type ChatsServer, startChatsServer } from '../support/chats/chats-server.ts';
import { LOST_ANSWER } from '../support/chats/faults.ts';
import { empty, json } from '../support/coder-server.ts';
import { run } from './script-fixture.ts';

const TASK = `ada/${TASK_ID}`;
const ID = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const AUTH = {
  header: 'Auth',
  question: 'Which flow?',
  options: [{ label: 'OIDC', description: 'By a provider' }, { label: 'SAML' }],
};
const STORE = {
  header: 'Store',
  question: 'Which store?',
  options: [{ label: 'Disk' }, { label: 'Memory' }],
};

async function start(ask: (server: ChatsServer) => void = ({ chats }) => chats.agent(ID).ask(AUTH)) {
  const server = await startChatsServer({ token: TOKEN });
  onTestFinished(() => server.close());
  server.chats.seed({ id: ID, title: 'Sign in', planMode: true, status: 'running' });
  ask(server);
  const backend = createCoderBackend({ url: server.url, token: TOKEN });
  const call = (...words: readonly string[]) => run(backend, words);
  const prompts = (): readonly string[] => server.chats.prompts(ID);
  const shown = async () => JSON.parse((await call('show', ID, '--json')).out);
  return { server, call, prompts, shown };
}

describe('answer', () => {
  it.each<[string, readonly string[], string]>([
    ['a number', ['2'], 'SAML'],
    ['a label', ['oidc'], 'OIDC'],
    ['other words', ['mTLS'], 'Other: mTLS'],
    ['a number that is no option', ['3'], 'Other: 3'],
    ['digits as words', ['2', '--text'], 'Other: 2'],
  ])('sends %s as the web page does', async (_, words, sent) => {
    const { call, prompts } = await start();
    expect(await call('answer', ID, ...words)).toEqual({ code: 0, out: 'Answered 6f0c1c1e.\n', err: '' });
    expect(prompts().at(-1)).toBe(sent);
  });

  it('sends one message for several questions, and wants an answer for each', async () => {
    const { call, prompts } = await start(({ chats }) => chats.agent(ID).ask(AUTH, STORE));
    const before = prompts().length;
    const missing = await call('answer', ID, '1');
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toBe(
      `taskdeck: ${ID}: It asks 2 questions: "Auth", "Store". Pass one answer for each.\n`,
    );
    expect(prompts()).toHaveLength(before);
    expect((await call('answer', ID, '1', 'in RAM')).code).toBe(0);
    expect(prompts().slice(before)).toEqual(['1. Auth: OIDC\n2. Store: Other: in RAM']);
  });

  it('implements a plan outside of plan mode, or comments on it', async () => {
    const plan = ({ chats }: ChatsServer): void => chats.agent(ID).proposePlan('1. Pin the clock');
    const first = await start(plan);
    expect((await first.call('answer', ID, '1')).code).toBe(0);
    expect(first.prompts().at(-1)).toBe('Implement the plan.');
    expect(first.server.chats.row(ID).planMode).toBe(false);
    const second = await start(plan);
    expect((await second.call('answer', ID, 'Smaller steps')).code).toBe(0);
    expect(second.prompts().at(-1)).toBe('Smaller steps');
    expect(second.server.chats.row(ID).planMode).toBe(true);
  });

  it('fails when the question has an answer, and when there is none', async () => {
    const { server, call, prompts, shown } = await start();
    const { id } = (await shown()).question;
    server.chats.agent(ID).start('SAML');
    server.chats.agent(ID).ask(STORE);
    const before = prompts().length;
    const late = await call('answer', ID, '1', '--question', id, '--json');
    expect(late.code).toBe(1);
    expect(JSON.parse(late.out)).toMatchObject([
      { task: ID, ok: false, error: { kind: 'answered', message: 'Already answered elsewhere: “SAML”.' } },
    ]);
    const { question } = await shown();
    expect(JSON.parse((await call('answer', ID, '1', '--question', question.id, '--json')).out)).toEqual([
      { task: ID, ok: true, question: question.id },
    ]);
    expect(prompts().slice(before)).toEqual(['Disk']);
    server.chats.agent(ID).finish();
    expect(await call('answer', ID, '1')).toMatchObject({
      code: 1,
      err: `taskdeck: ${ID}: It asks no question. Use "taskdeck send" to write to it.\n`,
    });
    expect(prompts()).toHaveLength(before + 1);
  });

  it('finds an answer whose response is lost, and does not send it again', async () => {
    const { server, call, prompts } = await start();
    server.chats.faults.plan('send', LOST_ANSWER);
    expect((await call('answer', ID, '1')).code).toBe(0);
    expect(prompts().filter((text) => text === 'OIDC')).toHaveLength(1);
  });

  it('of several at the same time only one arrives', async () => {
    const { call, prompts, server } = await start();
    const before = prompts().length;
    const results = await Promise.all(['1', '2', '1'].map((word) => call('answer', ID, word)));
    expect(results.map(({ code }) => code).toSorted()).toEqual([0, 1, 1]);
    for (const { err } of results.filter(({ code }) => code === 1))
      expect(err).toMatch(/Already answered elsewhere|It asks no question/u);
    expect(prompts()).toHaveLength(before + 1);
    expect(server.chats.queue(ID)).toEqual([]);
  });
});

describe('the JSON of a question', () => {
  it('is in list, show and watch, with needs_you', async () => {
    const { call, shown } = await start(({ chats }) => chats.agent(ID).ask(AUTH, STORE));
    const question = {
      id: expect.stringMatching(/^call_\d+:0$/u),
      kind: 'choice',
      text: 'Which flow?',
      options: [
        { label: 'OIDC', description: 'By a provider' },
        { label: 'SAML', description: '' },
      ],
      free_text: true,
      index: 0,
      count: 2,
    };
    const one = await shown();
    expect(one).toMatchObject({ needs_you: true, question, questions: [question, { index: 1 }] });
    const [listed] = JSON.parse((await call('list', '--json')).out);
    expect(listed).toEqual(one);
    expect((await call('show', ID)).out).toMatch(
      /^question 1 +Auth: Which flow\?\n +1\. OIDC: By a provider\n +2\. SAML\nquestion 2 +Store: Which store\?$/mu,
    );
  });

  it('of a sub-agent makes its parent need the user', async () => {
    let child = '';
    const { server, shown, call } = await start(({ chats }) => {
      child = chats.agent(ID).spawn('Find the clock');
      chats.agent(ID).finish();
      chats.row(ID).readCursor = Number.MAX_SAFE_INTEGER;
      chats.row(child).planMode = true;
    });
    expect(await shown()).toMatchObject({ needs_you: false });
    server.chats.agent(child).ask(AUTH);
    expect(await shown()).toMatchObject({ needs_you: true, question: null, children: [{ id: child }] });
    expect((await call('show', ID)).out).toMatch(/^phase +\w+, needs you$/mu);
    expect((await call('answer', child, '1')).code).toBe(0);
    expect(server.chats.prompts(child).at(-1)).toBe('OIDC');
  });

  it('is on a line of watch when a chat asks', async () => {
    const { server } = await start(() => {});
    const backend = createCoderBackend({ url: server.url, token: TOKEN });
    const controller = new AbortController();
    let asked = false;
    const { out } = await run(backend, ['watch', '--json'], {
      signal: controller.signal,
      onOut(text) {
        if (!asked) server.chats.agent(ID).ask(AUTH);
        asked = true;
        if (text.includes('Which flow?')) controller.abort();
      },
    });
    const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({
      task: ID,
      phase: 'idle',
      needs_you: true,
      question: { text: 'Which flow?' },
    });
  });
});

describe('the menu of a Task', () => {
  const MENU = 'Do you want to proceed?\n❯ 1. Yes\n  2. No';

  async function startTask(last = MENU) {
    const server = await deployment();
    const logs = [message(1, 'input', 'Fix it'), message(2, 'output', last)];
    server.on('GET', `${ONE}/logs`, json(200, { logs }));
    const sent: unknown[] = [];
    server.on('POST', `${ONE}/send`, (response, request, socket) => {
      sent.push(JSON.parse(String(server.requests.at(-1)?.body)));
      empty(204)(response, request, socket);
    });
    const backend = createCoderBackend({ url: server.url, token: CODER_TOKEN, hasChats: false });
    return { sent, call: (...words: readonly string[]) => run(backend, words) };
  }

  it('is shown, and answered by its digit', async () => {
    const { sent, call } = await startTask();
    const { question } = JSON.parse((await call('show', TASK, '--json')).out);
    expect(question).toMatchObject({ kind: 'menu', text: 'Do you want to proceed?', free_text: false });
    expect((await call('answer', TASK, '2', '--question', question.id)).code).toBe(0);
    expect(sent).toEqual([{ input: '2' }]);
  });

  it.each([['3'], ['0'], ['maybe'], ['2 --text']])('takes nothing else: %s', async (words) => {
    const { sent, call } = await startTask();
    const { code, err } = await call('answer', TASK, ...words.split(' '));
    expect(code).toBe(2);
    expect(err).toMatch(/is not an option\. Choose one of: 1 Yes, 2 No\.\n$/u);
    expect(sent).toEqual([]);
  });

  it('is none in a list without a marker', async () => {
    const { sent, call } = await startTask('Steps:\n1. Yes\n2. No');
    expect((await call('answer', TASK, '1')).code).toBe(1);
    expect(sent).toEqual([]);
  });
});

describe('answer to a permission request', () => {
  const OPTIONS = [
    { option_id: 'r', name: 'Reject', kind: 'reject_once' },
    { option_id: 'aa', name: 'Always', kind: 'allow_always' },
    { option_id: 'a', name: 'Allow', kind: 'allow_once' },
  ];

  async function startAsking(...titles: readonly string[]) {
    const server = await startChatsServer({ token: TOKEN, extensions: EXTENSIONS });
    onTestFinished(() => server.close());
    server.chats.seed({ id: ID, title: 'Tests', status: 'running' });
    for (const title of titles) server.chats.agent(ID).requestPermission({ title, options: OPTIONS });
    const backend = createCoderBackend({ url: server.url, token: TOKEN });
    const call = (...words: readonly string[]) => run(backend, words);
    const outcomes = (): readonly unknown[] =>
      server.requests.flatMap(({ target, body }) =>
        target.endsWith('/tool-results') ? [JSON.parse(body).results[0].output.option_id] : [],
      );
    return { server, call, outcomes };
  }

  it('takes the number in the order of the shown options, one after another', async () => {
    const { server, call, outcomes } = await startAsking('Run', 'Lint');
    const { question, needs_you, phase } = JSON.parse((await call('show', ID, '--json')).out);
    expect(question).toMatchObject({
      kind: 'permission',
      text: 'Run',
      free_text: false,
      options: [
        { label: 'Allow', effect: 'allow_once' },
        { label: 'Always', effect: 'allow_always' },
        { label: 'Reject', effect: 'reject_once' },
      ],
    });
    expect([needs_you, phase]).toEqual([true, 'idle']);
    expect((await call('show', ID)).out).toMatch(/question +Run\n +1\. Allow\n +2\. Always/);
    expect((await call('answer', ID, '1')).code).toBe(0);
    expect((await call('answer', ID, 'reject')).code).toBe(0);
    expect(outcomes()).toEqual(['a', 'r']);
    expect(server.chats.chat(ID).status).toBe('running');
    expect((await call('answer', ID, '1')).code).toBe(1);
  });

  it.each([
    [['2'], 'outside taskdeck'],
    [['4'], 'is not an option'],
    [['maybe'], 'is not an option'],
    [['1', '--text'], 'is not an option'],
    [['1', '1'], 'It asks for 1 permission.'],
  ])('refuses %j', async (words, reason) => {
    const { call, outcomes } = await startAsking('Run');
    const result = await call('answer', ID, ...words);
    expect([result.code, result.err]).toEqual([2, expect.stringContaining(reason)]);
    expect(outcomes()).toEqual([]);
  });
});
