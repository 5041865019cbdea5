import { expect, it } from 'vitest';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

const open = (
  server: ChatsServer,
  size: typeof NARROW = NARROW,
  args: readonly string[] = [],
): Promise<TerminalApp> => pollOften(makeHome(signedIn(server))).open(args, size);

/** Resolves after three more lists of chats. */
async function threeLists(server: ChatsServer): Promise<void> {
  const lists = () => server.requests.filter(({ target }) => /^\/api\/\w+\/chats\?/u.test(target)).length;
  const before = lists();
  await expect.poll(lists).toBeGreaterThanOrEqual(before + 3);
}

const PULL_REQUEST = {
  url: 'https://github.com/acme/auth/pull/812',
  pull_request_state: 'open',
  pull_request_title: 'Pin the clock',
  pull_request_draft: false,
  pr_number: 812,
  additions: 41,
  deletions: 12,
  changed_files: 3,
  approved: true,
};

it('sub-agents are folded below their chat, which shows what they need', async () => {
  const server = await chatsDeployment();
  server.chats.seed({ title: 'Write docs', updatedAgoMs: 600_000 });
  const parent = server.chats.seed({ title: 'Fix auth', status: 'running' });
  server.chats.seed({ title: 'Find the clock', parent, status: 'running' });
  const tests = server.chats.seed({ title: 'Run the tests', parent });
  const app = await open(server, NARROW);
  await app.shows(/▌◐ ▸ Fix auth .* ✔ {3}Write docs/s);
  expect(app.text()).toMatch(/2 tasks · 1 working/u);
  expect(app.text()).not.toContain('Run the tests');
  app.press('right');
  await app.shows(/◐ ▾ Fix auth .*✔ ├ Run the .*◐ └ Find the /s);
  app.press('left');
  await app.until((screen) => !screen.text().includes('Find the'));

  Object.assign(server.chats.row(tests), {
    status: 'error',
    lastError: { message: 'The tests do not start.', kind: 'generic', retryable: false },
  });
  server.chats.changed(tests);
  await app.shows(/▸!Fix auth/);
  await app.shows('2 tasks · 1 needs you');
  app.press(']');
  await app.shows(/▾ Fix auth .*▌✖ [├└] Run the /s);
});

it('a question shows in the list, and at the folded parent', async () => {
  const server = await chatsDeployment();
  const ask = {
    type: 'tool-call',
    tool_call_id: 'call_1',
    tool_name: 'ask_user_question',
    args: { questions: [{ header: 'Auth', question: 'Which flow?', options: [{ label: 'OIDC' }] }] },
  };
  const result = {
    type: 'tool-result',
    tool_call_id: 'call_1',
    tool_name: 'ask_user_question',
    result: {},
    is_error: false,
  };
  const messages = [
    ['user', 'Plan it'],
    ['assistant', ask],
    ['tool', result],
  ] as const;
  const parent = server.chats.seed({ title: 'Fix auth', status: 'running', planMode: true });
  server.chats.seed({ title: 'Plan the fix', parent, planMode: true, messages });
  server.chats.seed({ title: 'Plan docs', planMode: true, messages, updatedAgoMs: 600_000 });
  const app = await open(server, WIDE);
  await app.shows(/● ▸!Fix auth .*asks you.*● {3}Plan docs .*asks you/s);
  await app.shows('2 tasks · 2 need you');
});

it('a chat is read on the server when it is in view, never because it is listed', async () => {
  const server = await chatsDeployment();
  server.chats.seed({ title: 'First chat' });
  const unread = server.chats.seed({ title: 'Second chat', unread: true, updatedAgoMs: 600_000 });
  const app = await open(server);
  await app.shows(/▌✔ First chat .*•● Second chat +idle/s);
  await threeLists(server);
  expect(server.chats.chat(unread).unread).toBe(true);
  app.press('down');
  await app.shows(/Second chat +complete/);
  await expect.poll(() => server.chats.chat(unread).unread).toBe(false);

  app.press('up');
  await threeLists(server);
  server.chats.web.update(unread, { read: false });
  await app.shows(/•● Second chat +idle/);
  app.press('down', 'e');
  await app.shows(/Second chat +complete/);
  await expect.poll(() => server.chats.chat(unread).unread).toBe(false);
});

it('a chat stays read here on a server that cannot mark it, without a notice', async () => {
  const server = await chatsDeployment({ read: false });
  server.chats.seed({ title: 'First chat', unread: true });
  server.chats.seed({ title: 'Second chat', updatedAgoMs: 600_000 });
  const app = await open(server);
  await app.shows(/First chat +complete/);
  await threeLists(server);
  expect(app.text()).toMatch(/First chat +complete/u);
  expect(app.text()).not.toMatch(/cannot/iu);
});

