import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WirePart } from '../../../src/local/chats/chat-row-types.ts';
import type { ChatError, TurnEnd } from '../../../src/local/chats/session.ts';
import { totalCost } from '../../../src/local/chats/stored-usage.ts';
import { type ChatsFixture, chatsFixture, storedSession, textPart } from './chats-fixture.ts';

let fixture: ChatsFixture;
beforeEach(() => {
  fixture = chatsFixture();
});
afterEach(() => {
  vi.restoreAllMocks();
  fixture.dispose();
});

const settle = () => fixture.clock.settle();

/** The parts of the newest message. */
const newestParts = (id: string): readonly WirePart[] => fixture.stored(id).at(-1)?.[1] ?? [];
const results = (id: string) => newestParts(id).filter(({ type }) => type === 'tool-result');

describe('the growing message', () => {
  test('reaches listeners at once, and the database within 50 ms under one id', async () => {
    const { local, runtime, clock } = fixture;
    const { id } = fixture.create();
    const parts: unknown[] = [];
    local.onPart((chatId, { part, messageId }) => parts.push([chatId, part.text, messageId]));
    expect(local.growing(id)).toBeNull();
    runtime.say(id, 'Hel');
    expect(parts).toEqual([[id, 'Hel', null]]);
    expect(local.growing(id)).toMatchObject({ id: null, parts: [textPart('Hel')] });
    expect(fixture.stored(id)).toHaveLength(1);
    await clock.advance(50);
    const growing = local.growing(id);
    expect(newestParts(id)).toEqual([textPart('Hel')]);
    runtime.say(id, 'lo');
    expect(local.messages(id, { limit: 1, before: null, after: null }).messages).toMatchObject([
      { id: growing?.id, content: JSON.stringify([textPart('Hello')]), growing: 1 },
    ]);
    runtime.end(id);
    await settle();
    expect(fixture.chats.messages(id)).toMatchObject([
      { role: 'user' },
      { id: growing?.id, role: 'assistant', growing: 0, content: JSON.stringify([textPart('Hello')]) },
    ]);
    expect(local.growing(id)).toBeNull();
    expect(local.isIdle).toBe(true);
  });

  test('20 chats with 20 updates a second need at most 20 commits a second, and no text is lost', async () => {
    const { runtime, clock } = fixture;
    const ids = Array.from({ length: 20 }, () => fixture.create().id);
    const commits = vi.spyOn(DatabaseSync.prototype, 'exec');
    const written = ids.map(() => '');
    for (let round = 0; round < 40; round++) {
      for (const [index, id] of ids.entries()) {
        const text = `${index}.${round} `.padEnd(100, 'x');
        written[index] += text;
        runtime.say(id, text);
      }
      await clock.advance(50);
    }
    const count = commits.mock.calls.filter(([sql]) => /^COMMIT/i.test(sql)).length;
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThanOrEqual(40);
    for (const id of ids) runtime.end(id);
    await settle();
    expect(ids.map((id) => newestParts(id)[0]?.text)).toEqual(written);
  });

  test('is deleted with no content, and a turn without an answer leaves only the question', async () => {
    const { id } = fixture.create();
    fixture.runtime.end(id);
    await settle();
    expect(fixture.stored(id)).toEqual([['user', [textPart('Hello')]]]);
  });

  test('late updates of calls that the turn cancelled change nothing', async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    runtime.tool(id, { id: 'sleep', title: 'sleep 45', status: 'in_progress' });
    local.interrupt(id);
    runtime.end(id, { kind: 'answered', stopReason: 'cancelled' });
    await settle();
    expect(newestParts(id)[0]).toMatchObject({ title: 'sleep 45', status: 'cancelled' });
    runtime.tool(id, { id: 'sleep', status: 'completed' });
    await settle();
    expect(fixture.status(id)).toBe('waiting');
    fixture.send(id, 'next');
    runtime.tool(id, { id: 'sleep', status: 'completed', output: 'late' });
    runtime.say(id, 'Answer');
    runtime.end(id);
    await settle();
    expect(newestParts(id)).toEqual([textPart('Answer')]);
  });
});

