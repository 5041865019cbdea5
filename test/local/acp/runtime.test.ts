import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { ANSWERED, startHarness } from './runtime-harness.ts';

it('a turn streams its parts, and the next one uses the same process', async () => {
  const chat = await startHarness();
  const turn = await chat.turn(
    'say Hello | think Hm | read a.ts | plan one, two | usage 10 200 0.5 | say  bye',
  );
  expect(turn.end).toEqual(ANSWERED);
  expect(turn.text).toBe('Hello bye');
  expect(turn.updates).toMatchObject([
    { type: 'text', text: 'Hello' },
    { type: 'reasoning', text: 'Hm' },
    { type: 'tool', change: { title: 'Read a.ts', kind: 'read', status: 'completed' } },
    { type: 'checklist', entries: [{ status: 'completed' }, { status: 'in_progress' }] },
    { type: 'usage', usage: { used: 10, size: 200, cost: { amount: 0.5, currency: 'USD' } } },
    { type: 'text', text: ' bye' },
  ]);
  const [agent] = chat.control.agents;
  expect((await chat.turn('say again')).text).toBe('again');
  expect(chat.control.agents).toHaveLength(1);
  expect(taggedProcesses(chat.chatId)).toEqual([agent?.pid]);
  await chat.close();
  expect(taggedProcesses(chat.chatId)).toEqual([]);
});

it('at most two agents start at once; the next one shows that it waits', async () => {
  const chat = await startHarness({ switches: ['start-delay=300'] });
  const ids = [randomUUID(), randomUUID(), chat.chatId];
  for (const chatId of ids) chat.begin('say hi', { chatId });
  await chat.report('ended', () => chat.reports.filter(({ type }) => type === 'ended').length === 3);
  const stages = chat.reports.filter((report) => report.type === 'stage');
  const countOf = (text: string): number => stages.filter(({ name }) => name === text).length;
  expect(countOf('Starting Fake Agent')).toBe(3);
  expect(countOf('Waiting for other agents to start')).toBe(1);
  expect(stages.find(({ isQueued }) => isQueued)?.name).toBe('Waiting for other agents to start');
  expect(stages.at(-1)).toEqual({ type: 'stage', name: null, isQueued: false });
  await Promise.all(ids.map((id) => chat.runtime.close(id, closing())));
  expect(ids.flatMap(taggedProcesses)).toEqual([]);
});

it('an interrupt ends a turn that waits for its start', async () => {
  const chat = await startHarness({ switches: ['hang'] });
  const ids = [randomUUID(), randomUUID()];
  for (const chatId of ids) chat.begin('say hi', { chatId });
  chat.begin('say hi');
  await chat.report('stage', ({ isQueued }) => isQueued);
  chat.runtime.interrupt(chat.chatId);
  expect((await chat.report('ended')).end).toEqual({ kind: 'interrupted' });
  expect(chat.runtime.isRunning(chat.chatId)).toBe(false);
  await Promise.all(ids.map((id) => chat.runtime.close(id, closing())));
});

it('a session that rests is closed, and resumed by the next turn', async () => {
  const chat = await startHarness({ idleMs: 100 });
  await chat.turn('say one');
  await expect.poll(() => taggedProcesses(chat.chatId)).toEqual([]);
  const turn = await chat.turn('say two');
  expect(turn).toMatchObject({ text: 'two', notices: [] });
  expect(chat.control.agents[1]?.facts.map(({ type }) => type)).toContain('resume');
});

it('a session that cannot be loaded again stays open while another one is closed', async () => {
  const chat = await startHarness({
    idleMs: 100,
    switches: ['no-resume'],
    quirks: { isUnsafeToLoad: true },
  });
  await chat.turn('say one');
  const other = randomUUID();
  const agent = { ...chat.agent, command: chat.command() };
  await chat.turn('say hi', { chatId: other, agent, session: null });
  await expect.poll(() => taggedProcesses(other)).toEqual([]);
  expect(taggedProcesses(chat.chatId)).toEqual([chat.control.agents[0]?.pid]);
});

