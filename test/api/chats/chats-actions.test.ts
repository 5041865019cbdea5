import { describe, expect, it } from 'vitest';
import { chatFacts } from '../../../src/domain/task.ts';
import { CUT_BEFORE, LOST_ANSWER } from '../../support/chats/faults.ts';
import { TEMPLATE_ID } from '../../support/chats/workspaces.ts';
import { errorOf } from '../api-fixture.ts';
import { chatWith, newChat, signal, startWrites } from './writes-fixture.ts';

const GATEWAY = expect.stringContaining('AI Gateway must be enabled');

describe('interrupt', () => {
  it('ends the turn, and the next queued message runs', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['next'] });
    const patch = await writes.run('interrupt', chatWith(id), signal);
    expect(patch.task && chatFacts(patch.task)?.status).toBe('interrupting');
    chats.agent(id).stop();
    expect(chats.prompts(id).at(-1)).toBe('next');
  });

  it.each(['waiting', 'error'] as const)('of a chat that is %s is no failure', async (status) => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed({ status });
    const patch = await writes.run('interrupt', chatWith(id), signal);
    expect(patch.task && chatFacts(patch.task)?.status).toBe(status);
  });

  it('can clear the queue too', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['one', 'two'] });
    await writes.run('interrupt-all', chatWith(id), signal);
    chats.agent(id).stop();
    expect(chats.chat(id).status).toBe('waiting');
    expect(chats.queue(id)).toEqual([]);
  });
});

describe('archive', () => {
  it('of an idle chat is one change, and restore reverts it', async () => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed();
    const patch = await writes.run('archive', chatWith(id), signal);
    expect(patch).toMatchObject({ isRemoved: true, task: { facts: { archived: true } } });
    expect((await writes.run('restore', chatWith(id), signal)).task).toMatchObject({
      facts: { archived: false },
    });
    expect(server.chats.chat(id).archived).toBe(false);
  });

  it('of a running chat clears its queue, interrupts it and waits until the turn has ended', async () => {
    const { server, writes } = await startWrites({ stopsAfterMs: 300 });
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['one', 'two'] });
    await writes.run('archive', chatWith(id), signal);
    expect(chats.chat(id)).toMatchObject({ archived: true, status: 'waiting' });
    expect(chats.prompts(id)).not.toContain('one');
  });

  it.each([true, false])('of a chat that is so already succeeds (%s)', async (archived) => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed({ archived });
    await writes.run(archived ? 'archive' : 'restore', chatWith(id), signal);
    expect(server.chats.chat(id).archived).toBe(archived);
  });

  it('of a sub-agent says why not', async () => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed({ parent: server.chats.seed() });
    expect(await errorOf(writes.run('archive', chatWith(id), signal))).toMatchObject({
      kind: 'invalid',
      message: 'Chat archive state can only be changed on the root chat.',
    });
  });

  it('is found out after a lost answer', async () => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed();
    server.chats.faults.plan('update', LOST_ANSWER);
    expect(await writes.run('archive', chatWith(id), signal)).toMatchObject({ isRemoved: true });
    const other = server.chats.seed();
    server.chats.faults.plan('update', CUT_BEFORE);
    expect(await errorOf(writes.run('archive', chatWith(other), signal))).toMatchObject({
      tookEffect: 'maybe',
    });
    expect(server.chats.chat(other).archived).toBe(false);
  });
});

describe('continue', () => {
  it('runs the head of the queue of a failed chat', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'error', queue: ['one', 'two'] });
    const patch = await writes.run('continue', chatWith(id), signal);
    expect(patch.task && chatFacts(patch.task)?.status).toBe('running');
    expect(chats.prompts(id).at(-1)).toBe('one');
  });

  it('says that the queue is empty', async () => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed({ status: 'error' });
    expect(await errorOf(writes.run('continue', chatWith(id), signal))).toMatchObject({
      kind: 'conflict',
      message: 'Its queue is empty. A new message continues it.',
      tookEffect: 'no',
    });
  });
});

it('pin and unpin move the chat', async () => {
  const { server, writes } = await startWrites();
  server.chats.seed({ pinOrder: 1 });
  const id = server.chats.seed();
  expect((await writes.run('pin', chatWith(id), signal)).task).toMatchObject({ facts: { pinOrder: 2 } });
  expect((await writes.run('unpin', chatWith(id), signal)).task).toMatchObject({ facts: { pinOrder: 0 } });
});

