import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { endCutOffTurns } from '../../../src/local/chats/chat-recovery.ts';
import type { WirePart } from '../../../src/local/chats/chat-row-types.ts';
import type { ChatChange } from '../../../src/local/chats/chat-table.ts';
import { ProcessesSurvived } from '../../../src/local/processes/end-processes.ts';
import { type ChatsFixture, chatsFixture, storedSession, textPart } from './chats-fixture.ts';

let fixture: ChatsFixture;
beforeEach(() => {
  fixture = chatsFixture();
});
afterEach(() => {
  vi.restoreAllMocks();
  fixture.dispose();
});

const never = new AbortController().signal;
const settle = () => fixture.clock.settle();
const refused = (status: number, message?: string) =>
  expect.objectContaining({ status, ...(message !== undefined && { message }) });

/** A chat that waits. */
async function waitingChat(request: Parameters<ChatsFixture['create']>[0] = {}): Promise<string> {
  const { id } = fixture.create(request);
  fixture.runtime.say(id, 'Done.');
  fixture.runtime.end(id);
  await settle();
  return id;
}

describe('properties', () => {
  test('unread: a finished answer above the read cursor', async () => {
    const { local, runtime } = fixture;
    const id = await waitingChat();
    expect(local.isUnread(local.chat(id))).toBe(true);
    local.markRead(id, true);
    expect(local.isUnread(local.chat(id))).toBe(false);
    fixture.send(id, 'more');
    runtime.say(id, 'Half');
    await fixture.clock.advance(50);
    // A stream that ends in the turn has not shown its end.
    local.markRead(id, true);
    runtime.end(id);
    await settle();
    expect(local.isUnread(local.chat(id))).toBe(true);
    local.markRead(id, true);
    local.markRead(id, false);
    expect(local.isUnread(local.chat(id))).toBe(true);
  });

  test('a mark that changes nothing writes nothing', async () => {
    const { local } = fixture;
    const id = await waitingChat();
    local.markRead(id, true);
    const changes: ChatChange[] = [];
    local.onChange((change) => changes.push(change));
    local.markRead(id, true);
    expect(changes).toEqual([]);
  });

  test('pinned chats are numbered from 1 without gaps, and first in the list', async () => {
    const { local, chats } = fixture;
    const [a, b, c] = [await waitingChat(), await waitingChat(), await waitingChat()];
    for (const id of [a, b, c]) local.pin(id, 9);
    expect(chats.chats().map(({ id }) => id)).toEqual([a, b, c]);
    local.pin(c, 1);
    expect(chats.chats().map(({ id, pin_order: place }) => [id, place])).toEqual([
      [c, 1],
      [a, 2],
      [b, 3],
    ]);
    local.archive(a, true);
    expect(chats.chats().map(({ id, pin_order: place }) => [id, place])).toEqual([
      [c, 1],
      [b, 2],
      [a, 0],
    ]);
    expect(() => local.pin(a, 1)).toThrow(refused(400, 'Cannot pin an archived chat.'));
  });

  test('titles are trimmed, and have 1 to 200 characters', async () => {
    const { local } = fixture;
    const id = await waitingChat();
    local.rename(id, `  ${'ü'.repeat(200)} `);
    expect(local.chat(id)).toMatchObject({ title: 'ü'.repeat(200), has_own_title: 1 });
    expect(() => local.rename(id, ' ')).toThrow(refused(400, 'Title cannot be empty.'));
    expect(() => local.rename(id, 'x'.repeat(201))).toThrow(refused(400));
  });

  test('a mode changes in the running session as well', async () => {
    const { local, runtime } = fixture;
    const { id } = fixture.create();
    local.configure(id, { permissionMode: 'edits', planMode: true });
    expect(runtime.calls.at(-1)).toEqual([
      'configure',
      id,
      { permissionMode: 'edits', planMode: true, model: '', effort: '' },
    ]);
    expect(local.chat(id)).toMatchObject({ permission_mode: 'edits', plan_mode: 1 });
  });

  test('another directory begins another session', async () => {
    const { local, runtime } = fixture;
    const { id } = fixture.create();
    expect(() => local.moveTo(id, '/other')).toThrow(refused(409));
    runtime.listener.session(id, storedSession, null);
    runtime.end(id);
    await settle();
    local.moveTo(id, '/other');
    await settle();
    fixture.send(id, 'go');
    expect(runtime.turns[1]).toMatchObject({ directory: '/other', session: null, earlier: 'User:\nHello' });
  });
});

