import { expect, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const SIZE = { cols: 110, rows: 30 };
const WAIT = { timeout: 20_000 };

async function open(...[options]: Parameters<typeof chatsDeployment>) {
  const server = await chatsDeployment(options);
  const home = pollOften(makeHome(signedIn(server)));
  return { server, chats: server.chats, start: () => home.open([], SIZE) };
}

/** How often the screen shows the text. */
const countOf = (screen: ScreenSnapshot, text: string): number => screen.text().split(text).length - 1;

it('a turn goes on over a restart of the server, and its text is there once', async () => {
  const { server, chats, start } = await open();
  const id = chats.seed({ status: 'running', messages: [['user', 'Count to three']] });
  const app = await start();
  await chats.sockets.until(() => chats.sockets.open.stream === 1);
  chats.agent(id).write('First one ');
  await app.shows('First one');
  await server.down();
  chats.agent(id).write('second two ');
  await app.shows(/offline|stale/u);
  await server.up();
  await app.shows('First one second two');
  chats.agent(id).write('third three.');
  await app.shows('First one second two third three.');
  chats.agent(id).finish();
  await app.shows((screen) => !screen.text().includes('working'));
  await app.shows((screen) => countOf(screen, 'First one second two third three.') === 1);
  expect(chats.sockets.most).toEqual({ watch: 1, stream: 1, git: 0, all: 2 });
});

it.each([
  ['a page of HTML', 'proxy page'],
  ['400', { refuse: 400 }],
  ['a closed connection', 'closed'],
] as const)('where a proxy answers WebSockets with %s, everything works by polling', async (_, sockets) => {
  const { chats, start } = await open({ sockets });
  const id = chats.seed({ title: 'Pin the clock' });
  const app = await start();
  await app.shows('I pinned the clock');
  app.press('i');
  await app.until('alt+enter');
  app.type('Run the linter');
  await app.until('❯ Run the linter');
  app.press('enter');
  await expect.poll(() => chats.prompts(id).at(-1), WAIT).toBe('Run the linter');
  await app.shows('working');
  chats.agent(id).say('The linter is clean.');
  await app.shows('The linter is clean.');
  chats.agent(id).retitle('Pin every clock');
  await app.shows('Pin every clock');
  chats.seed({ title: 'A second chat' });
  await app.shows('A second chat');
  expect(chats.sockets.upgrades.length).toBeGreaterThan(0);
  expect(chats.sockets.most.all).toBe(0);
  expect(app.text()).not.toMatch(/offline|502|closed|WebSocket/u);
});
