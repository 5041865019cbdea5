import { describe, expect, it } from 'vitest';
import type { Message, ToolCallPart } from '../../../src/domain/message.ts';
import { textOf } from '../../../src/domain/message.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { neverAborted } from '../api-fixture.ts';
import { type ChatsSource, chatRequests, chatsServer, refOf, sourceAt } from './chats-fixture.ts';

const read = (source: ChatsSource, id: string): Promise<Transcript> =>
  source.transcript(refOf(id), neverAborted());

const callsOf = ({ messages }: Transcript): readonly ToolCallPart[] =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part] : [])));

const idsOf = (messages: readonly Message[]): readonly number[] => messages.map(({ id }) => id);

/** `count` messages, the user's and the agent's in turn. */
const conversation = (count: number) =>
  Array.from({ length: count }, (_, index): ['user' | 'assistant', string] => [
    index % 2 === 0 ? 'user' : 'assistant',
    `message ${index}`,
  ]);

describe('a conversation', () => {
  it('has the messages, oldest first, and the queue', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({
      status: 'running',
      messages: [
        ['user', 'Fix it'],
        ['assistant', 'Which?'],
      ],
      queue: ['Then lint it', 'Then push it'],
    });
    const source = sourceAt(server);

    const transcript = await read(source, id);

    expect(transcript).toMatchObject({ snapshot: false, snapshotAt: null, hasOlder: false });
    expect(transcript.messages.map((message) => [message.role, textOf(message)])).toEqual([
      ['user', 'Fix it'],
      ['agent', 'Which?'],
    ]);
    expect(idsOf(transcript.messages)).toEqual(server.chats.messages(id).map((message) => message.id));
    expect(transcript.queue).toMatchObject([
      { id: String(server.chats.queue(id)[0]?.id), parts: [{ type: 'text', text: 'Then lint it' }] },
      { parts: [{ type: 'text', text: 'Then push it' }] },
    ]);
    expect(await read(source, id)).toBe(transcript);
    expect(await read(source, id)).toBe(transcript);
    expect(chatRequests(server)).toEqual([
      `GET /${id}/messages?limit=200`,
      `GET /${id}/messages?limit=30`,
      `GET /${id}/messages?limit=30`,
    ]);
  });

  it('grows, and keeps the messages that did not change as the same objects', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(150) });
    const source = sourceAt(server);
    const before = await read(source, id);
    server.chats.agent(id).start('More');
    server.chats.agent(id).say('Working.');

    const after = await read(source, id);

    expect(after.messages).toHaveLength(152);
    expect(after.messages.slice(0, 150).every((message, index) => message === before.messages[index])).toBe(
      true,
    );
  });

  it('joins what was written between two requests, however much it is', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(10) });
    const source = sourceAt(server);
    await read(source, id);
    const agent = server.chats.agent(id);
    agent.start('Go');
    for (let index = 0; index < 240; index++) agent.say(`step ${index}`);

    const { messages, hasOlder } = await read(source, id);

    expect(idsOf(messages)).toEqual(server.chats.messages(id).map((message) => message.id));
    expect(hasOlder).toBe(false);
  });

  it('begins again with the newest messages when there are too many new ones', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(10) });
    const source = sourceAt(server);
    await read(source, id);
    const agent = server.chats.agent(id);
    agent.start('Go');
    for (let index = 0; index < 1_000; index++) agent.say(`step ${index}`);

    const { messages, hasOlder } = await read(source, id);

    expect(hasOlder).toBe(true);
    const all = server.chats.messages(id).map((message) => message.id);
    expect(idsOf(messages)).toEqual(all.slice(-messages.length));
    expect(messages.length).toBeGreaterThan(500);
  });

  it('loses what an edit deleted', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(120) });
    const source = sourceAt(server);
    const { messages } = await read(source, id);
    server.chats.web.editMessage(id, messages[60]?.id ?? 0, 'Another way');

    const after = await read(source, id);

    expect(idsOf(after.messages)).toEqual(server.chats.messages(id).map((message) => message.id));
    expect(after.messages).toHaveLength(61);
    expect(after.messages.slice(0, 60)).toEqual(messages.slice(0, 60));
  });

  it('loads older messages, which stay part of it', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(450) });
    const source = sourceAt(server);
    const first = await read(source, id);
    expect([first.messages.length, first.hasOlder]).toEqual([200, true]);

    const older = await source.olderMessages(refOf(id), first.messages[0]?.id ?? 0, neverAborted());
    expect([older.messages.length, older.hasOlder]).toEqual([200, true]);
    const oldest = await source.olderMessages(refOf(id), older.messages[0]?.id ?? 0, neverAborted());
    expect([oldest.messages.length, oldest.hasOlder]).toEqual([50, false]);

    const whole = await read(source, id);
    expect(idsOf(whole.messages)).toEqual(server.chats.messages(id).map((message) => message.id));
    expect(whole.hasOlder).toBe(false);
    expect(whole.messages.slice(0, 50)).toEqual(oldest.messages);
  });

  it('of another run of taskdeck can be continued upwards', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(60) });
    const before = server.chats.messages(id)[40]?.id ?? 0;
    const { messages, hasOlder } = await sourceAt(server).olderMessages(refOf(id), before, neverAborted());
    expect([messages.length, hasOlder]).toEqual([40, false]);
    expect(messages.every((message) => message.id < before)).toBe(true);
  });

  it('can be empty', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [] });
    expect(await read(sourceAt(server), id)).toMatchObject({ messages: [], hasOlder: false, queue: [] });
  });
});