describe('the end of a turn', () => {
  const failure: ChatError = {
    message: 'The process ended.',
    detail: 'exit 3',
    kind: 'generic',
    retryable: true,
  };
  const auth: ChatError = { message: 'Sign in.', kind: 'auth', retryable: false };

  test.each<[name: string, end: TurnEnd, status: string, error: object | null]>([
    ['end_turn', { kind: 'answered', stopReason: 'end_turn' }, 'waiting', null],
    ['cancelled', { kind: 'answered', stopReason: 'cancelled' }, 'waiting', null],
    ['refusal', { kind: 'answered', stopReason: 'refusal' }, 'error', { kind: 'content_filter' }],
    [
      'max_tokens',
      { kind: 'answered', stopReason: 'max_tokens' },
      'error',
      { kind: 'generic', retryable: true },
    ],
    [
      'max_turn_requests',
      { kind: 'answered', stopReason: 'max_turn_requests' },
      'error',
      { kind: 'generic', retryable: true },
    ],
    ['interrupted by the server', { kind: 'interrupted' }, 'waiting', null],
    ['a process that ended', { kind: 'failed', error: failure }, 'error', failure],
    ['a missing sign-in', { kind: 'failed', error: auth }, 'error', auth],
  ])('%s', async (_name, end, status, error) => {
    const { id } = fixture.create();
    fixture.runtime.say(id, 'I looked. It works now.');
    fixture.runtime.end(id, end);
    await settle();
    const chat = fixture.local.chat(id);
    expect(chat.status).toBe(status);
    expect(chat.last_turn_summary).toBe('It works now.');
    const stored = chat.last_error === null ? null : JSON.parse(chat.last_error);
    if (error === null) expect(stored).toBeNull();
    else expect(stored).toMatchObject(error);
    // The next turn removes the error of the chat.
    const notices = newestParts(id).filter(({ type }) => type === 'hook-notice');
    expect(notices).toEqual(
      error === failure ? [{ type: 'hook-notice', text: 'The process ended.\nexit 3' }] : [],
    );
  });

  test('an unknown reason is a remark of the message', async () => {
    const { id } = fixture.create();
    fixture.runtime.end(id, { kind: 'answered', stopReason: 'tired' });
    await settle();
    expect(fixture.status(id)).toBe('waiting');
    expect(newestParts(id)).toEqual([{ type: 'hook-notice', text: 'The agent ended its turn: tired.' }]);
  });

  test('after an error the queue stands; after an interrupt it runs on, also when the agent fails', async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    fixture.send(id, 'next');
    runtime.end(id, { kind: 'failed', error: failure });
    await settle();
    expect([fixture.status(id), fixture.queued(id)]).toEqual(['error', ['next']]);
    fixture.send(id, 'last');
    local.interrupt(id);
    runtime.end(id, { kind: 'failed', error: failure });
    await settle();
    expect([fixture.status(id), fixture.queued(id)]).toEqual(['running', []]);
    expect(runtime.turns.map(({ prompt }) => prompt[0])).toMatchObject([
      { text: 'Hello' },
      { text: 'next' },
      { text: 'last' },
    ]);
  });
});