describe('the read mark', () => {
  it('is set and removed where the server knows it', async () => {
    const { server, writes } = await startWrites();
    const id = server.chats.seed();
    expect((await writes.run('mark-unread', chatWith(id), signal)).task).toMatchObject({
      facts: { unread: true },
    });
    await writes.markRead(chatWith(id), signal);
    expect(server.chats.chat(id).unread).toBe(false);
  });

  it('is not believed where the server ignores it', async () => {
    const { server, writes } = await startWrites({ read: false });
    const id = server.chats.seed();
    expect(await errorOf(writes.run('mark-unread', chatWith(id), signal))).toMatchObject({
      message: 'This server cannot mark a chat as unread.',
    });
  });

  it('is tried once on a server that ignores it', async () => {
    const { server, writes, requests } = await startWrites({ read: false });
    const id = server.chats.seed({ unread: true });
    await writes.markRead(chatWith(id), signal);
    const count = requests().length;
    await writes.markRead(chatWith(id), signal);
    expect(requests()).toHaveLength(count);
  });
});

describe('the queue', () => {
  it('loses a cancelled message', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['one', 'two'] });
    const [one] = chats.queue(id);
    await writes.cancelQueued(chatWith(id), String(one?.id), signal);
    expect(chats.queue(id).map(({ text }) => text)).toEqual(['two']);
    const gone = writes.cancelQueued(chatWith(id), String(one?.id), signal);
    expect(await errorOf(gone)).toMatchObject({ kind: 'not-found', tookEffect: 'no' });
  });

  it('cancels again when the first request did not arrive', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['one'] });
    chats.faults.plan('delete queued', CUT_BEFORE);
    await writes.cancelQueued(chatWith(id), String(chats.queue(id)[0]?.id), signal);
    expect(chats.queue(id)).toEqual([]);
  });

  it('runs a message next', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'running', queue: ['one', 'two'] });
    await writes.sendQueuedNow(chatWith(id), String(chats.queue(id)[1]?.id), signal);
    chats.agent(id).stop();
    expect(chats.prompts(id).at(-1)).toBe('two');
  });

  it('says when an accepted promotion starts nothing', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({ status: 'error', queue: ['one'] });
    const accepted = { message: 'Queued message promotion accepted.' };
    chats.faults.plan('promote', { answer: { status: 202, body: accepted } });
    const refused = writes.sendQueuedNow(chatWith(id), String(chats.queue(id)[0]?.id), signal);
    expect((await errorOf(refused)).message).toBe(
      'The server accepted it, but the message still waits in its queue (status error).',
    );
  });
});

describe('an edit of the last message', () => {
  it('replaces it, what follows, and the queue', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed({
      status: 'running',
      messages: [
        ['user', 'Fix it'],
        ['assistant', 'Done.'],
        ['user', 'And the docs'],
        ['assistant', 'Hm.'],
      ],
      queue: ['one'],
    });
    const last = chats.messages(id).findLast(({ role }) => role === 'user');
    await writes.editMessage(chatWith(id), last?.id ?? 0, 'And the tests', signal);
    expect(chats.messages(id).map(({ text }) => text)).toEqual(['Fix it', 'Done.', 'And the tests']);
    expect(chats.queue(id)).toEqual([]);
  });

  it('does not delete a message that was sent meanwhile', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed();
    const [first] = chats.messages(id);
    chats.web.send(id, 'From the web');
    expect(await errorOf(writes.editMessage(chatWith(id), first?.id ?? 0, 'x', signal))).toMatchObject({
      kind: 'conflict',
      tookEffect: 'no',
    });
    expect(chats.prompts(id).at(-1)).toBe('From the web');
  });

  it.each([
    [LOST_ANSWER, null],
    [CUT_BEFORE, { tookEffect: 'maybe' }],
  ])('with %o is found out', async (fault, failure) => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    const id = chats.seed();
    chats.faults.plan('edit message', fault);
    const edit = writes.editMessage(chatWith(id), chats.messages(id)[0]?.id ?? 0, 'Fix all', signal);
    if (failure === null) await edit;
    else expect(await errorOf(edit)).toMatchObject(failure);
  });
});

