import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ScreenSnapshot } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const SIZE = { cols: 110, rows: 30 };

async function open(...[options]: Parameters<typeof chatsDeployment>) {
  const server = await chatsDeployment(options);
  const home = pollOften(makeHome(signedIn(server)));
  return { server, chats: server.chats, home, start: () => home.open([], SIZE) };
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
  await expect.poll(() => chats.prompts(id).at(-1)).toBe('Run the linter');
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

it('moving through the list opens one stream at a time, and none in passing', async () => {
  const { chats, start } = await open();
  for (let index = 0; index < 12; index++)
    chats.seed({ title: `Chat ${index}`, messages: [['user', `Prompt ${index}`]], unread: true });
  const app = await start();
  await chats.sockets.until(() => chats.sockets.open.stream === 1);
  const before = chats.sockets.upgrades.length;
  for (let index = 0; index < 11; index++) app.press('down');
  const last = chats.ids[0] ?? '';
  await chats.sockets.until(() =>
    chats.sockets.upgrades.some(({ target, status }) => target.includes(last) && status === 101),
  );
  const streams = chats.sockets.upgrades.slice(before).filter(({ kind }) => kind === 'stream');
  expect(streams.length).toBeLessThan(11);
  expect(chats.sockets.most).toEqual({ watch: 1, stream: 1, git: 0, all: 2 });
  app.press('q');
  await app.exit();
  await chats.sockets.until(() => chats.sockets.open.all === 0);
});

const MB = 1024 * 1024;
const PROBE = path.resolve('test/soak/heap-probe.mts');

it('the screen follows a turn of 50 MB in bounded memory', async () => {
  const { chats, home } = await open();
  const id = chats.seed({ status: 'running', messages: [['user', 'Write a very long book']] });
  const file = path.join(home.folder, 'heap');
  const app = await home.open([], {
    ...SIZE,
    env: { NODE_OPTIONS: `--import=${PROBE} --max-old-space-size=160`, TASKDECK_SOAK_HEAP: file },
  });
  await chats.sockets.until(() => chats.sockets.open.stream === 1);
  const heldBytes = async (): Promise<number> => {
    const report = `${file}.${app.pid}`;
    rmSync(report, { force: true });
    process.kill(app.pid, 'SIGUSR2');
    await expect.poll(() => existsSync(report)).toBe(true);
    return Number(readFileSync(report, 'utf8'));
  };
  const agent = chats.agent(id);
  const held: number[] = [];
  let line = 0;
  for (const target of [5, 20, 35, 50]) {
    for (; line * 4_096 < target * MB; line++) {
      agent.write(
        `${'The quick brown fox jumps over the lazy dog. '.repeat(91).slice(0, 4_080)} ${line}\n\n`,
      );
      while (chats.sockets.bufferedBytes() > MB) await new Promise((resolve) => setImmediate(resolve));
    }
    agent.write(`page ${target} ends here\n\n`);
    await app.shows(`page ${target} ends here`, { timeout: 60_000 });
    held.push(await heldBytes());
    console.log(`${target} MB written, ${((held.at(-1) ?? 0) / MB).toFixed(1)} MB held`);
  }
  const [first = 0, ...later] = held;
  expect(Math.max(...later) - first).toBeLessThan(24 * MB);
}, 300_000);