describe('permission requests', () => {
  const yes = { outcome: 'selected', option_id: 'yes' } as const;

  test('are a call in the growing message and a row, stored with the status', async () => {
    const { runtime, local, chats } = fixture;
    const { id } = fixture.create();
    runtime.say(id, 'Let me run it.');
    runtime.tool(id, {
      id: 'call',
      title: 'Run',
      kind: 'execute',
      status: 'pending',
      input: { command: 'npm test' },
    });
    runtime.ask(id, 'request-1', { id: 'call', locations: [{ path: '/w/a', line: 2 }] });
    await settle();
    expect(fixture.status(id)).toBe('requires_action');
    expect(newestParts(id).at(-1)).toMatchObject({
      type: 'tool-call',
      tool_call_id: 'request-1',
      tool_name: 'request_permission',
      status: 'pending',
      args: {
        for: 'call',
        title: 'Run',
        kind: 'execute',
        command: 'npm test',
        locations: [{ path: '/w/a', line: 2 }],
        diff: [],
        options: [
          { option_id: 'yes', name: 'Allow', kind: 'allow_once' },
          { option_id: 'no', name: 'Reject', kind: 'reject_once' },
        ],
      },
    });
    expect(chats.openPermissions(id).map((row) => [row.id, row.message_id])).toEqual([
      ['request-1', local.growing(id)?.id],
    ]);
  });

  test('the last answer lets the turn go on; each reaches the agent once', async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'one');
    runtime.ask(id, 'two');
    await settle();
    local.toolResults(id, [{ id: 'one', outcome: yes }]);
    expect(fixture.status(id)).toBe('requires_action');
    local.toolResults(id, [{ id: 'two', outcome: { outcome: 'cancelled' } }]);
    expect(fixture.status(id)).toBe('running');
    expect(runtime.calls.filter(([name]) => name === 'answer')).toEqual([
      ['answer', id, { requestId: 'one', outcome: yes }],
      ['answer', id, { requestId: 'two', outcome: { outcome: 'cancelled' } }],
    ]);
    expect(results(id)).toMatchObject([
      { tool_call_id: 'one', result: yes, is_error: false },
      { tool_call_id: 'two', result: { outcome: 'cancelled' }, is_error: false },
    ]);
  });

  test('a second answer is a 409 with the first outcome, and changes nothing', async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'one');
    runtime.ask(id, 'two');
    await settle();
    local.toolResults(id, [{ id: 'one', outcome: yes }]);
    const both = [
      { id: 'two', outcome: yes },
      { id: 'one', outcome: { outcome: 'cancelled' } as const },
    ];
    expect(() => local.toolResults(id, both)).toThrow(
      expect.objectContaining({ status: 409, detail: JSON.stringify(yes) }),
    );
    expect(() => local.toolResults(id, [{ id: 'unknown', outcome: yes }])).toThrow(
      expect.objectContaining({ status: 409 }),
    );
    expect(() =>
      local.toolResults(id, [{ id: 'two', outcome: { outcome: 'selected', option_id: 'maybe' } }]),
    ).toThrow(expect.objectContaining({ status: 400 }));
    expect(fixture.status(id)).toBe('requires_action');
    expect(runtime.calls.filter(([name]) => name === 'answer')).toHaveLength(1);
  });

  test('an interrupt cancels all of them before the turn', async () => {
    const { runtime, local, chats } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'one');
    runtime.ask(id, 'two');
    await settle();
    local.interrupt(id);
    expect(fixture.status(id)).toBe('interrupting');
    expect(runtime.calls.map(([name]) => name)).toEqual(['begin', 'answer', 'answer', 'interrupt']);
    // The runtime withdraws them as well.
    runtime.listener.withdrawn(id, 'one', 'interrupted');
    runtime.ask(id, 'three');
    await settle();
    expect(runtime.calls.at(-1)).toEqual([
      'answer',
      id,
      { requestId: 'three', outcome: { outcome: 'cancelled' } },
    ]);
    expect(chats.openPermissions(id)).toEqual([]);
    runtime.end(id, { kind: 'answered', stopReason: 'cancelled' });
    await settle();
    expect(results(id).filter(({ tool_name: name }) => name === 'request_permission')).toMatchObject([
      { tool_call_id: 'one', result: { outcome: 'cancelled' } },
      { tool_call_id: 'two', result: { outcome: 'cancelled' } },
      { tool_call_id: 'three', result: { outcome: 'cancelled' } },
    ]);
  });

  test('one that the agent withdraws ends with an error, and the turn goes on', async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'one');
    await settle();
    runtime.listener.withdrawn(id, 'one', 'The agent withdrew the request.');
    await settle();
    expect(fixture.status(id)).toBe('running');
    await fixture.clock.advance(100);
    expect(results(id)).toMatchObject([
      { tool_call_id: 'one', is_error: true, result: { error: 'The agent withdrew the request.' } },
    ]);
    expect(() => local.toolResults(id, [{ id: 'one', outcome: yes }])).toThrow(
      expect.objectContaining({ status: 409 }),
    );
  });

  test('one that is open when the agent dies ends with an error', async () => {
    const { runtime, chats } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'one');
    runtime.end(id, { kind: 'failed', error: { message: 'exit 1', kind: 'generic', retryable: true } });
    await settle();
    expect(fixture.status(id)).toBe('error');
    expect(chats.openPermissions(id)).toEqual([]);
    expect(results(id).at(-1)).toMatchObject({
      tool_call_id: 'one',
      is_error: true,
      result: { error: 'The agent ended before you answered.' },
    });
  });
});