describe('tool calls', () => {
  it('have their results, which are rows of their own', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Test it']], status: 'running' });
    const agent = server.chats.agent(id);
    const call = agent.call('execute', { command: 'go test ./...' });
    const source = sourceAt(server);
    const running = await read(source, id);
    expect(callsOf(running)).toMatchObject([
      { id: call, name: 'execute', kind: 'execute', status: 'running', output: '', endedAt: null },
    ]);

    agent.result(call, {
      success: false,
      output: 'FAIL\n',
      exit_code: 2,
      wall_duration_ms: 1_500,
      error: 'exit status 2',
    });
    const done = await read(source, id);

    expect(idsOf(done.messages)).toEqual(idsOf(running.messages));
    const [part] = callsOf(done);
    expect(part).toMatchObject({ status: 'failed', output: 'FAIL\nexit status 2', exitCode: 2 });
    expect((part?.endedAt ?? 0) - (part?.startedAt ?? 0)).toBe(1_500);
    expect(done.messages[0]).toBe(running.messages[0]);
  });

  it('of the provider have call and result in one message', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Search']], status: 'running' });
    server.chats.agent(id).useOfProvider('web_search', { query: 'clocks' }, 'Two hits');
    const transcript = await read(sourceAt(server), id);
    expect(callsOf(transcript)).toMatchObject([
      { name: 'web_search', kind: 'search', status: 'done', output: 'Two hits' },
    ]);
  });

  it('that begin before the loaded messages are complete once those are loaded', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    const agent = server.chats.agent(id);
    const call = agent.call('read_file', { path: '/repo/a.go', offset: 7 });
    agent.result(call, { content: 'package a' });
    for (let index = 0; index < 199; index++) agent.say(`step ${index}`);
    const source = sourceAt(server);

    const newest = await read(source, id);
    expect(callsOf(newest)).toEqual([]);
    const { messages } = await source.olderMessages(refOf(id), newest.messages[0]?.id ?? 0, neverAborted());

    expect(messages).toHaveLength(2);
    expect(messages[1]?.parts).toMatchObject([
      { name: 'read_file', status: 'done', output: 'package a', places: [{ path: '/repo/a.go', line: 7 }] },
    ]);
  });

  it.each<[string, string, unknown, unknown]>([
    [
      'a list of edits',
      'edit_files',
      { edits: [{ path: '/a', old_text: 'x', new_text: 'y' }] },
      [{ path: '/a', oldText: 'x', newText: 'y' }],
    ],
    [
      'files with edits',
      'edit_files',
      { files: [{ path: '/a', edits: [{ search: 'x', replace: 'y' }] }] },
      [{ path: '/a', oldText: 'x', newText: 'y' }],
    ],
    [
      'edits as text',
      'edit_files',
      { edits: '[{"path":"/a","old_text":"x","new_text":"y"}]' },
      [{ path: '/a', oldText: 'x', newText: 'y' }],
    ],
    ['a file', 'write_file', { path: '/a', content: 'new' }, [{ path: '/a', oldText: null, newText: 'new' }]],
    [
      'nothing readable',
      'edit_files',
      { edits: [7, null] },
      [
        { path: '', oldText: '', newText: '' },
        { path: '', oldText: '', newText: '' },
      ],
    ],
    ['no arguments', 'edit_files', null, []],
  ])('show %s as changes', async (_, tool, args, diffs) => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    server.chats.agent(id).use(tool, args, { ok: true });
    expect(callsOf(await read(sourceAt(server), id))).toMatchObject([{ diffs }]);
  });

  it.each<[string, unknown, string]>([
    ['text', 'plain', 'plain'],
    ['a command without output', { success: true, exit_code: 0, wall_duration_ms: 5 }, ''],
    ['the content of a file', { content: 'package a', total_lines: 1 }, 'package a'],
    ['other data', { a: [1] }, '{\n  "a": [\n    1\n  ]\n}'],
    ['nothing', null, ''],
  ])('show as output: %s', async (_, result, output) => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    server.chats.agent(id).use('a_tool', {}, result);
    expect(callsOf(await read(sourceAt(server), id))).toMatchObject([{ output, status: 'done' }]);
  });

  it('name the chat of a sub-agent', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    const child = server.chats.agent(id).spawn('Find the clock');
    expect(callsOf(await read(sourceAt(server), id))).toMatchObject([
      { name: 'spawn_agent', status: 'done', childId: child },
    ]);
  });

  it('that were interrupted failed', async () => {
    const server = await chatsServer({ stopsAfterMs: null });
    const id = server.chats.seed({ messages: [['user', 'Go']], status: 'running' });
    server.chats.agent(id).call('execute', { command: 'sleep 1000' });
    server.chats.web.interrupt(id);
    server.chats.agent(id).stop();
    const [call] = callsOf(await read(sourceAt(server), id));
    expect(call).toMatchObject({ status: 'failed' });
    expect(call?.output).toMatch(/interrupt/iu);
  });
});

