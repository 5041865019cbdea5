import { expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import type { SeededChat } from '../support/chats/seed.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const FOCUS_IN = '\x1b[I';
const FOCUS_OUT = '\x1b[O';

interface Opened {
  readonly server: ChatsServer;
  readonly app: TerminalApp;
  /** The newest is selected. */
  readonly ids: readonly string[];
}

/** Opens taskdeck with these chats, oldest first. */
async function open(...chats: readonly SeededChat[]): Promise<Opened> {
  const server = await chatsDeployment();
  const ids = chats.map((chat, index) =>
    server.chats.seed({ updatedAgoMs: (chats.length - index) * 60_000, ...chat }),
  );
  const app = await pollOften(makeHome(signedIn(server))).open([], { cols: 120, rows: 30 });
  await app.until(String(chats.at(-1)?.title));
  return { server, app, ids: ids.toReversed() };
}

const streams = ({ chats }: ChatsServer): number => chats.sockets.open.stream;

const followed = ({ chats }: ChatsServer): Promise<void> =>
  chats.sockets.until(() => chats.sockets.open.stream === 1);

const isUnread = ({ chats }: ChatsServer, id = ''): boolean => chats.chat(id).unread;

const RUNNING: SeededChat = {
  title: 'Pin the clock',
  status: 'running',
  messages: [['user', 'Why are the tests flaky?']],
};

it('the text of a turn grows while it is written, and stays when it becomes a message', async () => {
  const { server, app, ids } = await open(RUNNING);
  await followed(server);
  const agent = server.chats.agent(ids[0] ?? '');
  agent.write('The clock is read ');
  await app.until(/agent.* writing….*The clock is read/s);
  agent.write('twice, **once** before midnight.');
  await app.until('The clock is read twice, once before midnight. …');
  const call = agent.beginCall('execute');
  agent.writeArgs(call, '{"command":"go te');
  await app.until(/writing….*run/s);
  agent.endCall(call, { command: 'go test ./...' });
  await app.until('run: go test ./...');
  agent.commit();
  await app.until((screen) => !screen.text().includes('writing…'));
  expect(app.text()).toContain('The clock is read twice, once before midnight.');
  expect(app.text()).toContain('run: go test ./...');
  agent.write('Next I pin it.');
  await app.until('Next I pin it. …');
  agent.retry(60_000);
  await app.until(/Provider is overloaded\. Tries again in \d+ s \(attempt 1\)\./);
  expect(app.text()).not.toContain('Next I pin it.');
});

it('a chat in the background stays unread on the server, and the one in front is read', async () => {
  const { server, ids } = await open(
    { title: 'Behind', status: 'waiting', unread: true },
    { title: 'In front', status: 'waiting', unread: true },
  );
  await followed(server);
  await expect.poll(() => isUnread(server, ids[0])).toBe(false);
  server.chats.agent(ids[1] ?? '').start('More');
  server.chats.agent(ids[1] ?? '').say('Done in the background.');
  server.chats.agent(ids[1] ?? '').finish();
  await server.chats.sockets.until(() => streams(server) === 1);
  expect(isUnread(server, ids[1])).toBe(true);
  expect(server.chats.sockets.upgrades.filter(({ kind }) => kind === 'stream')).toHaveLength(1);
});

it('a chat that is marked as unread stays so while its row is selected, until another one was', async () => {
  const { server, app, ids } = await open(
    { title: 'Other', status: 'waiting' },
    { title: 'In front', status: 'waiting' },
  );
  await followed(server);
  app.press('e');
  await expect.poll(() => isUnread(server, ids[0])).toBe(true);
  await expect.poll(() => streams(server)).toBe(0);
  app.send(FOCUS_OUT);
  app.send(FOCUS_IN);
  // Sorted by name and by creation again: the keys are done, and the list was polled.
  app.press('s');
  await app.until('by name');
  const polls = server.requests.length;
  await expect.poll(() => server.requests.length).toBeGreaterThan(polls + 2);
  expect([isUnread(server, ids[0]), streams(server)]).toEqual([true, 0]);
  app.press('j', 'k');
  await followed(server);
  await expect.poll(() => isUnread(server, ids[0])).toBe(false);
});

it('a window without the focus opens no stream and shows new messages by polling', async () => {
  const { server, app, ids } = await open(RUNNING);
  await followed(server);
  app.send(FOCUS_OUT);
  await server.chats.sockets.until(() => streams(server) === 0);
  const agent = server.chats.agent(ids[0] ?? '');
  agent.write('Not seen yet.');
  agent.commit();
  await app.until('Not seen yet.');
  expect(server.chats.sockets.upgrades.filter(({ kind }) => kind === 'stream')).toHaveLength(1);
  app.send(FOCUS_IN);
  await followed(server);
  agent.write('Seen at once.');
  await app.until('Seen at once. …');
});

it('no more than two sockets are open, also with held keys, refreshes and cut connections', async () => {
  const { server, app, ids } = await open(
    ...['One', 'Two', 'Three', 'Four'].map((title) => ({ ...RUNNING, title })),
  );
  await followed(server);
  for (let round = 0; round < 3; round++) {
    app.press('j', 'j', 'k', 'j');
    await app.shows('Why are the tests flaky?');
    app.press('ctrl+l');
    await followed(server);
    server.chats.sockets.cut();
    await server.chats.sockets.until(() => server.chats.sockets.open.all === 2);
    app.press('g');
  }
  await server.chats.sockets.until(() => server.chats.sockets.open.all === 2);
  expect(server.chats.sockets.most).toEqual({ watch: 1, stream: 1, git: 0, all: 2 });
  expect(ids).toHaveLength(4);
});

it('a quiet chat writes nothing to the terminal while both sockets are open', async () => {
  const { server, app } = await open({
    title: 'Quiet',
    status: 'waiting',
    updatedAgoMs: 20 * 24 * 3_600_000,
    createdAgoMs: 21 * 24 * 3_600_000,
  });
  await server.chats.sockets.until(() => server.chats.sockets.open.all === 2);
  let before = -1;
  const fresh = (): number => {
    const written = app.bytes() - before;
    before = app.bytes();
    return written;
  };
  await expect.poll(fresh, { interval: 1_000 }).toBe(0);
  const count = (path: RegExp): number => server.requests.filter(({ target }) => path.test(target)).length;
  const [lists, messages] = [count(/\/chats\?/u), count(/\/messages/u)];
  await expect.poll(() => count(/\/chats\?/u) - lists).toBeGreaterThan(2);
  expect([fresh(), count(/\/messages/u) - messages]).toEqual([0, 0]);
});
