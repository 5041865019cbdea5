import { describe, expect, it } from 'vitest';
import { openSocket } from './socket-client.ts';
import { startServer, text } from './start-server.ts';

const textsOf = (events: readonly { type: string; message_part?: { part: { text?: string } } }[]) =>
  events.filter(({ type }) => type === 'message_part').map((event) => event.message_part?.part.text);

describe('the snapshot of a stream', () => {
  it('has the messages, the status and an empty preview of an idle chat', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed();
    const client = await openSocket(server, `/api/v2/chats/${id}/stream`);
    await client.until(({ types }) => types.includes('preview_reset'));
    expect(client.types).toEqual(['message', 'message', 'status', 'preview_reset']);
    expect(client.events[0]).toMatchObject({ chat_id: id, message: { id: chats.messages(id)[0]?.id } });
  });

  it('begins after a message, and has the parts of the turn under way from the first', async () => {
    const { server, chats } = await startServer();
    const id = chats.seed({ queue: ['Next'], status: 'running' });
    const [first] = chats.messages(id);
    const agent = chats.agent(id);
    agent.write('I ');
    agent.write('run');
    const client = await openSocket(server, `/api/v2/chats/${id}/stream?after_id=${first?.id}`);
    await client.until(({ types }) => types.filter((type) => type === 'message_part').length === 2);
    expect(client.types).toEqual([
      'message',
      'queue_update',
      'status',
      'preview_reset',
      'message_part',
      'message_part',
    ]);
    expect(client.events.slice(4).map(({ message_part }) => message_part.seq)).toEqual([1, 2]);
  });
});

it('shows a turn part by part and ends with its message', async () => {
  const { server, chats, call } = await startServer();
  const id = chats.seed();
  const client = await openSocket(server, `/api/v2/chats/${id}/stream?after_id=999999`);
  await client.until(({ types }) => types.includes('preview_reset'));
  const before = client.events.length;
  await call('POST', `/${id}/messages`, text('Run it'));
  const agent = chats.agent(id);
  agent.write('Running ');
  agent.write('it');
  const run = agent.beginCall('execute');
  agent.writeArgs(run, '{"command":');
  agent.writeArgs(run, '"make"}');
  agent.writeResult(run, 'ok');
  agent.finish();
  await client.until(({ types }) => types.filter((type) => type === 'status').length === 3);
  expect(client.types.slice(before)).toEqual([
    'message',
    'status',
    'preview_reset',
    ...Array.from({ length: 6 }, () => 'message_part'),
    'message',
    'message',
    'status',
    'preview_reset',
  ]);
  expect(textsOf(client.events)).toEqual(['Running ', 'it', undefined, undefined, undefined, undefined]);
  const [assistant, tool] = client.events.filter(({ type }) => type === 'message').slice(1);
  expect(assistant.message.content).toEqual([
    { type: 'text', text: 'Running it' },
    { type: 'tool-call', tool_call_id: run, tool_name: 'execute', args: { command: 'make' } },
  ]);
  expect(tool.message).toMatchObject({ role: 'tool', content: [{ result: { output: 'ok' } }] });
});

it('reports changes of chats to the watch socket', async () => {
  const { server, chats, call } = await startServer();
  const id = chats.seed({ unread: true });
  const client = await openSocket(server, '/api/v2/chats/watch');
  await call('POST', `/${id}/messages`, text('Go on'));
  chats.agent(id).finish({ summary: 'All green.' });
  await client.until(({ types }) => types.length >= 3);
  expect(client.types).toEqual(['status_change', 'status_change', 'summary_change']);
  expect(client.events[0]).toMatchObject({
    kind: 'status_change',
    chat: { id, status: 'running', has_unread: false, children: [] },
  });
});
