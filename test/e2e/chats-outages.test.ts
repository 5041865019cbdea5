import { expect, it } from 'vitest';
import { CUT_BEFORE, LOST_ANSWER, rateLimit } from '../support/chats/faults.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

const SIZE = { cols: 110, rows: 30 };

async function open(...[options]: Parameters<typeof chatsDeployment>) {
  const server = await chatsDeployment(options);
  const home = pollOften(makeHome(signedIn(server)));
  return { server, chats: server.chats, home, start: () => home.open([], SIZE) };
}

/** Writes a message to the selected chat. */
async function write(app: TerminalApp, text: string): Promise<void> {
  app.press('i');
  await app.until('alt+enter');
  app.type(text);
  await app.until(`❯ ${text}`);
  app.press('enter');
}

/** Runs `taskdeck send`. */
const sendByScript = (home: Home, id: string, text: string) => home.call(['send', id, text]);

it('a message whose answer was lost is sent once', async () => {
  const { chats, start } = await open();
  const id = chats.seed();
  chats.faults.plan('send', LOST_ANSWER);
  const app = await start();
  await app.shows('I pinned the clock');
  await write(app, 'Run the linter');
  await expect.poll(() => chats.prompts(id).at(-1)).toBe('Run the linter');
  chats.agent(id).finish({ say: 'The linter is clean.' });
  await app.until('The linter is clean.');
  app.press('q');
  await app.exit();
  const again = await start();
  await again.shows('The linter is clean.');
  expect(chats.prompts(id).filter((text) => text === 'Run the linter')).toHaveLength(1);
});

it('a message that never reached the server is sent after a kill and a restart, once', async () => {
  const { chats, server, start } = await open();
  const id = chats.seed();
  const app = await start();
  await app.shows('I pinned the clock');
  await server.down();
  await write(app, 'Run the linter');
  await app.shows(/offline/u);
  app.kill('SIGKILL');
  await app.exit();
  await server.up();
  const again = await start();
  await expect.poll(() => chats.prompts(id).at(-1)).toBe('Run the linter');
  await again.shows('Run the linter');
  chats.agent(id).finish({ say: 'The linter is clean.' });
  await again.shows('The linter is clean.');
  expect(chats.prompts(id).filter((text) => text === 'Run the linter')).toHaveLength(1);
});

it.each([
  ['arrived', LOST_ANSWER],
  ['did not arrive', CUT_BEFORE],
] as const)(
  'of two taskdecks one ends in doubt, the message %s, and the other one settles it',
  async (_, fault) => {
    const { chats, start } = await open();
    const id = chats.seed();
    chats.faults.plan('send', fault);
    const [first, second] = [await start(), await start()];
    await first.shows('I pinned the clock');
    await second.shows('I pinned the clock');
    await write(first, 'Run the linter');
    await first.until((screen) => !screen.text().includes('❯ Run the linter'));
    first.kill('SIGKILL');
    await first.exit();
    await expect.poll(() => chats.prompts(id).at(-1), { timeout: 40_000 }).toBe('Run the linter');
    chats.agent(id).finish({ say: 'The linter is clean.' });
    await second.shows(
      (screen) =>
        screen.text().includes('The linter is clean.') && !screen.text().includes('not on the server'),
      { timeout: 40_000 },
    );
    expect(chats.prompts(id).filter((text) => text === 'Run the linter')).toHaveLength(1);
  },
);

it('a message whose connection broke before the server had it is sent again', async () => {
  const { chats, start } = await open();
  const id = chats.seed({ status: 'running', queue: ['Before'] });
  chats.faults.plan('send', CUT_BEFORE);
  const app = await start();
  await app.shows('I pinned the clock');
  await write(app, 'Run the linter');
  await expect.poll(() => chats.queue(id).map(({ text }) => text)).toEqual(['Before', 'Run the linter']);
  await app.shows('2 of 2');
});

it('a full queue keeps the message here until a place is free', async () => {
  const { chats, start } = await open();
  const id = chats.seed({
    status: 'running',
    queue: Array.from({ length: 20 }, (_, index) => `Message ${index + 1}`),
  });
  const app = await start();
  await app.shows('Message 20');
  await write(app, 'One too many');
  await app.until((screen) => !screen.text().includes('❯ One too many'));
  await app.shows('waits here: the server’s queue is full');
  expect(chats.queue(id)).toHaveLength(20);
  chats.agent(id).finish();
  await expect.poll(() => chats.queue(id).at(-1)?.text).toBe('One too many');
  expect(chats.queue(id)).toHaveLength(20);
});

it('too many requests delay a message until Retry-After, and it is sent once', async () => {
  const { chats, start } = await open();
  const id = chats.seed();
  chats.faults.plan('send', rateLimit(1));
  const app = await start();
  await app.shows('I pinned the clock');
  await write(app, 'Run the linter');
  await expect.poll(() => chats.prompts(id).at(-1)).toBe('Run the linter');
  expect(chats.prompts(id)).toHaveLength(2);
});

it('without the AI Gateway everything can be read, and writing says why it cannot', async () => {
  const { chats, home, start } = await open({ gateway: false });
  const id = chats.seed();
  const app = await start();
  await app.shows('I pinned the clock');
  await write(app, 'Run the linter');
  await app.until('AI Gateway');
  expect(chats.prompts(id)).toHaveLength(1);
  const { code, err } = await sendByScript(home, id, 'Run the linter');
  expect(code).toBe(1);
  expect(err).toContain('AI Gateway');
  expect((await home.call(['list'])).out).toContain('Fix the flaky auth tests');
  // The text is not lost.
  await app.shows('Run the linter');
  chats.options.gateway = true;
  expect((await sendByScript(home, id, 'Run the linter')).code).toBe(0);
  expect(chats.prompts(id).at(-1)).toBe('Run the linter');
});
