import { expect, it } from 'vitest';
import type { Chats } from '../support/chats/chats.ts';
import { emptyRepository } from '../support/git-repository.ts';
import { makeHome } from '../support/home.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** What git itself says about changes in a repository. */
function diffOfGit(): string {
  const { git, write, commit } = emptyRepository();
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  write('clock.go', lines.join('\n'));
  write('old name.txt', 'kept\n'.repeat(20));
  write('logo.png', Buffer.from([0, 1, 2, 0]));
  commit();
  write('clock.go', lines.with(30, `\tpinned clock 漢字 ${'x'.repeat(200)} END`).join('\n'));
  git('mv', 'old name.txt', 'new ä.txt');
  write('logo.png', Buffer.from([0, 9, 9, 0]));
  write('empty', '');
  git('add', '.');
  return `${git('diff', '--cached', '-M')}\n`;
}

type Seeded = Parameters<Chats['seed']>[0];

const PULL_REQUEST = {
  url: 'https://github.com/acme/auth/pull/812',
  head_branch: 'fix/clock',
  pull_request_state: 'open',
  pr_number: 812,
  additions: 1,
  deletions: 1,
  changed_files: 4,
};

async function opened(
  chat: Seeded,
  size = { cols: 80, rows: 24 },
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) {
  const server = await chatsDeployment();
  const workspaceId = server.chats.workspaces.add('dev');
  const id = server.chats.seed({ title: 'Pin the clock', workspaceId, ...chat });
  const agent = server.chats.agent(id);
  agent.changeFiles(diffOfGit());
  agent.editFiles([
    { repo_root: '/home/coder/auth', branch: 'wip', unified_diff: UNCOMMITTED, remote_origin: '' },
  ]);
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open(args, { ...size, env });
  await app.until('Pin the clock');
  return { server, app, id, agent };
}

const UNCOMMITTED = 'diff --git a/todo.md b/todo.md\n--- a/todo.md\n+++ b/todo.md\n@@ -1 +1 @@\n-a\n+b\n';

it('D reads a diff of git by file, searches it, opens the pager and returns', async () => {
  const { server, app } = await opened({ diffStatus: PULL_REQUEST }, undefined, { PAGER: 'cat' });
  app.press('D');
  await app.until('Changes against the base · branch fix/clock · 4 files · +1 -1');
  expect(app.text()).toContain('new ä.txt · renamed from old name.txt');
  expect(app.text()).toContain('logo.png · binary');
  expect(app.text()).toContain('empty · new');
  app.press(']');
  await app.until(/┐\n│▌── clock\.go · \+1 -1/);
  expect(app.text()).toContain(' 31 -line 30');
  expect(app.text()).toMatch(/ 31 \+ {7,8}pinned clock 漢字 x+/);
  app.press('ctrl+f');
  await app.until('keep the hits');
  app.type('end');
  await app.until('1 of 1');
  app.press('enter', 'v');
  await app.until('“cat” exited at once');
  expect(app.emulator.history()).toContain('rename to "new \\303\\244.txt"');
  app.press('q');
  await app.until('1 of 1');
  app.press('tab');
  await app.until('Uncommitted changes · branch wip · 1 file · +1 -1');
  expect(server.chats.sockets.written.map(({ text }) => text)).toEqual(['{"type":"refresh"}']);
  app.press('esc');
  await app.until('/ filter');
  expect(app.text()).not.toContain('Diff: Pin the clock');
  expect(server.chats.sockets.most.git).toBe(1);
});

it('says why there is no diff, and loads it again with r', async () => {
  const { app, agent, server, id } = await opened({ diffStatus: PULL_REQUEST });
  agent.changeFiles('');
  app.press('D');
  await app.until('could not read the changes from the git host');
  agent.changeFiles(UNCOMMITTED);
  app.press('r');
  await app.until('todo.md');
  server.chats.row(id).workspaceId = server.chats.workspaces.add('stopped', 'stopped');
  app.press('tab');
  await app.until('No eligible agent found for chat workspace.');
});

it('shows an error of the server, a diff that takes long, and sends comments on it', async () => {
  const { app, server, id } = await opened({ diffStatus: PULL_REQUEST });
  server.chats.faults.plan('diff', { answer: { status: 403, body: { message: 'The git host refused.' } } });
  server.chats.faults.plan('diff', { delayBeforeMs: 1_500 });
  app.press('D');
  await app.until('The git host refused.');
  app.press('r');
  await app.until('Loading the changes against the base.');
  await app.until('clock.go');
  app.press('}', 'c');
  await app.until('comment on clock.go:31  line 30');
  app.type('Keep it.');
  await app.until('❯ Keep it.');
  app.press('enter');
  await app.until('┃ comment: Keep it.');
  app.press('S');
  await app.until('❯ 1 comment on your changes:');
  app.press('enter');
  await app.until('The message is in the outbox.');
  await expect
    .poll(() => JSON.stringify(server.chats.row(id).messages))
    .toContain('clock.go:31 (removed line): Keep it.\\n> line 30');
});

it('without colours and Unicode has signs, and fits a tiny screen', async () => {
  const { app } = await opened({ diffStatus: PULL_REQUEST }, undefined, { NO_COLOR: '1' }, ['--ascii']);
  app.press('D');
  await app.until('Changes against the base');
  app.press(']');
  await app.until(/-\+\n\|>-- clock\.go/);
  expect(app.text()).toContain(' 31 -line 30');
  app.resize(30, 8);
  await app.until('needs 40x10');
  app.resize(80, 24);
  await app.shows('-- clock.go');
});

it('is read out line by line', async () => {
  const server = await chatsDeployment();
  const id = server.chats.seed({ title: 'Pin the clock', diffStatus: PULL_REQUEST });
  server.chats.agent(id).changeFiles(UNCOMMITTED);
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open(['--screen-reader'], { cols: 80, rows: 24 });
  await app.until('Pin the clock');
  app.press('D');
  await app.until('Diff: Pin the clock');
  await app.until('Added: b');
  expect(app.text()).toContain('File todo.md');
  expect(app.text()).toContain('Removed: a');
});

it('shows cost and context in the heading, and requests the cost of no other chat', async () => {
  const server = await chatsDeployment();
  const other = server.chats.seed({ title: 'Other', messages: [['user', 'Hi']] });
  const id = server.chats.seed({ title: 'Pin the clock', messages: [['user', 'Hi']] });
  for (const chat of [other, id]) {
    const agent = server.chats.agent(chat);
    agent.say('Hello');
    agent.reportUsage({ input_tokens: 8_100, output_tokens: 330, context_limit: 200_000 });
    agent.cost({ total_cost_micros: 412_345, unpriced_request_count: 1 });
  }
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open([], { cols: 120, rows: 40 });
  await app.until('at least $0.41 · 8.4k tokens · 4 % of context');
  const costs = server.requests.filter(({ target }) => target.endsWith('/cost'));
  expect(costs).toHaveLength(1);
});