it('more than 200 chats are listed at the end of the list, and a chat of a later page stays', async () => {
  const server = await chatsDeployment();
  for (let index = 0; index < 230; index++)
    server.chats.seed({ title: `Chat ${index}`, updatedAgoMs: 1_000 * index });
  const app = await open(server);
  await app.shows(/▌✔ Chat 0 /);
  await app.shows(/200 tasks/);
  app.press('G');
  await app.shows(/▌✔ Chat 199 .*200 shown, down lists/s);
  app.press('down');
  await app.shows(/230 tasks/);
  await threeLists(server);
  expect(app.text()).not.toContain('lists more');
  app.press('G');
  await app.shows(/▌✔ Chat 229 /);
});

it('A lists archived chats, r restores one, and A returns', async () => {
  const server = await chatsDeployment();
  server.chats.seed({ title: 'Current chat' });
  const old = server.chats.seed({ title: 'Old chat', archived: true });
  const app = await open(server);
  await app.shows(/▌✔ Current chat/);
  app.press('A');
  await app.shows(/Archived chats.*Old chat/s);
  await app.shows('Archived chats are shown. A returns.');
  await app.shows('1 archived');
  app.press('r');
  await expect.poll(() => server.chats.chat(old).archived).toBe(false);
  await app.shows('No archived chats.');
  app.press('A');
  await app.shows(/Old chat .*Current chat|Current chat .*Old chat/s);
  await app.shows(/2 tasks/);
});

it('O lists the chats that others share, alone or with the own ones', async () => {
  const server = await chatsDeployment();
  server.chats.seed({ title: 'My chat' });
  server.chats.seed({ title: 'Chat of bob', owner: 'bob', updatedAgoMs: 60_000 });
  const app = await open(server, WIDE);
  await app.shows(/▌✔ My chat/);
  expect(app.text()).not.toContain('Chat of bob');
  app.press('O');
  await app.shows('shared with me');
  app.press('down', 'enter');
  await app.shows(/Tasks shared with you.*Chat of bob/s);
  await app.until((screen) => !screen.text().includes('My chat'));
  app.press('O');
  await app.shows('everyone');
  app.type('everyone');
  await app.shows(/▌ everyone/);
  app.press('enter');
  await app.shows(/My chat .*Chat of bob/s);
});

it.each([NARROW, WIDE])('pull request, pins and filters, at $cols columns', async (size) => {
  const server = await chatsDeployment();
  server.chats.seed({ title: 'Pin the clock', diffStatus: PULL_REQUEST, updatedAgoMs: 900_000 });
  server.chats.seed({ title: 'Plain chat', updatedAgoMs: 60_000 });
  server.chats.seed({ title: 'Kept chat', pinOrder: 1, updatedAgoMs: 9_000_000 });
  const app = await open(server, size);
  await app.shows(/⚑ Kept chat .*Plain chat .*Pin the cl?/s);
  await app.shows(size.cols === 80 ? /Pin the c… #812/ : /Pin the clock +#812 open/);
  app.press('G');
  await app.shows('PR 812 open, approved · +41 -12 in 3 files');
  app.press('/');
  app.type('pr:open');
  const isFiltered = (screen: { text(): string }, filter: string): boolean =>
    screen.text().includes(filter) && !screen.text().includes('Plain chat');
  await app.until((screen) => isFiltered(screen, 'pr:open'));
  app.press('esc');
  await app.until((screen) => !screen.text().includes('pr:open'));
  await app.shows('Plain chat');
  app.press('/');
  app.type('is:pinned');
  await app.until((screen) => isFiltered(screen, 'is:pinned'));
  await app.shows('Kept chat');
});

it('ASCII terminals and screen readers have the tree, too', async () => {
  const server = await chatsDeployment();
  const parent = server.chats.seed({ title: 'Fix auth', status: 'running', pinOrder: 1 });
  server.chats.seed({ title: 'Find it', parent, status: 'running' });
  const ascii = await open(server, NARROW, ['--ascii']);
  await ascii.shows(/>@ \+ \^ Fix auth/);
  ascii.press('right');
  await ascii.shows(/>@ - \^ Fix auth .*@ ` Find it/s);
  expect(ascii.text()).toMatch(/^[\x00-\x7f]*$/u);

  const spoken = await open(server, NARROW, ['--screen-reader']);
  await spoken.until(/Fix auth: working.*1 sub-agent hidden/s);
  spoken.press('right', 'down');
  await spoken.until(/Find it, sub-agent of Fix auth: working/);
});