describe('work outside of a turn', () => {
  /** A chat that waits. */
  async function waitingChat(): Promise<string> {
    const { id } = fixture.create();
    fixture.runtime.end(id);
    await settle();
    return id;
  }

  test('runs until 10 s of silence; sends meanwhile queue', async () => {
    const { runtime, clock, local } = fixture;
    const id = await waitingChat();
    runtime.say(id, 'The build ');
    await settle();
    expect(fixture.status(id)).toBe('running');
    expect(local.isIdle).toBe(false);
    await clock.advance(9_000);
    runtime.say(id, 'is over.');
    expect(fixture.send(id, 'Good').queued).not.toBeNull();
    await clock.advance(9_000);
    expect(runtime.turns).toHaveLength(1);
    await clock.advance(1_000);
    expect(runtime.turns[1]?.prompt).toEqual([{ type: 'text', text: 'Good' }]);
    expect(fixture.stored(id).map(([role, [part]]) => [role, part?.text])).toEqual([
      ['user', 'Hello'],
      ['assistant', 'The build is over.'],
      ['user', 'Good'],
    ]);
  });

  test('leaves an error as it was, and the queue standing', async () => {
    const { runtime, clock } = fixture;
    const { id } = fixture.create();
    fixture.send(id, 'queued');
    runtime.end(id, { kind: 'failed', error: { message: 'It broke.', kind: 'generic', retryable: true } });
    await settle();
    runtime.say(id, 'Still here.');
    await clock.advance(10_000);
    expect([fixture.status(id), fixture.queued(id)]).toEqual(['error', ['queued']]);
    expect(fixture.local.chat(id).last_error).toContain('It broke.');
  });

  test.each(['send', 'promote'] as const)('a %s in it runs after an error too', async (operation) => {
    const { runtime, local, chats, clock } = fixture;
    const { id } = fixture.create();
    fixture.send(id, 'queued');
    runtime.end(id, { kind: 'failed', error: { message: 'It broke.', kind: 'generic', retryable: true } });
    await settle();
    runtime.say(id, 'Still here.');
    await settle();
    if (operation === 'send') fixture.send(id, 'more');
    else local.promote(id, chats.queue(id)[0]?.id ?? 0);
    await clock.advance(10_000);
    expect(runtime.turns[1]?.prompt).toEqual([{ type: 'text', text: 'queued' }]);
    expect(local.chat(id)).toMatchObject({ status: 'running', last_error: null });
  });

  test('the edit of a queued message that ends in it is not forgotten', async () => {
    const { runtime, local, chats, clock } = fixture;
    const { id } = fixture.create();
    fixture.send(id, 'draft');
    const head = chats.queue(id)[0]?.id ?? 0;
    local.editQueued(id, head, { editing: true });
    runtime.end(id);
    await settle();
    expect(fixture.status(id)).toBe('paused');
    runtime.say(id, 'One more thing.');
    await settle();
    local.editQueued(id, head, { editing: false });
    await clock.advance(10_000);
    expect(runtime.turns[1]?.prompt).toEqual([{ type: 'text', text: 'draft' }]);
  });

  test('ends at once with an interrupt', async () => {
    const { runtime, local } = fixture;
    const id = await waitingChat();
    runtime.say(id, 'Working');
    await settle();
    expect(local.interrupt(id).status).toBe('waiting');
    expect(runtime.calls.at(-1)).toEqual(['interrupt', id]);
    expect(local.isIdle).toBe(true);
  });

  test('waits for the answers to its requests', async () => {
    const { runtime, clock, local } = fixture;
    const id = await waitingChat();
    runtime.ask(id, 'one');
    await clock.advance(60_000);
    expect(fixture.status(id)).toBe('requires_action');
    local.toolResults(id, [{ id: 'one', outcome: { outcome: 'cancelled' } }]);
    await clock.advance(10_000);
    expect(fixture.status(id)).toBe('waiting');
  });

  test('a notice is stored without it, and the next send starts a turn', async () => {
    const { runtime } = fixture;
    const id = await waitingChat();
    runtime.listener.update(id, { type: 'notice', text: 'The mode was refused.' });
    await settle();
    expect(fixture.status(id)).toBe('waiting');
    expect(newestParts(id)).toEqual([{ type: 'hook-notice', text: 'The mode was refused.' }]);
    expect(fixture.send(id, 'Go on').queued).toBeNull();
  });

  test('commands, usage, titles and checklists are stored without it', async () => {
    const { runtime, clock, local } = fixture;
    const id = await waitingChat();
    runtime.listener.update(id, { type: 'commands', commands: [{ name: 'review', description: 'Reviews' }] });
    runtime.listener.update(id, { type: 'usage', usage: { used: 10, size: 100, cost: null } });
    runtime.listener.update(id, { type: 'title', title: '  Greeting ' });
    runtime.listener.update(id, {
      type: 'checklist',
      entries: [{ content: 'Look', priority: 'high', status: 'pending' }],
    });
    await clock.advance(50);
    expect(local.chat(id)).toMatchObject({
      status: 'waiting',
      title: 'Greeting',
      commands: JSON.stringify([{ name: 'review', description: 'Reviews' }]),
      usage: JSON.stringify({ used: 10, size: 100, cost: null, earlierCost: null }),
      checklist: JSON.stringify([{ content: 'Look', priority: 'high', status: 'pending' }]),
    });
  });
});

