import { expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

const open = (server: ChatsServer, size: typeof NARROW = WIDE): Promise<TerminalApp> =>
  pollOften(makeHome(signedIn(server))).open([], size);

/** The number of requests to paths that begin so. */
const count = (server: ChatsServer, prefix: string): number =>
  server.requests.filter(({ target }) => target.startsWith(prefix)).length;

/** Resolves after three more lists of chats. */
async function threeLists(server: ChatsServer): Promise<void> {
  const lists = () => server.requests.filter(({ target }) => /^\/api\/\w+\/chats\?/u.test(target)).length;
  const before = lists();
  await expect.poll(lists).toBeGreaterThanOrEqual(before + 3);
}

const conversation = {
  title: 'Pin the clock',
  messages: [
    ['user', 'Why are the tests flaky?'],
    ['assistant', 'They read the clock twice.'],
  ],
} as const;

it('Tasks and Chats are in one list', async () => {
  const server = await chatsDeployment({ tasks: true });
  server.chats.seed(conversation);
  const app = await open(server, NARROW);
  await app.shows('2 tasks · 1 needs you');
  app.press(']');
  await app.shows('Which branch?');
  // Their order depends on which source answers first.
  app.press('/');
  app.type('Pin');
  await app.shows('They read the clock twice.');
});

it('a server with Chats alone is a whole deployment', async () => {
  const server = await chatsDeployment();
  server.chats.seed(conversation);
  const app = await open(server, WIDE);
  await app.shows('They read the clock twice.');
  await app.shows(/1 task · 1 complete +live/);
  server.chats.seed({ title: 'A second chat', unread: true });
  await app.shows(/A second chat +idle/);
  await app.shows('2 tasks · 1 needs you');
});

it('asks for Tasks once where there are none', async () => {
  const server = await chatsDeployment();
  server.chats.seed(conversation);
  const app = await open(server);
  await app.shows('They read the clock twice.');
  const tasks = () => count(server, '/api/v2/tasks') + count(server, '/api/experimental/tasks');
  const before = tasks();
  await threeLists(server);
  expect(tasks()).toBe(before);
});

it('reads an older server under the old prefix, with its words', async () => {
  const server = await chatsDeployment({
    prefix: 'experimental',
    era: 'pending',
    lastError: 'string',
    version: 'v2.33.4+3f1c0de',
  });
  server.chats.seed(conversation);
  const waits = server.chats.seed({ title: 'Waits for a worker', status: 'running' });
  server.chats.row(waits).admitted = false;
  server.chats.seed({ title: 'Has failed', error: { message: 'The provider refused the key.' } });
  const app = await open(server);
  await app.shows(/Waits for a worker +queued/);
  await app.shows(/Has failed +failed/);
  await app.shows(/Pin the clock +complete/);
  await threeLists(server);
  expect(count(server, '/api/v2/chats')).toBe(1);
});

it('follows the server when an upgrade moves the prefix', async () => {
  const server = await chatsDeployment({ prefix: 'experimental' });
  server.chats.seed(conversation);
  const app = await open(server);
  await app.shows('They read the clock twice.');
  server.chats.options.prefix = 'v2';
  server.chats.seed({ title: 'After the upgrade' });
  await app.shows(/After the upgrade +complete/);
});

it('words, parts and fields of a newer server break neither list nor conversation', async () => {
  const server = await chatsDeployment({ era: 'paused' });
  server.chats.seed({ ...conversation, extra: { mood: { deep: [1] }, workspace_id: null } });
  server.chats.seed({ title: 'Meditates', word: 'meditating', createdAgoMs: 1_000 });
  server.chats.seed({
    title: 'Holograms',
    messages: [['assistant', 'Look at this:', { type: 'hologram', text: '', end_line: 0 }]],
  });
  const app = await open(server);
  await app.shows(/Meditates +unknown/);
  await app.shows(/Pin the clock +complete/);
  app.press('g');
  await app.shows(/Look at this:.*unknown part: hologram/s);
});

/** The text of the screen as one line, without its frame. */
const words = (app: TerminalApp): string => app.text().replaceAll(/[│┌┐└┘─\s]+/gu, ' ');

const NEITHER = [
  {
    what: 'too old for both',
    options: { prefix: 'none', version: 'v2.20.1+3f1c0de' },
    says: 'Coder 2.20, which is too old for Tasks and for Chats. Ask an administrator to update it',
  },
  {
    what: 'without Tasks and Chats',
    options: { prefix: 'none', version: 'v2.36.3+3f1c0de' },
    says: 'Coder 2.36, where Tasks are turned off, and does not answer requests for Chats. Ask an administrator to update it to 2.37',
  },
  {
    what: 'that refuses Chats without a role',
    options: { role: 'none, list refused' },
    says: 'you may not use Chats on it. Ask an administrator for the role `agents-access`.',
  },
] as const;

it.each(NEITHER)('a server $what says so and what to ask for', async ({ options, says }) => {
  const server = await chatsDeployment(options);
  const app = await open(server, NARROW);
  await app.shows('ctrl+l try again');
  await expect.poll(() => words(app)).toContain(says);
});

it('scripts exit with 6 on a server with neither, and doctor names what is there', async () => {
  const server = await chatsDeployment({ prefix: 'none' });
  const home = makeHome(signedIn(server));
  const { code, err } = await home.call(['list']);
  expect(code).toBe(6);
  expect(err).toContain('does not answer requests for Chats');
  server.chats.options.prefix = 'experimental';
  expect((await home.call(['doctor'])).out).toMatch(/[Cc]hats.*\/api\/experimental/u);
});

it('an empty list of chats says that creating one may need a role', async () => {
  const server = await chatsDeployment({ role: 'none' });
  const app = await open(server, NARROW);
  await app.shows('No tasks yet');
  await expect.poll(() => words(app)).toContain('the role agents-access');
  const { code, err } = await makeHome(signedIn(server)).call(['create', '--model', 'Sonnet', 'Fix it']);
  expect(code).toBe(3);
  expect(err).toContain('agents-access');
});