it.each([
  ['initialize', 'hang', '30'],
  ['session/new', 'hang-new', '60'],
])('no answer to %s', async (method, name, seconds) => {
  const chat = await startHarness({ speed: 20, switches: [name] });
  expect((await chat.turn('say one')).end).toMatchObject({
    kind: 'failed',
    error: { message: `Fake Agent: no answer to ${method} within ${seconds} s.`, kind: 'generic' },
  });
  await chat.close();
  expect(taggedProcesses(chat.chatId)).toEqual([]);
});

it('images and files go to the agent', async () => {
  const chat = await startHarness();
  const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
  const file = { type: 'file', name: 'a b.txt', mediaType: 'text/plain', text: 'content' } as const;
  const text = { type: 'text', text: 'say one' } as const;
  expect(await chat.turn('', { prompt: [image, file, text] })).toMatchObject({ text: 'one', notices: [] });
  const [agent] = chat.control.agents;
  expect((await agent?.fact('blocks'))?.blocks).toEqual([
    { type: 'image', mimeType: 'image/png', data: 'AAAA' },
    {
      type: 'resource',
      resource: { uri: 'attachment:///a%20b.txt', mimeType: 'text/plain', text: 'content' },
    },
    text,
  ]);
});

it('an agent without images gets none, and the chat says so', async () => {
  const chat = await startHarness({ switches: ['no-images'] });
  const image = { type: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
  const turn = await chat.turn('', { prompt: [{ type: 'text', text: 'say one' }, image] });
  expect(turn.notices).toEqual(['Fake Agent takes no images. They were left out.']);
});

it('settings change in the middle of a turn, and while the session rests', async () => {
  const chat = await startHarness();
  chat.begin('hold');
  const agent = await chat.control.agent();
  await agent.fact('holding');
  const settings = { permissionMode: 'all', planMode: false, model: 'large', effort: 'high' } as const;
  chat.runtime.configure(chat.chatId, settings);
  await chat.report('settings', (report) => report.settings.model === 'large');
  agent.run('ask rm');
  await chat.report('update', ({ update }) => update.type === 'text');
  expect(chat.reports.some(({ type }) => type === 'permission')).toBe(false);
  agent.run('end');
  await chat.ended();
  chat.runtime.configure(chat.chatId, { ...settings, planMode: true });
  await chat.report('settings', (report) => report.settings.planMode === true);
  const { offer } = await chat.report('session', (report) => report.offer?.currentMode === 'plan');
  expect(offer).toMatchObject({ currentModel: 'large', currentEffort: 'high' });
});

it('rules answer questions without the user, but the tool call is reported', async () => {
  const chat = await startHarness({
    decide: (_, { call, options }) =>
      call.kind === 'execute' ? (options.find(({ kind }) => kind === 'allow_once')?.id ?? null) : null,
  });
  const turn = await chat.turn('ask npm test');
  expect(turn.text).toBe('Answer: once.');
  expect(turn.reports.some(({ type }) => type === 'permission')).toBe(false);
  expect(turn.updates[0]).toMatchObject({ type: 'tool', change: { title: 'npm test' } });
});

it('an agent of the config file keeps its mode, and the chat says so', async () => {
  const chat = await startHarness({ agent: { modes: {}, isConfigured: true } });
  const turn = await chat.turn('say one');
  expect(turn.notices).toEqual([
    'Fake Agent starts in its own mode Auto. To choose modes, add "modes" to it in config.jsonc.',
  ]);
  expect((await chat.turn('say two')).notices).toEqual([]);
});

it('a mode that the agent reports as a text is followed, and does not appear in the conversation', async () => {
  const chat = await startHarness({ quirks: { reportsModeAsText: true } });
  const turn = await chat.turn('say Hello | say [MODE_UPDATE] acceptEdits');
  expect(turn.text).toBe('Hello');
  expect(chat.reports).toContainEqual({
    type: 'settings',
    settings: { permissionMode: 'edits', planMode: false },
  });
});

const closing = () => ({ reason: 'user', graceMs: 500, signal: AbortSignal.timeout(10_000) }) as const;