describe('parts', () => {
  const partsOf = async (...parts: Readonly<Record<string, unknown>>[]) => {
    const server = await chatsServer();
    const content = parts.map((part) => ({ type: 'text', ...part }));
    const id = server.chats.seed({
      messages: [
        ['user', 'Go'],
        ['assistant', ...content],
      ],
    });
    return (await read(sourceAt(server), id)).messages[1]?.parts;
  };

  it('are read by their type alone', async () => {
    const empty = { tool_call_id: '', tool_name: '', url: '', start_line: 0, media_type: '' };
    const at = '2026-09-20T09:58:20Z';
    expect(
      await partsOf(
        { ...empty, type: 'reasoning', text: 'Hm.', created_at: at, completed_at: '2026-09-20T09:58:24Z' },
        { ...empty, type: 'text', text: 'Done.' },
        { ...empty, type: 'source', source_id: 's', url: 'https://example.com', title: 'Example' },
        { ...empty, type: 'file', media_type: 'image/png', name: 'a.png', file_id: 'f' },
        { ...empty, type: 'file-reference', file_name: 'a.go', start_line: 2, end_line: 4, content: 'x' },
        { ...empty, type: 'context-file', context_file_path: '/AGENTS.md', context_file_truncated: true },
        { ...empty, type: 'skill', skill_name: 'lint', skill_description: 'Lints' },
        {
          ...empty,
          type: 'workspace-file-reference',
          workspace_file_path: '/w/a.txt',
          name: 'a.txt',
          size: 3,
        },
        { ...empty, type: 'hook-notice', text: 'Allowed by a hook.' },
        { ...empty, type: 'hologram', depth: 3 },
      ),
    ).toEqual([
      { type: 'reasoning', text: 'Hm.', startedAt: Date.parse(at), endedAt: Date.parse(at) + 4_000 },
      { type: 'text', text: 'Done.' },
      { type: 'citation', title: 'Example', url: 'https://example.com' },
      { type: 'file', name: 'a.png', mediaType: 'image/png' },
      { type: 'file-reference', path: 'a.go', startLine: 2, endLine: 4, content: 'x' },
      { type: 'context-file', path: '/AGENTS.md', isTruncated: true },
      { type: 'skill', name: 'lint', description: 'Lints' },
      { type: 'file', name: 'a.txt', mediaType: '', path: '/w/a.txt' },
      { type: 'notice', name: 'hook-notice', text: 'Allowed by a hook.' },
      { type: 'unknown', name: 'hologram', data: { depth: 3 } },
    ]);
  });

  it('with fields of other types break nothing', async () => {
    expect(
      await partsOf(
        { type: 'text', text: 7 },
        { type: 'text', text: 'ok' },
        { type: 'source', url: null, title: [] },
        { type: 'tool-call', tool_call_id: 3, tool_name: null, args: '\u001b[2J' },
        { type: 'reasoning', text: 'x', created_at: 'yesterday' },
      ),
    ).toMatchObject([
      { type: 'text', text: 'ok' },
      { type: 'citation', title: '', url: '' },
      { type: 'tool-call', id: '', name: '', input: '\u001b[2J', status: 'running' },
      { type: 'reasoning', text: 'x' },
    ]);
  });

  it('of the system are not shown', async () => {
    const server = await chatsServer();
    const id = server.chats.seed({ messages: conversation(2) });
    server.chats.row(id).messages.push({
      ...(server.chats.row(id).messages[1] as never as { id: number; content: [] }),
      id: 9_999,
      role: 'system',
    } as never);
    expect((await read(sourceAt(server), id)).messages).toHaveLength(2);
  });
});
