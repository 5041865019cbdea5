import { describe, expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { LOST_ANSWER } from '../support/chats/faults.ts';
import { MODELS } from '../support/chats/models.ts';
import { json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const SIZES = [
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
  { cols: 40, rows: 24 },
] as const;

const OPUS = MODELS.find(({ display_name }) => display_name === 'Opus')?.id;

/** A deployment with one chat, and a home that is signed in to it. */
async function withChats(options?: Parameters<typeof chatsDeployment>[0]) {
  const server = await chatsDeployment(options);
  const id = server.chats.seed({ title: 'Pin the clock' });
  return { server, id, home: pollOften(makeHome(signedIn(server))) };
}

/** The bodies of the requests that create chats. */
const creations = (server: ChatsServer): readonly Record<string, unknown>[] =>
  server.requests
    .filter(({ method, target }) => method === 'POST' && target === '/api/v2/chats')
    .map(({ body }) => JSON.parse(body));

const createdBy = (server: ChatsServer, count: number) =>
  expect.poll(() => creations(server).length).toBe(count);

/** Opens the form of a new chat; its models are loaded. */
async function openForm(home: Home, size: (typeof SIZES)[number] = SIZES[0]): Promise<TerminalApp> {
  const app = await home.open([], size);
  await app.shows('Pin the clock');
  app.press('n');
  await app.shows(/model +\S+ · /);
  return app;
}

const write = async (app: TerminalApp, prompt: string): Promise<void> => {
  app.type(prompt);
  await app.shows(prompt);
};

const LABELS = /▌(from|org|model|effort|plan mode|workspace|prompt)\b/u;

/** Moves to a field by its label. */
async function goTo(app: TerminalApp, label: string): Promise<void> {
  const focused = (): string | undefined => LABELS.exec(app.text())?.[1];
  for (let presses = 0; focused() !== label; presses++) {
    if (presses > 8) throw new Error(`There is no field ${label}.`);
    const before = focused();
    app.press('tab');
    await app.shows(() => focused() !== undefined && focused() !== before);
  }
}

describe.each(SIZES.filter(({ cols }) => cols !== 80))('at $cols columns', (size) => {
  it('a chat starts with a model, an effort and plan mode, which the next form remembers', async () => {
    const { server, home } = await withChats();
    const app = await openForm(home, size);
    expect(app.text()).not.toMatch(/▌?(?:from|template|preset) /);
    await write(app, 'Fix the tests');
    await goTo(app, 'model');
    app.type('opus');
    await app.shows((screen) => !screen.text().includes('Sonnet ·') || screen.text().includes('▌ Opus'));
    await goTo(app, 'effort');
    app.type('hi');
    await app.shows(/▌ high/);
    await goTo(app, 'plan mode');
    app.press('down');
    await app.shows(/▌ yes/);
    await goTo(app, 'prompt');
    await app.shows(/model +Opus · Anthropic/);
    await app.shows(/plan mode +yes/);
    app.press('enter');
    await createdBy(server, 1);
    expect(creations(server)[0]).toMatchObject({
      content: [{ type: 'text', text: 'Fix the tests' }],
      model_config_id: OPUS,
      reasoning_effort: 'high',
      plan_mode: 'plan',
    });
    await app.shows('q quit');
    await app.shows((screen) => !/queued/.test(screen.text()));
    app.press('q');
    expect((await app.exit()).code).toBe(0);

    const next = await openForm(home, size);
    await next.shows(/model +Opus · Anthropic/);
    await next.shows(/effort +high/);
    await next.shows(/plan mode +yes/);
  });
});

it('a model that cannot be used is listed with the reason, and not chosen', async () => {
  const { server, home } = await withChats();
  const app = await openForm(home);
  await write(app, 'Fix the tests');
  await goTo(app, 'model');
  await app.shows('Llama 5 · Our own: its provider has no API key');
  await app.shows('GPT 5 · OpenAI: an administrator has switched it off');
  app.type('llama');
  await app.shows(/▌ Llama 5/);
  app.press('enter');
  await app.shows('Llama 5 · Our own cannot be used: its provider has no API key');
  await app.shows(/▌model/);
  app.press('ctrl+u', 'enter');
  await app.shows(/▌prompt/);
  app.press('enter');
  await createdBy(server, 1);
  expect(creations(server)[0]).not.toHaveProperty('model_config_id');
});

it('where there are Tasks too, the choice of agent or template decides about the fields', async () => {
  const { server, home } = await withChats({ tasks: true });
  const docker = {
    id: 'template-docker',
    name: 'docker',
    display_name: 'Docker AI',
    active_version_id: 'version-docker',
    organization_name: 'default',
  };
  server.on('GET', '/api/v2/templates', json(200, [docker]));
  const app = await home.open([], SIZES[0]);
  await app.shows(/Pin the clock .*Fix login|Fix login.*Pin the clock/s);
  app.press('n');
  await app.shows(/from +not chosen/);
  expect(app.text()).not.toContain('plan mode');
  await write(app, 'Fix the tests');
  app.press('enter');
  await app.shows('Choose Coder Agents or a template.');
  await app.shows(/▌ Coder Agents/);
  app.type('docker');
  app.press('tab');
  await app.shows(/▌preset +none/);
  expect(app.text()).not.toContain('plan mode');
  app.press('shift+tab');
  app.type('agents');
  await app.shows(/▌ Coder Agents/);
  app.press('enter');
  await app.shows(/model +Sonnet · Anthropic \(default\)/);
  app.press('enter');
  await createdBy(server, 1);
  await app.shows('q quit');
  app.press('n');
  await app.shows(/from +Coder Agents/);
});

it('a new workspace is created first, the chat starts in it, and W stops it', async () => {
  const { server, home } = await withChats();
  const app = await openForm(home);
  await write(app, 'Fix the tests');
  await goTo(app, 'workspace');
  app.type('new from');
  await app.shows(/▌ new from Development/);
  app.press('enter');
  await app.shows(/workspace +new from Development, created first/);
  app.press('enter');
  await createdBy(server, 1);
  const [workspace] = server.chats.workspaces.wireAll();
  expect(server.chats.workspaces.wireAll()).toHaveLength(1);
  expect(creations(server)[0]).toMatchObject({ workspace_id: workspace?.id });
  await app.shows((screen) => !/queued/.test(screen.text()));
  app.press('W');
  await app.shows(`Workspace ${workspace?.name}: running`);
  app.type('stop');
  await app.shows(/▌ Stop the workspace/);
  app.press('enter');
  await app.shows(`The workspace “${workspace?.name}” is stopping.`);
  await expect
    .poll(() => JSON.stringify(server.chats.workspaces.wireAll()[0]?.latest_build))
    .toContain('"status":"stopped"');
});

it('a rejected chat comes back with its prompt, the error at its field', async () => {
  const { server, home } = await withChats();
  server.chats.faults.plan('create', {
    answer: { status: 400, body: { message: 'Invalid model_config_id: not found or disabled.' } },
  });
  const app = await openForm(home);
  await write(app, 'Fix the tests');
  app.press('enter');
  await app.shows(/▌model/);
  await app.shows(/ {3}Invalid model_config_id: not found or disabled\./);
  app.type('gpt 6');
  app.press('enter');
  await app.shows(/▌prompt/);
  await app.shows('Fix the tests');
  app.press('enter');
  await createdBy(server, 2);
  expect(creations(server)[1]).toMatchObject({ content: [{ type: 'text', text: 'Fix the tests' }] });
  expect(server.chats.ids).toHaveLength(2);
});

it('an account without the role learns whom to ask, and keeps its prompt', async () => {
  const { server, home } = await withChats();
  const app = await openForm(home);
  server.chats.options.role = 'none';
  await write(app, 'Fix the tests');
  app.press('enter');
  // The form opens again by itself only within 3 s.
  await app.shows(
    (screen) => /agents-access/.test(screen.text()) && /▌prompt|Press n to restore/.test(screen.text()),
  );
  if (!/▌prompt/.test(app.text())) app.press('n');
  await app.shows(/▌prompt/);
  await app.shows('Fix the tests');
  expect(server.chats.ids).toHaveLength(1);
});

it('a second enter, and a lost answer, create no second chat', async () => {
  const { server, home } = await withChats();
  server.chats.faults.plan('create', { ...LOST_ANSWER, delayBeforeMs: 1_000 });
  const app = await openForm(home);
  await write(app, 'Fix the tests');
  app.press('enter', 'enter', 'enter');
  await createdBy(server, 1);
  await expect.poll(() => server.chats.ids.length).toBe(2);
  // One of the enters may have gone to the prompt.
  app.press('esc');
  await app.shows('q quit');
  const lists = () => server.requests.filter(({ target }) => target.includes('/chats?')).length;
  // A watched list is polled too rarely to wait for.
  for (let refresh = 0; refresh < 3; refresh++) {
    const before = lists();
    app.press('ctrl+l');
    await expect.poll(lists).toBeGreaterThan(before);
  }
  expect(server.chats.ids).toHaveLength(2);
  expect(creations(server)).toHaveLength(1);
});

it('M changes the mode of the next turn, and the model of the next message', async () => {
  const { server, id, home } = await withChats();
  const app = await home.open([], SIZES[0]);
  await app.shows('Pin the clock');
  app.press('M');
  await app.shows(/Act at once \(now\)/);
  app.press('down');
  await app.shows(/▌ Plan first/);
  app.press('enter');
  await app.shows('plans and asks first');
  await expect.poll(() => server.chats.chat(id).planMode).toBe(true);
  app.press('M');
  await app.shows('Opus · Anthropic');
  app.type('opus');
  await app.shows(/▌ Opus/);
  app.press('enter');
  await app.shows('The next message goes to Opus · Anthropic.');
  const sent = () =>
    server.requests
      .filter(({ method, target }) => method === 'POST' && target.endsWith(`/${id}/messages`))
      .map(({ body }) => JSON.parse(body));
  for (const text of ['first', 'second']) {
    app.press('i');
    await app.shows('⏎ send');
    app.type(text);
    await app.shows(text);
    app.press('enter');
    await expect.poll(() => sent().length).toBe(text === 'first' ? 1 : 2);
  }
  expect(sent()).toEqual([
    { content: [{ type: 'text', text: 'first' }], model_config_id: OPUS },
    { content: [{ type: 'text', text: 'second' }] },
  ]);
});

it('on a server before 2.37, which marks no default model, the server chooses it', async () => {
  const { server, home } = await withChats({ prefix: 'experimental', version: 'v2.33.4+3f1c0de' });
  const app = await home.open([], SIZES[0]);
  await app.shows('Pin the clock');
  app.press('n');
  await app.shows(/model +chosen by the server/);
  await write(app, 'Fix the tests');
  await goTo(app, 'model');
  await app.shows('Sonnet · anthropic');
  await app.shows('Llama 5 · openai-compat: its provider is unavailable');
  await goTo(app, 'prompt');
  await app.shows(/model +chosen by the server/);
  app.press('enter');
  await expect.poll(() => server.chats.ids.length).toBe(2);
});
