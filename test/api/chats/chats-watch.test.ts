import { afterEach, describe, expect, it } from 'vitest';
import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { coderBackendFacts } from '../../../src/api/coder-facts.ts';
import { reconnectingBackend } from '../../../src/api/reconnecting-backend.ts';
import { BackendError } from '../../../src/domain/errors.ts';
import type { FollowEvent } from '../../../src/domain/ports/source.ts';
import { errorOf, neverAborted, TOKEN } from '../api-fixture.ts';
import { chatRequests, chatsServer, refOf, sourceAt } from './chats-fixture.ts';

const open: AbortController[] = [];
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

/** Watches until the test ends. `hints(count)` resolves after that many hints. */
function watch(source: ReturnType<typeof sourceAt>) {
  const controller = new AbortController();
  open.push(controller);
  let count = 0;
  let wake = (): void => {};
  const ended = source.watch(() => {
    count += 1;
    wake();
  }, controller.signal);
  ended.catch(() => undefined);
  return {
    ended,
    close: () => controller.abort(),
    hints: (wanted: number) =>
      new Promise<void>((resolve) => {
        wake = () => {
          if (count >= wanted) resolve();
        };
        wake();
      }),
    get count() {
      return count;
    },
  };
}

describe.each(['array', 'envelope'] as const)(
  'the watch socket of a server with the framing %s',
  (framing) => {
    it('hints when it opens, and at each event', async () => {
      const server = await chatsServer({ framing });
      const id = server.chats.seed({ status: 'running' });
      const { hints } = watch(sourceAt(server));
      await hints(1);
      server.chats.agent(id).finish();
      await hints(2);
      server.chats.agent(id).sendWatchEvent({ kind: 'diff_status_change' });
      await hints(3);
      server.chats.agent(id).sendWatchEvent({ kind: 'of the future' });
      await hints(4);
    });

    it('does not hint at pings', async () => {
      const server = await chatsServer({ framing });
      const id = server.chats.seed();
      const watched = watch(sourceAt(server));
      await watched.hints(1);
      server.chats.sockets.sendText('{"type":"ping"}');
      server.chats.agent(id).sendWatchEvent({ kind: 'title_change' });
      await watched.hints(2);
      expect(watched.count).toBe(2);
    });
  },
);

it('resolves when the server ends it, and rejects when it breaks', async () => {
  const server = await chatsServer();
  const closed = watch(sourceAt(server));
  await closed.hints(1);
  server.chats.sockets.close();
  await closed.ended;
  const cut = watch(sourceAt(server));
  await cut.hints(1);
  server.chats.sockets.cut();
  expect(await errorOf(cut.ended)).toMatchObject({ kind: 'unreachable' });
});

it('rejects a message that is no JSON', async () => {
  const server = await chatsServer();
  const { ended, hints } = watch(sourceAt(server));
  await hints(1);
  server.chats.sockets.sendText('{');
  expect(await errorOf(ended)).toMatchObject({ kind: 'bad-answer' });
});

it('rejects with the error of an older server', async () => {
  const server = await chatsServer({ framing: 'envelope' });
  const { ended, hints } = watch(sourceAt(server));
  await hints(1);
  server.chats.sockets.sendText('{"type":"error","data":{"message":"Failed to subscribe."}}');
  expect(await errorOf(ended)).toMatchObject({ kind: 'server', message: 'Failed to subscribe.' });
});

it('closes at once', async () => {
  const server = await chatsServer();
  const watched = watch(sourceAt(server));
  await watched.hints(1);
  watched.close();
  expect(await errorOf(watched.ended)).toMatchObject({ kind: 'aborted' });
  await server.chats.sockets.until(() => server.chats.sockets.open.all === 0);
});

it.each(['v2', 'experimental'] as const)('finds the prefix %s, and opens one socket', async (prefix) => {
  const server = await chatsServer({ prefix });
  const { hints } = watch(sourceAt(server));
  await hints(1);
  expect(server.chats.sockets.upgrades).toMatchObject([{ status: 101 }]);
});

it('tries the other prefix after an upgrade of the server', async () => {
  const server = await chatsServer({ prefix: 'experimental' });
  const source = sourceAt(server);
  const before = watch(source);
  await before.hints(1);
  server.chats.options.prefix = 'v2';
  before.close();
  await watch(source).hints(1);
  expect(server.chats.sockets.upgrades.at(-1)).toMatchObject({
    target: '/api/v2/chats/watch',
    status: 101,
  });
});

it('opens no socket on a server without Chats', async () => {
  const server = await chatsServer({ prefix: 'none' });
  expect(await errorOf(watch(sourceAt(server)).ended)).toMatchObject({ kind: 'no-tasks' });
  expect(server.chats.sockets.upgrades).toEqual([]);
});

it.each([
  ['refused', { refuse: 503 }, 'server'],
  ['answered by the page of a proxy', 'proxy page', 'server'],
  ['cut off', 'closed', 'unreachable'],
] as const)('rejects when the upgrade is %s', async (_, sockets, kind) => {
  const server = await chatsServer({ sockets });
  const error = await errorOf(watch(sourceAt(server)).ended);
  expect(error).toBeInstanceOf(BackendError);
  expect(error).toMatchObject({ kind });
  expect(chatRequests(server)).toEqual(['GET ?limit=1']);
});

it('runs through a backend that connects with its first request', async () => {
  const server = await chatsServer();
  const id = server.chats.seed({ status: 'running', messages: [['user', 'Go']] });
  const backend = reconnectingBackend(
    async () => createCoderBackend({ url: server.url, token: TOKEN }),
    coderBackendFacts({ directories: false, hasChats: true }),
  );
  const [tasks, chats] = backend.sources;
  expect(tasks?.watch).toBeUndefined();
  const controller = new AbortController();
  open.push(controller);
  const hinted = Promise.withResolvers<void>();
  const watching = chats?.watch?.(hinted.resolve, controller.signal);
  await hinted.promise;
  const task = await chats?.get(refOf(id), neverAborted());
  const shown = Promise.withResolvers<FollowEvent>();
  if (task === undefined) throw new Error('No chat.');
  const following = chats?.follow?.(task, shown.resolve, controller.signal);
  expect(await shown.promise).toMatchObject({ type: 'transcript', transcript: { hasOlder: false } });
  const errors = Promise.all([watching, following].map((ended) => errorOf(ended ?? Promise.resolve())));
  controller.abort();
  expect(await errors).toMatchObject([{ kind: 'aborted' }, { kind: 'aborted' }]);
});
