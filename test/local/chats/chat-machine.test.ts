import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChatsFixture, chatsFixture, storedSession, textPart } from './chats-fixture.ts';

let fixture: ChatsFixture;
beforeEach(() => {
  fixture = chatsFixture();
});
afterEach(() => fixture.dispose());

/** Lets writes of the session's reports finish. */
const settle = () => fixture.clock.settle();
const names = () => fixture.runtime.calls.map(([name]) => name);
const refusal = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    const { status, message, detail } = error as { status: number; message: string; detail?: string };
    return detail === undefined ? [status, message] : [status, message, detail];
  }
  return 'accepted';
};

/** A chat in this state of the contract's machine: W, E0, E1, R0, R1, I0, I1, A0, A1 or XW. */
async function chatIn(state: string): Promise<string> {
  const { runtime, local } = fixture;
  const { id } = fixture.create();
  if (state.endsWith('1')) fixture.send(id, 'queued');
  if (state.startsWith('A')) runtime.ask(id, `ask-${id}`);
  if (state === 'W' || state === 'XW') runtime.end(id);
  const error = { message: 'It broke.', kind: 'generic', retryable: true } as const;
  if (state.startsWith('E')) runtime.end(id, { kind: 'failed', error });
  if (state.startsWith('I')) local.interrupt(id);
  await settle();
  if (state === 'XW') local.archive(id, true);
  await settle();
  expect(stateOf(id)).toBe(state);
  return id;
}

function stateOf(id: string): string {
  const chat = fixture.local.chat(id);
  const letter = {
    waiting: 'W',
    error: 'E',
    running: 'R',
    interrupting: 'I',
    requires_action: 'A',
    paused: 'P',
  }[chat.status];
  const queue = letter === 'W' ? '' : Math.min(1, fixture.queued(id).length);
  return `${chat.archived === 1 ? 'X' : ''}${letter}${queue}`;
}

describe('transitions of the contract', () => {
  const send = (busy: 'queue' | 'interrupt') => (id: string) => fixture.send(id, 'new', busy);
  const promote = (id: string) => fixture.local.promote(id, fixture.chats.queue(id)[0]?.id ?? 999);
  const drop = (id: string) => fixture.local.deleteQueued(id, fixture.chats.queue(id)[0]?.id ?? 999);
  const interrupt = (id: string) => fixture.local.interrupt(id);
  const archive = (id: string) => fixture.local.archive(id, true);
  const edit = (id: string) =>
    fixture.local.editMessage(id, fixture.chats.messages(id)[0]?.id ?? 0, { content: [textPart('edited')] });
  const notInterruptible = [409, 'Chat is not in an interruptible state.'];
  const nothingToDelete = [409, 'Chat has no queued messages to delete.'];
  const nothingToPromote = [409, 'Chat has no queued messages to promote.'];
  const active = [409, 'Cannot archive an active chat. Interrupt or wait for the chat to finish first.'];

  test.each<[from: string, name: string, act: (id: string) => unknown, to: unknown]>([
    ['W', 'send', send('queue'), 'R0'],
    ['W', 'promote', promote, nothingToPromote],
    ['W', 'delete queued', drop, nothingToDelete],
    ['W', 'edit', edit, 'R0'],
    ['W', 'interrupt', interrupt, notInterruptible],
    ['W', 'archive', archive, 'XW'],
    ['E0', 'send', send('interrupt'), 'R0'],
    ['E0', 'interrupt', interrupt, notInterruptible],
    ['E0', 'archive', archive, 'XE0'],
    ['E1', 'send', send('queue'), 'R1'],
    ['E1', 'promote', promote, 'R0'],
    ['E1', 'delete queued', drop, 'E0'],
    ['E1', 'edit', edit, 'R0'],
    ['R0', 'send', send('queue'), 'R1'],
    ['R0', 'send with interrupt', send('interrupt'), 'I1'],
    ['R0', 'delete queued', drop, nothingToDelete],
    ['R0', 'interrupt', interrupt, 'I0'],
    ['R0', 'archive', archive, active],
    ['R0', 'edit', edit, 'R0'],
    ['R1', 'promote', promote, 'I1'],
    ['R1', 'delete queued', drop, 'R0'],
    ['R1', 'interrupt', interrupt, 'I1'],
    ['R1', 'edit', edit, 'R0'],
    ['I0', 'send', send('queue'), 'I1'],
    ['I0', 'interrupt', interrupt, 'I0'],
    ['I0', 'archive', archive, active],
    ['I1', 'send with interrupt', send('interrupt'), 'I1'],
    ['I1', 'promote', promote, 'I1'],
    ['A0', 'send', send('queue'), 'A1'],
    ['A0', 'send with interrupt', send('interrupt'), 'I1'],
    ['A0', 'interrupt', interrupt, 'I0'],
    ['A0', 'archive', archive, active],
    ['A1', 'promote', promote, 'I1'],
    ['A1', 'edit', edit, 'R0'],
    ['XW', 'send', send('queue'), [400, 'Cannot send messages to an archived chat.']],
    ['XW', 'interrupt', interrupt, [400, 'Cannot interrupt an archived chat.']],
    ['XW', 'promote', promote, [400, 'Cannot promote queued messages in an archived chat.']],
    ['XW', 'edit', edit, [400, 'Cannot edit messages in an archived chat.']],
    ['XW', 'archive', archive, [400, 'Chat is already archived.']],
  ])('%s: %s', async (from, _name, act, to) => {
    const id = await chatIn(from);
    const refused = refusal(() => act(id));
    await settle();
    expect(refused === 'accepted' ? stateOf(id) : refused).toEqual(to);
    if (refused !== 'accepted') expect(stateOf(id)).toBe(from);
  });
});

