import { expect, it } from 'vitest';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import { CHATS, type Task } from '../../../src/domain/task.ts';
import type { LiveTurn } from '../../../src/domain/transcript.ts';
import { dataAge } from '../../../src/store/selectors.ts';
import { createStore } from '../../../src/store/store.ts';
import { OPENING_MS } from '../../../src/sync/mark-read.ts';
import { startSync } from '../../../src/sync/sync.ts';
import { agent, live, makeChat, NOON, you } from '../../domain/builders.ts';
import { outboxStorage } from '../../support/outbox-storage.ts';
import { pushingBackend } from '../pushing-backend.ts';
import { failure } from '../scripted-backend.ts';
import { syncFixture } from '../sync-fixture.ts';

const chat = (id: string, about: Parameters<typeof makeChat>[0] = {}): Task =>
  makeChat({ id, status: 'running', unread: false, ownerName: 'alice', ...about });

const turn = (text: string): LiveTurn => ({ parts: [{ type: 'text', text }], at: NOON, retry: null });

const MESSAGES = live(you(0, 'go'));

const pushed = (revision: number, text: string | null): FollowEvent => ({
  type: 'transcript',
  revision,
  transcript: { ...MESSAGES, hasOlder: false, ...(text !== null && { live: turn(text) }) },
});

/** Sync with a source whose streams mark their chats as read; `log` has its streams and requests in their order. */
async function start({ tasks = [chat('a'), chat('b'), chat('c')], focused = null as boolean | null } = {}) {
  const fixture = syncFixture();
  const { clock } = fixture;
  const store = createStore(fixture.state);
  const log: string[] = [];
  const server = { tasks: tasks as readonly Task[] };
  const pushing = pushingBackend(
    { ...fixture.backend, latestBuild: () => Promise.reject(failure({ kind: 'not-found' })) },
    {
      id: CHATS,
      capabilities: { directories: false, followMarksRead: true },
      list: async () => server.tasks,
      get: async ({ id }) => server.tasks.find((task) => task.id === id) ?? Promise.reject(failure()),
      transcript: async ({ id }) => {
        log.push(`read ${id}`);
        return { ...MESSAGES, hasOlder: false };
      },
      markRead: async ({ id }) => void log.push(`mark ${id}`),
      run: async (action, { id }) => {
        log.push(`${action} ${id}`);
        return {};
      },
    },
  );
  const [source] = pushing.sources;
  /** A closed stream ends only when this resolves. */
  let end: Promise<void> = Promise.resolve();
  const backend = {
    ...pushing,
    sources: [
      {
        ...source,
        async follow(...args: Parameters<NonNullable<typeof source.follow>>) {
          const [{ id }, , signal] = args;
          log.push(`open ${id}`);
          signal.addEventListener('abort', () => log.push(`close ${id}`));
          await source.follow?.(...args).catch(() => {});
          await end;
          log.push(`ended ${id}`);
        },
      },
    ] as const,
  };
  if (focused !== null) store.dispatch({ type: 'window-focus-changed', focused, now: clock.now() });
  const sync = startSync({
    ...fixture,
    store,
    backend,
    outboxStorage: outboxStorage().rows(),
  });
  await clock.settle();
  const select = (taskId: string): void => store.dispatch({ type: 'task-selected', taskId });
  const focus = (on: boolean): void =>
    store.dispatch({ type: 'window-focus-changed', focused: on, now: clock.now() });
  return {
    clock,
    store,
    sync,
    server,
    select,
    focus,
    follows: pushing.follows,
    delayEnd: (until: Promise<void>) => {
      end = until;
    },
    /** The streams that were opened and closed, without the requests. */
    streams: () => log.filter((line) => /^(?:open|close) /u.test(line)),
    /** Everything but the requests of transcripts. */
    events: () => log.filter((line) => !line.startsWith('read ')),
    requestsDuring: async (work: () => Promise<unknown>) => {
      const before = log.filter((line) => line.startsWith('read ')).length;
      await work();
      return log.filter((line) => line.startsWith('read ')).length - before;
    },
    liveText: () => {
      const part = store.getState().transcripts.get('a')?.transcript?.live?.parts[0];
      return part?.type === 'text' ? part.text : null;
    },
  };
}

it.each([
  ['with the focus', true, ['open a']],
  ['with unknown focus', null, ['open a']],
  ['without the focus', false, []],
] as const)('700 ms after its selection a chat is followed in a window %s', async (_, focused, streams) => {
  const fixture = await start({ focused });
  await fixture.clock.advance(699);
  expect(fixture.streams()).toEqual([]);
  await fixture.clock.advance(1);
  expect(fixture.streams()).toEqual(streams);
  await fixture.clock.advance(60_000);
  expect(fixture.streams()).toEqual(streams);
});

it('a held key opens no stream, and the next selection closes the open one', async () => {
  const fixture = await start();
  await fixture.clock.advance(700);
  for (let press = 0; press < 60; press++) {
    fixture.select('abc'[(press + 1) % 3] ?? 'a');
    await fixture.clock.advance(30);
  }
  expect(fixture.streams()).toEqual(['open a', 'close a']);
});

it('without the focus the stream is closed and the chat is polled; with the focus it is followed again', async () => {
  const fixture = await start();
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, 'on it'));
  const age = () => {
    const entry = fixture.store.getState().transcripts.get('a');
    return entry && dataAge(entry, fixture.clock.now()).kind;
  };
  expect(await fixture.requestsDuring(() => fixture.clock.advance(60_000))).toBe(0);
  expect(age()).toBe('live');
  fixture.focus(false);
  expect(fixture.streams()).toEqual(['open a', 'close a']);
  // A request at once, then at three times the interval of a working chat.
  expect(await fixture.requestsDuring(() => fixture.clock.advance(9_999))).toBe(4);
  expect(age()).toBe('live');
  fixture.focus(true);
  await fixture.clock.advance(699);
  expect(fixture.streams()).toEqual(['open a', 'close a']);
  await fixture.clock.advance(1);
  expect(fixture.streams()).toEqual(['open a', 'close a', 'open a']);
});

