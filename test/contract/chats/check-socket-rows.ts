import { expect } from 'vitest';
import { openSocket, type SocketClient } from './socket-client.ts';
import type { ExpectedEvent, SnapshotRow, Step, StreamRow, WatchRow } from './socket-contract.ts';
import type { ChatsUnderTest } from './under-test.ts';

/* The rows of the socket contract as checks of a server. */

/** Compares the types of all events, and the fields that a row names. */
function expectEvents(events: readonly object[], expected: readonly ExpectedEvent[]): void {
  const names = events.map((event) => ('type' in event ? event.type : 'kind' in event ? event.kind : null));
  expect(names).toEqual(expected.map((each) => (typeof each === 'string' ? each : (each.type ?? each.kind))));
  for (const [index, each] of expected.entries()) {
    if (typeof each === 'string') continue;
    const { absent = [], chat, ...fields } = each;
    const { absent: absentOfChat = [], ...chatFields } = (chat ?? {}) as { absent?: readonly string[] };
    expect(events[index]).toMatchObject({ ...fields, ...(chat !== undefined && { chat: chatFields }) });
    const text = JSON.stringify(events[index]);
    for (const field of [...absent, ...absentOfChat]) expect(text).not.toContain(`"${field}"`);
  }
}

const PLACEHOLDER = /\$(?:first|last|queuedLast|queued)/u;

/** Fills in the ids of messages. */
async function filledIn(server: ChatsUnderTest, id: string, value: unknown): Promise<unknown> {
  if (typeof value !== 'string' || !PLACEHOLDER.test(value)) return value;
  const { status, messages: all, queue } = await server.chat(id);
  const isGrowing = server.listsGrowing === true && status === 'running' && all.at(-1)?.role === 'assistant';
  const messages = isGrowing ? all.slice(0, -1) : all;
  const ids: Readonly<Record<string, number | undefined>> = {
    $first: messages[0]?.id,
    $last: messages.at(-1)?.id,
    $queued: queue[0]?.id,
    $queuedLast: queue.at(-1)?.id,
  };
  return value in ids ? ids[value] : value.replace(PLACEHOLDER, (name) => String(ids[name]));
}

/** Runs the steps of a row. The events of each are written before the next one begins. */
export async function runSteps(server: ChatsUnderTest, id: string, steps: readonly Step[]): Promise<void> {
  let call: unknown;
  for (const [name, ...given] of steps) {
    const args: unknown[] = [];
    for (const value of given) args.push(value === '$call' ? call : await filledIn(server, id, value));
    const result = await server.step(id, name, args);
    if (name.startsWith('agent.') && typeof result === 'string') call = result;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

const openChats = (server: ChatsUnderTest, path: string): Promise<SocketClient> =>
  openSocket(server, `/api/v2/chats${path}`, { headers: { 'coder-session-token': server.token } });

/** The events of a stream when it opens. */
export async function checkSnapshot(server: ChatsUnderTest, row: SnapshotRow): Promise<void> {
  const id = await server.arrange(row.chat ?? {});
  await runSteps(server, id, row.before ?? []);
  const query = await filledIn(server, id, row.query ?? '');
  const client = await openChats(server, `/${id}/stream${query}`);
  await client.settled();
  expectEvents(client.events, row.events);
  expect(client.events.every(({ chat_id }) => chat_id === id)).toBe(true);
}

/** The events of an open stream. */
export async function checkStream(server: ChatsUnderTest, row: StreamRow): Promise<void> {
  const id = await server.arrange(row.chat ?? {});
  await runSteps(server, id, row.before ?? []);
  const client = await openChats(server, `/${id}/stream?after_id=${await filledIn(server, id, '$last')}`);
  await client.settled();
  const before = client.events.length;
  const framesBefore = client.frames.length;
  await runSteps(server, id, row.then);
  if (row.closes === undefined) await client.settled();
  else expect(await client.closed).toBe(row.closes);
  const events = client.events.slice(before);
  if (row.events !== undefined) expectEvents(events, row.events);
  if (row.count !== undefined) expect(events).toHaveLength(row.count);
  const sizes = client.frames.slice(framesBefore).map((frame) => (Array.isArray(frame) ? frame.length : 1));
  if (row.frames !== undefined) expect(Math.max(...sizes)).toBeLessThanOrEqual(row.frames.most);
  expect(client.enveloped).toBe(row.envelope === true);
}

/** The events of the watch socket. */
export async function checkWatch(server: ChatsUnderTest, row: WatchRow): Promise<void> {
  const id = row.chat === undefined ? '' : await server.arrange(row.chat);
  const client = await openChats(server, '/watch');
  await runSteps(server, id, row.then);
  await client.settled();
  expectEvents(client.events, row.events);
}