test('a title of the user stays, also one that comes right after one of the agent', async () => {
  const { runtime, clock, local } = fixture;
  const { id } = fixture.create();
  runtime.listener.update(id, { type: 'title', title: 'Of the agent' });
  local.rename(id, ' Mine ');
  await clock.advance(50);
  expect(local.chat(id).title).toBe('Mine');
  runtime.listener.update(id, { type: 'title', title: 'Again' });
  await clock.advance(50);
  expect(local.chat(id).title).toBe('Mine');
});

test('the use of the context is on the message of its turn', async () => {
  const { runtime, chats } = fixture;
  const { id } = fixture.create();
  runtime.say(id, 'Hi');
  runtime.listener.update(id, { type: 'usage', usage: { used: 12, size: 200, cost: null } });
  runtime.end(id);
  await settle();
  expect(chats.messages(id)[1]?.usage).toBe(JSON.stringify({ total_tokens: 12, context_limit: 200 }));
});

test('the cost of a chat counts all its sessions', async () => {
  const { runtime, local, chats } = fixture;
  const { id } = fixture.create();
  const cost = (amount: number): void =>
    runtime.listener.update(id, {
      type: 'usage',
      usage: { used: 1, size: 2, cost: { amount, currency: 'USD' } },
    });
  runtime.listener.session(id, storedSession, null);
  cost(0.25);
  cost(0.5);
  runtime.end(id);
  await settle();
  expect(totalCost(local.chat(id).usage)).toEqual({ amount: 0.5, currency: 'USD' });
  local.editMessage(id, chats.messages(id)[0]?.id ?? 0, { content: [textPart('again')] });
  await settle();
  expect(totalCost(local.chat(id).usage)).toEqual({ amount: 0.5, currency: 'USD' });
  runtime.listener.session(id, { ...storedSession, id: 'session-2' }, null);
  cost(0.125);
  runtime.listener.session(id, { ...storedSession, id: 'session-3' }, null);
  await settle();
  cost(1);
  runtime.end(id);
  await settle();
  expect(totalCost(local.chat(id).usage)).toEqual({ amount: 1.625, currency: 'USD' });
});

test('the session, the offer and the mode that the agent really has are stored', async () => {
  const { runtime, local, chats, clock } = fixture;
  const { id } = fixture.create();
  const offer = {
    version: '1',
    models: [],
    currentModel: '',
    modes: [],
    currentMode: '',
    efforts: [],
    currentEffort: '',
    takesImages: false,
  };
  runtime.listener.session(id, storedSession, offer);
  runtime.listener.settings(id, { permissionMode: 'edits', model: 'small' });
  await clock.advance(50);
  expect(local.chat(id)).toMatchObject({
    session: JSON.stringify(storedSession),
    permission_mode: 'edits',
    model: 'small',
  });
  expect(chats.offer('fake')).toEqual(offer);
  runtime.end(id);
  await settle();
  fixture.send(id, 'more');
  expect(runtime.turns[1]).toMatchObject({ session: storedSession, settings: { permissionMode: 'edits' } });
});

test('a stage is reported as a change, with the time of its beginning', () => {
  const { runtime, local, clock } = fixture;
  const { id } = fixture.create();
  const changes: string[] = [];
  local.onChange(({ chatId, kind }) => changes.push(`${chatId} ${kind}`));
  runtime.listener.stage(id, { name: 'Starting Fake Agent', isQueued: true });
  runtime.listener.stage(id, { name: 'Starting Fake Agent', isQueued: true });
  expect(local.stageOf(id)).toEqual({ name: 'Starting Fake Agent', isQueued: true, since: clock.wall() });
  runtime.listener.stage(id, null);
  expect(local.stageOf(id)).toBeNull();
  expect(changes).toEqual([`${id} changed`, `${id} changed`]);
});
