import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Chats } from '../support/chats/chats.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

type Seeded = Parameters<Chats['seed']>[0];

interface Reading {
  readonly server: ChatsServer;
  readonly home: Home;
  readonly app: TerminalApp;
  readonly id: string;
}

/** Opens the transcript of a chat on the whole screen. */
async function reading(chat: Seeded, last: string, size: typeof NARROW = WIDE): Promise<Reading> {
  const server = await chatsDeployment();
  const id = server.chats.seed(chat);
  const home = pollOften(makeHome(signedIn(server)));
  const app = await home.open([], size);
  await app.until(String(chat?.title));
  app.press('tab', 'z');
  await app.shows(last);
  return { server, home, app, id };
}

const TOOLS: Seeded = { title: 'Pin the clock', messages: [['user', 'Why are the tests flaky?']] };

/** What an agent does in a turn. */
function work(server: ChatsServer, id: string): void {
  const agent = server.chats.agent(id);
  agent.reason('The clock is read twice, once before midnight.');
  agent.use('read_file', { path: 'auth/clock.go', offset: 12, limit: 7 }, { content: 'package auth' });
  agent.use('execute', { command: 'go test ./...' }, { output: 'ok login\nFAIL auth 漢字\n', exit_code: 1 });
  agent.use(
    'edit_files',
    { files: [{ path: 'auth/clock.go', edits: [{ search: 'now()', replace: 'clock.now()' }] }] },
    { ok: true },
  );
  agent.use('web_search', { query: 'go fake clock' }, { results: [] });
  agent.spawn('find the clock');
  agent.compact('The story so far.');
  agent.say('I pinned the clock.', {
    type: 'source',
    source_id: 's',
    url: 'https://go.dev/doc',
    title: 'Go docs',
  });
}

it('tool calls are rows that open in place', async () => {
  const { server, app, id } = await reading(TOOLS, 'Why are the tests flaky?', NARROW);
  work(server, id);
  await app.until('citation: Go docs (https://go.dev/doc)');
  app.press('g');
  await app.shows('thinking: The clock is read twice');
  expect(app.text()).toContain('✓ read file: auth/clock.go:12-18');
  expect(app.text()).toContain('✗ run: go test ./... · exit 1');
  app.press('G');
  await app.shows('citation: Go docs (https://go.dev/doc)');
  expect(app.text()).toContain('✓ edit files: auth/clock.go');
  expect(app.text()).toContain('✓ search the web: go fake clock');
  expect(app.text()).toMatch(/✓ start sub-agent: find the clock \(chat [\da-f]{8}\)/);
  expect(app.text()).toMatch(/✓ conversation summarized +/);

  // The search opens the folded call with the hit.
  app.press('ctrl+f');
  app.type('FAIL auth');
  await app.until(/command: go test .*output:.*│ FAIL auth 漢字/s);
  app.press('esc');
  await app.until((screen) => !screen.text().includes('FAIL auth'));

  app.press('G', '{', '{', '{', '{', '{', '{');
  await app.until(/▌ ✓ edit files/);
  app.press('enter');
  await app.until(/auth\/clock\.go · \+1 -1.*│ -now\(\).*│ \+clock\.now\(\)/s);
  // It stays open when the conversation changes.
  server.chats.agent(id).say('One more thing.');
  await app.until(/\d+ new|One more thing/);
  await app.shows(/│ \+clock\.now\(\)/);
  app.press('enter');
  await app.until((screen) => !screen.text().includes('+clock.now()'));
  app.press('i');
  await app.until(/❯/);
});

it('the end of a long output opens at once, and all of it is saved', async () => {
  const { server, home, app, id } = await reading(TOOLS, 'Why are the tests flaky?');
  const output = `first line of all\n${'one more line of a long build\n'.repeat(60_000)}BUILD FAILED`;
  server.chats.agent(id).use('execute', { command: 'make' }, { output, exit_code: 2 });
  await app.until('✗ run: make · exit 2');
  app.press('{', 'enter');
  await app.until(/command: make.*the first \d+ lines hidden/s);
  app.press('G');
  await app.until('BUILD FAILED');
  const pages = path.join(home.folder, 'saved.txt');
  app.press('S');
  await app.until(/\.txt/);
  app.press('ctrl+u');
  app.type(pages);
  await app.until('saved.txt');
  app.press('enter');
  await app.until(/Saved 2\.2 MB/);
  expect(readFileSync(pages, 'utf8')).toContain('│ first line of all');
});

const numbered = (count: number): Seeded => ({
  title: 'A long chat',
  messages: Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? (['user', `question ${index}`] as const) : (['assistant', `answer ${index}`] as const),
  ),
});

it('older messages load while the user scrolls up', async () => {
  const { server, home, app } = await reading(numbered(450), 'answer 449', WIDE);
  app.press('g');
  // The newest page begins with question 250, which stays where it is when the page before it arrives.
  await app.until('answer 249');
  app.press('g');
  await app.until('answer 49');
  app.press('g');
  await app.until('question 0');
  expect(app.text()).not.toContain('older messages');
  expect(app.text()).not.toContain('missing');
  expect(app.text()).not.toContain('restarted');
  const older = server.requests.filter(({ target }) => target.includes('before_id='));
  expect(older).toHaveLength(2);

  // The conversation is stored, and joins the newest page again.
  app.press('q');
  await app.exit();
  const again = await home.open([], WIDE);
  await again.until('A long chat');
  await again.shows('question 0');
  again.press('G');
  await again.until('answer 449');
  expect(again.text()).not.toContain('missing');
});

it('an edit in the web page replaces what followed', async () => {
  const { server, app, id } = await reading(numbered(6), 'answer 5');
  const third = server.chats.messages(id)[2]?.id ?? 0;
  server.chats.web.editMessage(id, third, 'another question');
  await app.until('another question');
  expect(app.text()).not.toContain('answer 3');
  expect(app.text()).not.toContain('retracted');
  expect(app.text()).toContain('answer 1');
});

it('an error in place of older messages goes away by itself', async () => {
  const { server, app } = await reading(numbered(250), 'answer 249');
  server.chats.faults.decideBy((_, { target }) =>
    target.includes('before_id=') ? { answer: { status: 500, body: { message: 'Out of order.' } } } : null,
  );
  app.press('g');
  await app.until(/cannot load older messages, trying again/);
  server.chats.faults.clear();
  await app.until((screen) => !screen.text().includes('older messages'));
  app.press('g');
  await app.until('question 0');
});
