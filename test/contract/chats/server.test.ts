import { describe, expect, it } from 'vitest';
import { CUT_BEFORE, QUEUE_FULL, rateLimit } from '../../support/chats/faults.ts';
import { MODELS } from '../../support/chats/models.ts';
import { MODEL_ID, ORGANIZATION_ID } from '../../support/chats/state.ts';
import { TEMPLATE_ID } from '../../support/chats/workspaces.ts';
import { startServer, text } from './start-server.ts';

const rolesOf = (body: { messages: readonly { role: string }[] }) => body.messages.map(({ role }) => role);

it('runs a chat from its creation to the archive', async () => {
  const { chats, call } = await startServer();
  const created = await call('POST', '', {
    organization_id: ORGANIZATION_ID,
    ...text(' Fix it '),
    labels: { taskdeck: '9b1c' },
    plan_mode: 'plan',
    reasoning_effort: 'high',
    client_type: 'api',
  });
  expect(created).toMatchObject({
    status: 201,
    body: {
      status: 'running',
      title: 'Fix it',
      children: [],
      plan_mode: 'plan',
      last_reasoning_effort: 'high',
      last_model_config_id: MODEL_ID,
      labels: { taskdeck: '9b1c' },
    },
  });
  const { id } = created.body;
  const queued = await call('POST', `/${id}/messages`, text('And lint it'));
  expect(queued.body).toMatchObject({ queued: true, queued_message: { content: [{ text: 'And lint it' }] } });
  chats.agent(id).use('execute', { command: 'make' }, { output: 'ok' });
  chats.agent(id).finish({ say: 'Fixed.', summary: 'All green.' });
  const page = (await call('GET', `/${id}/messages`)).body;
  expect(rolesOf(page)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
  expect(page.queued_messages).toEqual([]);
  expect((await call('PATCH', `/${id}`, { archived: true })).status).toBe(409);
  expect((await call('POST', `/${id}/interrupt`)).body.status).toBe('interrupting');
  chats.agent(id).stop();
  expect((await call('PATCH', `/${id}`, { archived: true })).status).toBe(204);
  expect((await call('GET', '')).body).toEqual([]);
  const [archived] = (await call('GET', '?q=archived:any')).body;
  expect(archived).toMatchObject({ id, has_unread: true, last_turn_summary: 'All green.' });
});

describe('messages', () => {
  it('pages from the newest, and from a cursor upwards', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed({
      messages: Array.from({ length: 5 }, (_, index) => ['user', `Message ${index}`] as const),
      status: 'running',
      queue: ['Next'],
    });
    const all = chats.messages(id).map((message) => message.id);
    const page = async (query: string) => {
      const { body } = await call('GET', `/${id}/messages?${query}`);
      const ids = body.messages.map((message: { id: number }) => message.id);
      return { ids, more: body.has_more, queue: body.queued_messages.length };
    };
    expect(await page('limit=2')).toEqual({ ids: [all[4], all[3]], more: true, queue: 1 });
    expect(await page(`limit=3&before_id=${all[3]}`)).toEqual({
      ids: [all[2], all[1], all[0]],
      more: false,
      queue: 0,
    });
    expect(await page(`limit=2&after_id=${all[1]}`)).toEqual({ ids: [all[2], all[3]], more: true, queue: 0 });
    expect(await page(`after_id=${all[0]}&before_id=${all[3]}`)).toEqual({
      ids: [all[2], all[1]],
      more: false,
      queue: 0,
    });
  });

  it('has ids that rise over all chats, with gaps, apart from those of the queue', async () => {
    const { chats, call } = await startServer();
    const [one, other] = [chats.seed(), chats.seed()];
    const ids: number[] = [];
    for (const id of [one, other, one]) {
      const { body } = await call('POST', `/${id}/messages`, text('Go on'));
      ids.push(body.queued ? 0 : body.message.id);
      chats.agent(id).finish();
    }
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(3);
    expect(chats.messages(one).length).toBeGreaterThan(0);
    const gaps = chats.messages(other).map(({ id }, index, all) => id - (all[index - 1]?.id ?? id - 1));
    expect(Math.max(...gaps)).toBeGreaterThan(1);
    chats.agent(one).start('Work');
    const queued = (await call('POST', `/${one}/messages`, text('Later'))).body.queued_message.id;
    expect(queued).toBeLessThan(ids[0] ?? 0);
  });

  it('gives open tool calls a result when a turn is interrupted', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed();
    chats.agent(id).start('Test it');
    const open = chats.agent(id).call('execute', { command: 'make test' });
    await call('POST', `/${id}/interrupt`);
    chats.agent(id).stop();
    const { body } = await call('GET', `/${id}/messages?limit=1`);
    expect(body.messages[0]).toMatchObject({
      role: 'tool',
      content: [{ type: 'tool-result', tool_call_id: open, tool_name: 'execute', is_error: true }],
    });
  });

  it('deletes what follows an edited message', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed({ status: 'error', queue: ['Next'] });
    const before = chats.messages(id).map((message) => message.id);
    const { body } = await call('PATCH', `/${id}/messages/${before[0]}`, text('Fix the docs'));
    expect(body).toMatchObject({
      message: { role: 'user', content: [{ text: 'Fix the docs' }] },
      deleted_message_ids: before,
    });
    expect(chats.prompts(id)).toEqual(['Fix the docs']);
    expect(chats.queue(id)).toEqual([]);
    expect(chats.chat(id).status).toBe('running');
  });

  it('ends a turn with a question in plan mode', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed({ planMode: true });
    chats.agent(id).start('Plan it');
    chats.agent(id).ask({
      header: 'Auth',
      question: 'Which flow?',
      options: [{ label: 'OIDC' }, { label: 'SAML' }],
    });
    expect((await call('GET', `/${id}`)).body).toMatchObject({ status: 'waiting', plan_mode: 'plan' });
    const { messages } = (await call('GET', `/${id}/messages?limit=2`)).body;
    expect(messages[1].content[0]).toMatchObject({
      type: 'tool-call',
      tool_name: 'ask_user_question',
      args: { questions: [{ header: 'Auth' }] },
    });
    await call('POST', `/${id}/messages`, { ...text('Implement the plan.'), plan_mode: '' });
    expect((await call('GET', `/${id}`)).body).not.toHaveProperty('plan_mode');
  });
});