describe('archive and delete', () => {
  test('an archive ends the processes; the next message after it resumes the session', async () => {
    const { local, runtime } = fixture;
    const { id } = fixture.create();
    runtime.listener.session(id, storedSession, null);
    runtime.end(id);
    await settle();
    local.archive(id, true);
    expect(runtime.calls.at(-1)).toEqual(['close', id]);
    await settle();
    local.archive(id, false, { A: '1' });
    expect(runtime.turns).toHaveLength(1);
    fixture.send(id, 'again');
    expect(runtime.turns[1]).toMatchObject({ session: storedSession, env: { A: '1' } });
  });

  test('a send while the processes of an archived chat still end starts after that', async () => {
    const { local, runtime } = fixture;
    const id = await waitingChat();
    runtime.holdsCloses = true;
    local.archive(id, true);
    local.archive(id, false);
    fixture.send(id, 'again');
    expect(runtime.turns).toHaveLength(1);
    expect(local.isIdle).toBe(false);
    runtime.closes.shift()?.();
    await settle();
    expect(runtime.turns).toHaveLength(2);
  });

  test('an archived chat is deleted with all its rows once its processes have ended', async () => {
    const { local, runtime, chats } = fixture;
    const file = local.addFile({ name: 'a.txt', media_type: 'text/plain', bytes: Buffer.from('text') });
    const id = await waitingChat({
      content: [textPart('Read'), { type: 'file', file_id: file }],
      environment: { A: '1' },
    });
    await expect(local.remove(id, never)).rejects.toThrow(
      refused(409, 'Only an archived chat can be deleted.'),
    );
    local.archive(id, true);
    await settle();
    runtime.holdsCloses = true;
    const changes: ChatChange[] = [];
    local.onChange((change) => changes.push(change));
    const removed = local.remove(id, never);
    await settle();
    expect(chats.chat(id)).not.toBeNull();
    runtime.closes.shift()?.();
    await removed;
    expect(changes).toEqual([{ chatId: id, kind: 'deleted' }]);
    expect(chats.chat(id)).toBeNull();
    expect(chats.messages(id)).toEqual([]);
    expect(chats.file(file)).toBeNull();
    expect(chats.repository.environment(id)).toBeNull();
    expect(fixture.removed).toEqual([id]);
    await expect(local.remove(id, never)).rejects.toThrow(refused(404));
  });

  test('a chat that is unarchived meanwhile stays', async () => {
    const { local, runtime, chats } = fixture;
    const id = await waitingChat();
    local.archive(id, true);
    await settle();
    runtime.holdsCloses = true;
    const removed = local.remove(id, never);
    local.archive(id, false);
    runtime.closes.shift()?.();
    await expect(removed).rejects.toThrow(refused(409));
    expect(chats.chat(id)).not.toBeNull();
  });

  test('processes that survive keep the chat', async () => {
    const { local, runtime, chats } = fixture;
    const id = await waitingChat();
    local.archive(id, true);
    await settle();
    vi.spyOn(runtime, 'close').mockRejectedValue(new ProcessesSurvived('still running: 4711'));
    await expect(local.remove(id, never)).rejects.toThrow(refused(409));
    expect(chats.chat(id)).not.toBeNull();
  });
});