test('a new chat runs its first message; its title is the beginning of the prompt', () => {
  const chat = fixture.create({ content: [textPart('Fix the clock\nin two tests')] });
  expect(chat).toMatchObject({ status: 'running', title: 'Fix the clock', has_own_title: 0 });
  expect(fixture.runtime.turns).toMatchObject([
    {
      chatId: chat.id,
      prompt: [{ type: 'text', text: 'Fix the clock\nin two tests' }],
      session: null,
      earlier: '',
    },
  ]);
});

test('a chat without a message waits, and gets its title from the first one', () => {
  const { id } = fixture.create({ content: [] });
  expect(fixture.status(id)).toBe('waiting');
  expect(names()).toEqual([]);
  fixture.send(id, 'Start now');
  expect(fixture.local.chat(id).title).toBe('Start now');
});

test('a failed COMMIT starts no turn', () => {
  const { id } = fixture.create({ content: [] });
  const { repository } = fixture.chats;
  expect(() =>
    repository.inTransaction(() => {
      fixture.send(id, 'lost');
      throw new Error('no space');
    }),
  ).toThrow('no space');
  expect(names()).toEqual([]);
  expect(stateOf(id)).toBe('W');
  fixture.send(id, 'again');
  expect(names()).toEqual(['begin']);
});

test('the queue runs in its order with the settings of each message', async () => {
  const { runtime, local, chats } = fixture;
  const { id } = fixture.create();
  local.send(id, { content: [textPart('second')], busy: 'queue', model: 'large', planMode: true });
  fixture.send(id, 'third');
  expect(local.chat(id)).toMatchObject({ model: '', plan_mode: 0 });
  runtime.end(id);
  await settle();
  expect(fixture.queued(id)).toEqual(['third']);
  expect(runtime.turns[1]).toMatchObject({
    prompt: [{ text: 'second' }],
    settings: { model: 'large', planMode: true },
  });
  expect(chats.messages(id).map((row) => row.queued_message_id !== null)).toEqual([false, true]);
  runtime.end(id);
  await settle();
  expect(runtime.turns[2]).toMatchObject({ prompt: [{ text: 'third' }], settings: { model: 'large' } });
});

test('a send to a failed chat with a queue runs the old head', async () => {
  const id = await chatIn('E1');
  const { queued, inserted, message } = fixture.send(id, 'newest');
  expect(message).toBeNull();
  expect(inserted.map((row) => row.content)).toEqual([JSON.stringify([textPart('queued')])]);
  expect(fixture.queued(id)).toEqual(['newest']);
  expect(queued?.content).toBe(JSON.stringify([textPart('newest')]));
  expect(fixture.local.chat(id).last_error).toBeNull();
});

test('the queue has at most 20 messages', () => {
  const { id } = fixture.create();
  for (let count = 0; count < 20; count++) fixture.send(id, `message ${count}`);
  expect(refusal(() => fixture.send(id, 'too much'))).toEqual([
    429,
    'Message queue is full.',
    'Maximum 20 messages can be queued.',
  ]);
  expect(fixture.queued(id)).toHaveLength(20);
});