describe('switches', () => {
  it.each([
    ['v2', [200, 404]],
    ['both', [200, 200]],
    ['experimental', [404, 200]],
    ['none', [404, 404]],
  ] as const)('prefix %s', async (prefix, statuses) => {
    const { api } = await startServer({ prefix });
    const answers = [await api('GET', '/api/v2/chats'), await api('GET', '/api/experimental/chats')];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  it('can change while the server runs', async () => {
    const { chats, api } = await startServer({ prefix: 'experimental' });
    chats.options.prefix = 'v2';
    expect((await api('GET', '/api/v2/chats')).status).toBe(200);
    chats.options.token = 'another token';
    expect((await api('GET', '/api/v2/chats')).status).toBe(401);
  });

  it('ends turns and interrupts by itself after a time', async () => {
    const { chats, call } = await startServer({ turnMs: 5, stopsAfterMs: 5 });
    const id = chats.seed();
    await call('POST', `/${id}/messages`, text('Go on'));
    await chats.until(() => chats.chat(id).status === 'waiting');
    expect(chats.messages(id).at(-1)?.text).toBe('done');
    chats.options.turnMs = null;
    await call('POST', `/${id}/messages`, text('And on'));
    await call('POST', `/${id}/interrupt`);
    await chats.until(() => chats.chat(id).status === 'waiting');
    expect(chats.prompts(id).slice(-2)).toEqual(['Go on', 'And on']);
  });

  it('edits queued messages and names them on the newest servers only', async () => {
    const { chats, call } = await startServer({ era: 'paused' });
    const id = chats.seed({ status: 'running', queue: ['Next'] });
    const queueId = chats.queue(id)[0]?.id;
    expect((await call('PATCH', `/${id}/queue/${queueId}`, text('Better'))).status).toBe(204);
    chats.agent(id).finish();
    const { messages } = (await call('GET', `/${id}/messages?limit=1`)).body;
    expect(messages).toMatchObject([{ queued_message_id: queueId, content: [{ text: 'Better' }] }]);
  });

  it('plans faults one by one, and decides about the others', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed();
    chats.faults.plan('send', rateLimit(3));
    chats.faults.plan('send', QUEUE_FULL);
    chats.faults.decideBy((operation) => (operation === 'get' ? CUT_BEFORE : null));
    const send = () => call('POST', `/${id}/messages`, text('Go on'));
    expect((await send()).headers.get('retry-after')).toBe('3');
    expect((await send()).headers.get('retry-after')).toBe(null);
    expect((await send()).status).toBe(200);
    await expect(call('GET', `/${id}`)).rejects.toThrow('fetch failed');
    chats.faults.clear();
    expect((await call('GET', `/${id}`)).status).toBe(200);
  });
});

describe('workspaces and models', () => {
  it('makes a workspace of a template and a chat in it', async () => {
    const { chats, api, call } = await startServer({ buildMs: null });
    const [organization] = (await api('GET', '/api/v2/users/me/organizations')).body;
    const [template] = (await api('GET', '/api/v2/templates')).body;
    expect(template).toMatchObject({ id: TEMPLATE_ID, organization_id: organization.id });
    const request = { name: 'auth', template_version_id: template.active_version_id };
    const made = await api('POST', '/api/v2/users/me/workspaces', request);
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'auth', latest_build: { transition: 'start' } },
    });
    expect((await api('POST', '/api/v2/users/me/workspaces', request)).status).toBe(409);
    const { id } = made.body;
    const status = async () => (await api('GET', `/api/v2/workspaces/${id}`)).body.latest_build.status;
    expect(['pending', 'starting']).toContain(await status());
    const builds = `/api/v2/workspaces/${id}/builds`;
    expect((await api('POST', builds, { transition: 'stop' })).status).toBe(409);
    chats.workspaces.finishBuild(id);
    expect(await status()).toBe('running');
    const chat = await call('POST', '', {
      organization_id: organization.id,
      workspace_id: id,
      ...text('Fix it'),
    });
    expect(chat.body.workspace_id).toBe(id);
    expect((await call('GET', `/by-workspace?workspace_ids=${id}`)).body).toEqual({ [id]: chat.body.id });
    expect((await api('POST', builds, { transition: 'stop' })).body).toMatchObject({ build_number: 2 });
    chats.workspaces.finishBuild(id);
    expect(await status()).toBe('stopped');
    expect((await api('GET', '/api/v2/workspaces?q=owner:me')).body).toMatchObject({ count: 1 });
  });

  it('lists models with their providers', async () => {
    const { api } = await startServer();
    const { body } = await api('GET', `/api/v2/organizations/${ORGANIZATION_ID}/chats/models`);
    expect(body.models).toEqual(MODELS);
    expect(body.providers.at(-1)).toMatchObject({ available: false, unavailable_reason: 'missing_api_key' });
  });

  it('proposes a title, and returns the diff', async () => {
    const { chats, call } = await startServer();
    const id = chats.seed();
    chats.agent(id).pullRequest({});
    chats.agent(id).changeFiles('diff --git a/x b/x');
    expect((await call('POST', `/${id}/title/propose`)).body.title).toBe(
      'Proposed: Fix the flaky auth tests',
    );
    expect((await call('GET', `/${id}/diff`)).body).toMatchObject({
      branch: 'fix/clock',
      pull_request_url: 'https://github.com/acme/auth/pull/812',
      diff: 'diff --git a/x b/x',
    });
    expect((await call('GET', `/${id}/prompts`)).body.prompts).toMatchObject([
      { text: 'Fix the flaky auth tests' },
    ]);
  });
});