describe('the end of the server', () => {
  const cutOff = { message: 'The turn was cut off when the server ended.', kind: 'generic', retryable: true };

  /** A chat in a turn, with half an answer, a running tool, an open request and a queue. */
  async function busyChat(): Promise<string> {
    const { runtime } = fixture;
    const { id } = fixture.create();
    runtime.listener.session(id, storedSession, null);
    runtime.say(id, 'Half an ans');
    runtime.tool(id, { id: 'tool', title: 'Build', status: 'in_progress', outputDelta: 'compiling' });
    runtime.ask(id, 'request');
    fixture.send(id, 'queued');
    await fixture.clock.advance(50);
    return id;
  }

  const expectCutOff = (after: ChatsFixture, id: string): void => {
    const chat = after.local.chat(id);
    expect(chat.status).toBe('error');
    expect(JSON.parse(chat.last_error ?? '')).toEqual(cutOff);
    expect(chat.session).toBe(JSON.stringify(storedSession));
    expect(after.queued(id)).toEqual(['queued']);
    expect(after.chats.openPermissions(id)).toEqual([]);
    const parts: readonly WirePart[] = after.stored(id).at(-1)?.[1] ?? [];
    expect(parts[0]).toEqual(textPart('Half an ans'));
    expect(parts.filter(({ type }) => type === 'tool-result')).toMatchObject([
      { tool_call_id: 'tool', is_error: true, result: { output: 'compiling' } },
      { tool_call_id: 'request-tool', is_error: true },
      { tool_call_id: 'request', is_error: true, result: { error: 'The agent ended before you answered.' } },
    ]);
    expect(parts.at(-1)).toEqual({ type: 'hook-notice', text: cutOff.message });
    expect(after.chats.messages(id).every(({ growing }) => growing === 0)).toBe(true);
  };

  test('a close cuts off the turns, and stores everything that came', async () => {
    const id = await busyChat();
    const closed = fixture.local.close(100);
    await fixture.clock.advance(0);
    await closed;
    expectCutOff(fixture, id);
  });

  test('after a crash the next server says so, and the next message resumes', async () => {
    const id = await busyChat();
    const next = fixture.restart();
    endCutOffTurns(next.chats, next.clock.wall());
    expectCutOff(next, id);
    endCutOffTurns(next.chats, next.clock.wall());
    expectCutOff(next, id);
    next.send(id, 'continue');
    expect(next.runtime.turns).toMatchObject([{ session: storedSession, prompt: [{ text: 'queued' }] }]);
  });

  test('chats without a turn stay as they were', async () => {
    const id = await waitingChat();
    const before = fixture.local.chat(id);
    const next = fixture.restart();
    endCutOffTurns(next.chats, next.clock.wall());
    expect(next.local.chat(id)).toEqual(before);
  });

  test('a turn that waited for the end of old processes is cut off too', async () => {
    const { local, runtime, chats } = fixture;
    const { id } = fixture.create();
    runtime.holdsCloses = true;
    local.editMessage(id, chats.messages(id)[0]?.id ?? 0, { content: [textPart('edited')] });
    const closed = local.close(100);
    for (const close of runtime.closes.splice(0)) close();
    await closed;
    expect(runtime.turns).toHaveLength(1);
    expect(local.chat(id)).toMatchObject({ status: 'error', last_error: JSON.stringify(cutOff) });
    expect(fixture.stored(id).map(([role, [part]]) => [role, part?.text])).toEqual([
      ['user', 'edited'],
      ['assistant', cutOff.message],
    ]);
  });
});