test('a turn that ends while the head is being edited pauses the chat until the edit ends', async () => {
  const { local, runtime, chats } = fixture;
  const { id } = fixture.create();
  fixture.send(id, 'draft');
  fixture.send(id, 'other');
  const [head, other] = chats.queue(id);
  local.editQueued(id, head?.id ?? 0, { editing: true });
  runtime.end(id);
  await settle();
  expect(fixture.status(id)).toBe('paused');
  expect(refusal(() => local.editQueued(id, other?.id ?? 0, { editing: true }))).toEqual([
    409,
    'Only the next queued message can be edited while the chat is paused.',
  ]);
  local.editQueued(id, head?.id ?? 0, { content: [textPart('final')], editing: false });
  expect(fixture.status(id)).toBe('running');
  expect(runtime.turns[1]?.prompt).toEqual([{ type: 'text', text: 'final' }]);
});

test('an edit of a message drops the session, later messages and the queue, and starts after the old processes', async () => {
  const { local, runtime, chats } = fixture;
  const { id } = fixture.create({ content: [textPart('first')] });
  runtime.listener.session(id, storedSession, null);
  runtime.say(id, 'First answer.');
  runtime.end(id);
  await settle();
  const second = fixture.send(id, 'second').message;
  runtime.say(id, 'half an ans');
  fixture.send(id, 'queued');
  await fixture.clock.advance(100);
  runtime.holdsCloses = true;
  const edit = local.editMessage(id, second?.id ?? 0, { content: [textPart('other second')] });
  expect(edit.deletedIds).toHaveLength(2);
  expect(fixture.queued(id)).toEqual([]);
  expect(local.growing(id)).toBeNull();
  expect(runtime.turns).toHaveLength(2);
  // The runtime still reports the turn that was edited.
  runtime.say(id, 'wer');
  runtime.closes.shift()?.();
  await settle();
  expect(runtime.turns).toHaveLength(3);
  expect(runtime.turns[2]).toMatchObject({
    session: null,
    prompt: [{ text: 'other second' }],
    earlier: 'User:\nfirst\n\nAssistant:\nFirst answer.',
  });
  expect(fixture.status(id)).toBe('running');
  runtime.say(id, 'Another answer.');
  runtime.end(id);
  await settle();
  expect(fixture.stored(id).map(([role, [part]]) => [role, part?.text])).toEqual([
    ['user', 'first'],
    ['assistant', 'First answer.'],
    ['user', 'other second'],
    ['assistant', 'Another answer.'],
  ]);
  expect(chats.deletedCount(id)).toBe(2);
});

test('an edit that is interrupted before it started never starts', async () => {
  const { local, runtime, chats } = fixture;
  const { id } = fixture.create();
  runtime.holdsCloses = true;
  local.editMessage(id, chats.messages(id)[0]?.id ?? 0, { content: [textPart('edited')] });
  local.interrupt(id);
  await settle();
  expect(fixture.status(id)).toBe('waiting');
  runtime.closes.shift()?.();
  await settle();
  expect(runtime.turns).toHaveLength(1);
  expect(local.isIdle).toBe(true);
});

test('two edits in a row start one turn, with the last text', async () => {
  const { local, runtime, chats } = fixture;
  const { id } = fixture.create();
  runtime.holdsCloses = true;
  const first = local.editMessage(id, chats.messages(id)[0]?.id ?? 0, { content: [textPart('one')] });
  local.editMessage(id, first.message.id, { content: [textPart('two')] });
  for (const close of runtime.closes.splice(0)) close();
  await settle();
  expect(runtime.turns.map(({ prompt }) => prompt)).toMatchObject([[{ text: 'Hello' }], [{ text: 'two' }]]);
});

test('plan mode, unknown and missing agents are refused before anything is stored', () => {
  expect(refusal(() => fixture.create({ agent: 'plain', planMode: true }))).toEqual([
    400,
    'Plain Agent has no plan mode.',
  ]);
  expect(refusal(() => fixture.create({ agent: 'nobody' }))).toEqual([400, 'Unknown agent "nobody".']);
  expect(refusal(() => fixture.create({ agent: 'absent' }))).toEqual([
    400,
    'Absent Agent: not installed. Run: npm install absent',
  ]);
  expect(fixture.chats.chats()).toEqual([]);
  const { id } = fixture.create({ agent: 'plain' });
  expect(refusal(() => fixture.local.configure(id, { planMode: true }))).toEqual([
    400,
    'Plain Agent has no plan mode.',
  ]);
});

test('the environment of a request is stored with the message, and replaced by the next one', () => {
  const { id } = fixture.create({ environment: { A: '1' } });
  expect(fixture.runtime.turns[0]?.env).toEqual({ A: '1', TAG: id });
  fixture.local.send(id, { content: [textPart('more')], busy: 'queue', environment: { B: '2' } });
  expect(fixture.chats.repository.environment(id)).toEqual({ B: '2' });
});