it('a title is trimmed, and proposed', async () => {
  const { server, writes } = await startWrites();
  const id = server.chats.seed();
  expect(await writes.proposeTitle(chatWith(id), signal)).toMatch(/^Proposed: /u);
  await writes.rename(chatWith(id), ' Auth: clock ', signal);
  expect(server.chats.chat(id).title).toBe('Auth: clock');
});

describe('create', () => {
  it('sends the choices of the form, and the label', async () => {
    const { server, writes } = await startWrites();
    const created = await writes.create(
      newChat({ effort: 'high', planMode: true, modelId: 'e5e5e5e5-0000-4000-8000-000000000006' }),
      signal,
      'abc-1',
    );
    expect(created).toMatchObject({
      source: 'chats',
      facts: { status: 'running', effort: 'high', planMode: true },
    });
    expect(server.chats.chat(created.id).labels).toEqual({ taskdeck: 'abc-1' });
    expect(server.chats.prompts(created.id)).toEqual(['Fix the clock']);
  });

  it('is found by its label after a lost answer, and only then', async () => {
    const { server, writes } = await startWrites();
    const { chats } = server;
    chats.seed();
    chats.faults.plan('create', LOST_ANSWER);
    expect(await errorOf(writes.create(newChat(), signal, 'abc-1'))).toMatchObject({ tookEffect: 'maybe' });
    expect((await writes.findCreated('abc-1', signal))?.id).toBe(chats.ids.at(-1));
    chats.agent(chats.ids.at(-1) ?? '').finish();
    chats.web.update(chats.ids.at(-1) ?? '', { archived: true });
    expect((await writes.findCreated('abc-1', signal))?.id).toBe(chats.ids.at(-1));
    chats.faults.plan('create', CUT_BEFORE);
    await errorOf(writes.create(newChat(), signal, 'abc-2'));
    expect(await writes.findCreated('abc-2', signal)).toBeNull();
  });

  it('names the role when it is refused', async () => {
    const { writes } = await startWrites({ role: 'none' });
    const { kind, hint } = await errorOf(writes.create(newChat(), signal));
    expect(kind).toBe('forbidden');
    expect(hint).toContain('agents-access');
  });
});

describe('without the AI Gateway', () => {
  it.each([
    [
      'send',
      (writes: Awaited<ReturnType<typeof startWrites>>['writes'], id: string) =>
        writes.send(chatWith(id), 'go', signal),
    ],
    [
      'create',
      (writes: Awaited<ReturnType<typeof startWrites>>['writes']) => writes.create(newChat(), signal),
    ],
    [
      'archive',
      (writes: Awaited<ReturnType<typeof startWrites>>['writes'], id: string) =>
        writes.run('archive', chatWith(id), signal),
    ],
    [
      'rename',
      (writes: Awaited<ReturnType<typeof startWrites>>['writes'], id: string) =>
        writes.rename(chatWith(id), 'x', signal),
    ],
  ] as const)('%s says so, and that nothing was sent', async (_, request) => {
    const { server, writes } = await startWrites({ gateway: false });
    const id = server.chats.seed();
    expect(await errorOf(request(writes, id))).toMatchObject({
      kind: 'invalid',
      message: GATEWAY,
      tookEffect: 'no',
    });
  });
});

it('starts and stops the workspace', async () => {
  const { server, writes } = await startWrites({ buildMs: null });
  const { chats } = server;
  const workspaceId = String(chats.workspaces.create('dev', TEMPLATE_ID, undefined).id);
  chats.workspaces.finishBuild(workspaceId);
  const id = chats.seed({ workspaceId });
  await writes.run('stop-workspace', chatWith(id), signal);
  expect(server.requests.at(-1)).toMatchObject({
    method: 'POST',
    target: `/api/v2/workspaces/${workspaceId}/builds`,
    body: expect.stringContaining('stop'),
  });
  const without = chats.seed();
  expect((await errorOf(writes.run('start-workspace', chatWith(without), signal))).message).toBe(
    'It has no workspace.',
  );
});

it('archives a chat of which only a sub-agent works', async () => {
  const { server, writes } = await startWrites({ stopsAfterMs: 50 });
  const { chats } = server;
  const id = chats.seed();
  const child = chats.seed({ parent: id, status: 'running', queue: ['next'] });
  await writes.run('archive', chatWith(id), signal);
  expect(chats.chat(id).archived).toBe(true);
  expect(chats.chat(child)).toMatchObject({ archived: true, status: 'waiting' });
});