it('an overlay that covers the chat leaves its stream open', async () => {
  const fixture = await start();
  await fixture.clock.advance(700);
  fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'help', top: 0 } });
  await fixture.clock.advance(10_000);
  fixture.store.dispatch({ type: 'overlay-closed' });
  await fixture.clock.advance(10_000);
  expect(fixture.streams()).toEqual(['open a']);
});

it('“mark unread” goes out when the stream has ended, and none opens until another row was selected', async () => {
  const fixture = await start({ tasks: [chat('a', { status: 'waiting' }), chat('b')] });
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, null));
  const { promise, resolve } = Promise.withResolvers<void>();
  fixture.delayEnd(promise);
  void fixture.sync.operations.act('mark-unread', 'a');
  await fixture.clock.advance(500);
  expect(fixture.events()).toEqual(['open a', 'close a']);
  resolve();
  await fixture.clock.settle();
  expect(fixture.events()).toEqual(['open a', 'close a', 'ended a', 'mark-unread a']);
  fixture.server.tasks = [chat('a', { status: 'waiting', unread: true }), chat('b')];
  await fixture.clock.advance(60_000);
  fixture.focus(false);
  await fixture.clock.advance(5_000);
  fixture.focus(true);
  await fixture.clock.advance(60_000);
  expect(fixture.events()).toHaveLength(4);
  fixture.select('b');
  await fixture.clock.advance(10);
  fixture.select('a');
  await fixture.clock.advance(700);
  expect(fixture.events().slice(4)).toEqual(['open a']);
});

it('“mark unread” of several chats closes the stream of the selected one', async () => {
  const fixture = await start({ tasks: ['a', 'b'].map((id) => chat(id, { status: 'waiting' })) });
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, null));
  const { tasks } = fixture.store.getState();
  fixture.sync.bulk.start('mark-unread', tasks);
  await fixture.clock.advance(60_000);
  expect(fixture.events()).toEqual(['open a', 'close a', 'ended a', 'mark-unread a', 'mark-unread b']);
});

it('a request that waits for the end of a stream goes out after 2 s at the latest', async () => {
  const fixture = await start({ tasks: [chat('a', { status: 'waiting' })] });
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, null));
  fixture.delayEnd(new Promise(() => {}));
  void fixture.sync.operations.act('mark-unread', 'a');
  await fixture.clock.advance(2_000);
  expect(fixture.events()).toEqual(['open a', 'close a', 'mark-unread a']);
});

it('a stream is opened again only when the one before has ended', async () => {
  const fixture = await start();
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, null));
  const { promise, resolve } = Promise.withResolvers<void>();
  fixture.delayEnd(promise);
  await fixture.clock.advance(1_000);
  fixture.sync.refresh();
  await fixture.clock.advance(500);
  expect(fixture.events()).toEqual(['open a', 'close a']);
  resolve();
  await fixture.clock.settle();
  expect(fixture.events()).toEqual(['open a', 'close a', 'ended a', 'open a']);
});

it('a chat whose stream is open is not marked as read by a request', async () => {
  const unread = (updatedAt = NOON) => chat('a', { status: 'waiting', unread: true, updatedAt });
  const fixture = await start({ tasks: [unread(), chat('b')] });
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, null));
  fixture.server.tasks = [unread(NOON + 1_000), chat('b')];
  await fixture.clock.advance(60_000);
  fixture.select('b');
  await fixture.clock.advance(60_000);
  expect(fixture.events().filter((line) => line.startsWith('mark'))).toEqual([]);
});

it.each([
  ['stays closed', false],
  ['is rejected', true],
] as const)('a chat whose stream %s is marked as read by one request', async (_, isRejected) => {
  const fixture = await start({ tasks: [chat('a', { status: 'waiting', unread: true }), chat('b')] });
  await fixture.clock.advance(700);
  if (isRejected) fixture.follows[0]?.fail(failure({ kind: 'unreachable' }));
  await fixture.clock.advance(OPENING_MS - 1);
  expect(fixture.events().filter((line) => line.startsWith('mark'))).toEqual([]);
  await fixture.clock.advance(60_000);
  expect(fixture.events().filter((line) => line.startsWith('mark'))).toEqual(['mark a']);
});

it('a chat that the user left before its stream opened is marked as read by a request', async () => {
  const fixture = await start({ tasks: [chat('a', { status: 'waiting', unread: true }), chat('b')] });
  await fixture.clock.advance(700);
  fixture.select('b');
  await fixture.clock.advance(OPENING_MS);
  expect(fixture.events().filter((line) => line.startsWith('mark'))).toEqual(['mark a']);
});

it('a polled answer leaves the live turn, until the agent has a new message', async () => {
  const fixture = await start();
  await fixture.clock.advance(700);
  fixture.follows[0]?.push(pushed(1, 'on it'));
  fixture.follows[0]?.push({ type: 'changed' });
  expect(await fixture.requestsDuring(() => fixture.clock.advance(2_000))).toBe(1);
  expect(fixture.liveText()).toBe('on it');
  fixture.follows[0]?.push({
    type: 'transcript',
    revision: 2,
    transcript: { ...live(you(0, 'go'), agent(1, 'on it now')), hasOlder: false },
  });
  expect(fixture.liveText()).toBe(null);
});