describe('attachments', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(8)]);
  const file = (id: string): WirePart => ({ type: 'file', file_id: id });

  test('reach the agent as images and as text', () => {
    const { local, runtime, chats } = fixture;
    const image = local.addFile({ name: 'a.png', media_type: 'image/png', bytes: png });
    const text = local.addFile({ name: 'a.csv', media_type: 'text/csv', bytes: Buffer.from('a,b') });
    const { id } = fixture.create({
      content: [
        textPart('Look'),
        file(image),
        file(text),
        { type: 'file-reference', file_name: 'src/a.ts', start_line: 3, end_line: 4, content: 'code' },
      ],
    });
    expect(runtime.turns[0]?.prompt).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image', mediaType: 'image/png', data: png.toString('base64') },
      { type: 'file', name: 'a.csv', mediaType: 'text/csv', text: 'a,b' },
      { type: 'text', text: 'src/a.ts, lines 3-4:\ncode' },
    ]);
    expect(
      chats
        .filesOf(id)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a.csv', 'a.png']);
  });

  test('that the agent cannot read are refused with the reason', () => {
    const { local, chats, clock } = fixture;
    const image = local.addFile({ name: 'a.png', media_type: 'image/png', bytes: png });
    const pdf = local.addFile({
      name: 'a.pdf',
      media_type: 'application/pdf',
      bytes: Buffer.from('%PDF-1.7'),
    });
    const { id } = fixture.create();
    chats.putOffer(
      'fake',
      {
        version: '',
        models: [],
        currentModel: '',
        modes: [],
        currentMode: '',
        efforts: [],
        currentEffort: '',
        takesImages: false,
      },
      clock.wall(),
    );
    for (const [part, detail] of [
      [file(image), 'content[0]: fake does not take images.'],
      [file(pdf), 'content[0]: agents on this machine do not read application/pdf files.'],
      [
        file('00000000-0000-4000-8000-000000000000'),
        'content[0].file_id references a file that does not exist.',
      ],
    ] as const) {
      expect(() => local.send(id, { content: [part], busy: 'queue' })).toThrow(
        expect.objectContaining({ status: 400, message: 'Invalid input part.', detail }),
      );
    }
    expect(fixture.queued(id)).toEqual([]);
  });

  test.each<[name: string, media_type: string, bytes: Buffer, status: number]>([
    ['another type', 'text/html', Buffer.from('<p>'), 400],
    ['an empty file', 'text/plain', Buffer.alloc(0), 400],
    ['a PNG that is none', 'image/png', Buffer.from('GIF89a'), 400],
    ['a file above 10 MiB', 'text/plain', Buffer.alloc((10 << 20) + 1), 413],
  ])('%s is refused', (_name, media_type, bytes, status) => {
    expect(() => fixture.local.addFile({ name: 'x', media_type, bytes })).toThrow(refused(status));
  });

  test('beyond 50 files of a chat are warned about', async () => {
    const { local, chats } = fixture;
    const files = Array.from({ length: 51 }, (_, index) =>
      local.addFile({ name: `${index}.txt`, media_type: 'text/plain', bytes: Buffer.from('x') }),
    );
    const { id } = fixture.create();
    expect(local.send(id, { content: files.map(file), busy: 'queue' }).warnings).toEqual([
      '1 file(s) could not be attached: a chat can have at most 50 files.',
    ]);
    expect(chats.filesOf(id)).toHaveLength(50);
  });
});

test('pages of messages: newest first, oldest first after an id, the queue only without bounds', async () => {
  const { local, runtime } = fixture;
  const id = await waitingChat();
  for (const text of ['two', 'three']) {
    fixture.send(id, text);
    runtime.say(id, `answer ${text}`);
    runtime.end(id);
    await settle();
  }
  fixture.send(id, 'four');
  fixture.send(id, 'queued');
  const page = (limit: number, before: number | null = null, after: number | null = null) => {
    const { messages, queue, hasMore } = local.messages(id, { limit, before, after });
    return [messages.map((message) => message.id), queue.length, hasMore];
  };
  const [first, second, , fourth, fifth, , seventh] = fixture.chats.messages(id).map((message) => message.id);
  expect(page(2)).toEqual([[seventh, expect.any(Number)], 1, true]);
  expect(page(10, second)).toEqual([[first], 0, false]);
  expect(page(2, null, fourth)).toEqual([[fifth, expect.any(Number)], 0, true]);
  expect(local.prompts(id, 3).map(({ text }) => text)).toEqual(['four', 'three', 'two']);
});
