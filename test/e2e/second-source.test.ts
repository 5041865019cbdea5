import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { empty, json } from '../support/coder-server.ts';
import type { Home } from '../support/home.ts';
import type { ChatServer } from '../support/second-source/chat-server.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { ONE, TASKS } from './deployment.ts';
import { AUTH, type BothServers, bothServers, DOCS, programWithChats } from './second-source.ts';

const program = programWithChats();

/** Lists are polled once a minute, so that a change that shows earlier was pushed. */
const RARE_LISTS = { poll: { list: 60, transcript: 0.5 } };

interface Screen extends BothServers {
  readonly home: Home;
  readonly app: TerminalApp;
}

/** Opens the screen on both servers, with the working chat selected and both streams open. */
async function open(settings = RARE_LISTS, args: readonly string[] = []): Promise<Screen> {
  const servers = await bothServers();
  const { chats, tasks } = servers;
  // The first list selects its first row. The second request of a list shows that the first one has arrived.
  tasks.on('GET', TASKS, async (...reply) => {
    await expect.poll(() => lists(chats)).toBeGreaterThan(1);
    return json(200, { tasks: [task()], count: 1 })(...reply);
  });
  const home = program.makeHome(servers, settings);
  const app = await home.open(args, SIZE);
  // A screen reader hears the number of all tasks, if both lists came before its first words.
  await app.until(/Fix the auth tests.*Fix login redirect|3 tasks.*Fix the auth tests: working/s);
  await expect.poll(() => chats.openStreams).toBe(2);
  return { ...servers, home, app };
}

const SIZE = { cols: 120, rows: 30 };

const lists = (chats: ChatServer): number => chats.count('GET /api/v2/chats');
const transcripts = (chats: ChatServer): number => chats.count(/^GET .*\/messages$/);

it('one list has the rows of both sources, and the transcript has the parts of a chat', async () => {
  const { app } = await open();
  await app.shows('unknown part: hologram');
  expect(app.text()).toMatch(
    /thinking: The clock is read twice.*I pin the clock\..*✓ run: go test \.\/\.\.\..*file: trace\.txt \(text\/plain\).*unknown part: hologram/s,
  );
  expect(app.text()).toContain('3 tasks · 1 needs you · 1 working');
  app.press('G');
  await app.until(/▌● Fix login redirect.*Which branch\?/s);
});

it('pushed changes show without a poll, and polls replace a broken stream until it is back', async () => {
  const { app, chats, tasks } = await open();
  await app.shows('unknown part: hologram');

  chats.change(DOCS, { status: 'running' });
  await app.until(/Write the docs [▁-█ ]*working/);
  expect(lists(chats)).toBe(3);
  chats.say(AUTH, { type: 'text', text: 'First words' });
  await app.until('First words');
  const before = transcripts(chats);
  // The status of the task is still polled, half as often as its transcript would be.
  const statuses = (): number => chats.count(`GET /api/v2/chats/${AUTH}`);
  const statusesBefore = statuses();
  await expect.poll(statuses).toBeGreaterThan(statusesBefore + 1);
  chats.say(AUTH, { type: 'text', text: 'Second words' });
  await app.until('Second words');
  expect(transcripts(chats)).toBe(before);

  chats.dropStreams();
  await expect.poll(() => transcripts(chats)).toBeGreaterThan(before);
  chats.say(AUTH, { type: 'text', text: 'Polled words' });
  chats.change(DOCS, { status: 'waiting' });
  await app.until('Polled words');
  expect(app.text()).toMatch(/Write the docs [▁-█ ]*working/);
  const listsBefore = lists(chats);
  chats.allowStreams();
  await app.until(/Write the docs [▁-█ ]*complete/);
  expect(lists(chats)).toBe(listsBefore + 1);
  chats.say(AUTH, { type: 'text', text: 'Streamed words' });
  await app.until('Streamed words');
  expect(tasks.requests.filter(({ target }) => target.startsWith(`${TASKS}?`))).toHaveLength(1);
});

it('keys run the actions of the row, or say why not, and U runs the inverse', async () => {
  const { app, chats } = await open();
  app.press('d');
  await app.until('Close “Fix the auth tests”? Its turn ends.');
  app.press('n');
  app.press('p');
  await app.until(/Fix the auth tests [▁-█ ]*complete/);
  expect(chats.chat(AUTH).status).toBe('waiting');
  app.press('p');
  await app.until('No turn runs.');
  app.press('r');
  await app.until('It is not closed.');
  app.press('d');
  await app.until('“Fix the auth tests” is closed. Press U to undo it.');
  expect(chats.chat(AUTH).archived).toBe(true);
  app.press('U');
  await app.until('“Fix the auth tests” is reopened.');
  expect(chats.chat(AUTH).archived).toBe(false);
  app.press(':');
  app.type('close the session');
  await app.until(/▌ Close the session/);
  app.press('enter');
  await app.until('“Fix the auth tests” is closed.');
  app.press('r');
  await app.until('“Fix the auth tests” is reopened.');
  app.press('G');
  await app.until('▌● Fix login redirect');
  app.press('H');
  await app.until('Close does not apply to a task.');
});

it('a bulk operation runs the action of each row', async () => {
  const { app, chats, tasks } = await open();
  tasks.on('DELETE', ONE, empty(202));
  app.press('a', 'd');
  await app.until(
    'Close 2 and end their turns, delete 1 with its workspace: “Fix the auth tests”, “Write the docs” and 1 more?',
  );
  app.press('y');
  await app.until('2 tasks are closed. Press U to undo it.');
  await app.shows(/deleting 1 task in \d s, U to undo/);
  app.press('U');
  await app.until('Undone: no task was deleted.');
  expect([chats.chat(AUTH).archived, chats.chat(DOCS).archived]).toEqual([true, true]);
  app.press('U');
  await app.until('2 tasks are reopened.');
  expect([chats.chat(AUTH).archived, chats.chat(DOCS).archived]).toEqual([false, false]);
  expect(tasks.requests.some(({ method }) => method === 'DELETE')).toBe(false);
});

it('a message is queued on the server during a turn, and repeated only if the server does not have it', async () => {
  const { app, chats } = await open();
  app.press('i');
  app.type('Run the linter');
  await app.until('❯ Run the linter');
  app.press('enter');
  await app.until(/you queued on the server.*Run the linter/s);
  expect(chats.queue(AUTH)).toEqual(['Run the linter']);
  chats.endTurn(AUTH);
  await app.until(/you \d\d:\d\d.*\n.*Run the linter/);

  app.press('down');
  await app.until('The docs are done.');
  chats.loseNext('answer');
  app.press('i');
  app.type('Add examples');
  await app.until('❯ Add examples');
  app.press('enter');
  await app.until(/you \d\d:\d\d.*\n.*Add examples/);
  app.press('Q');
  await app.until('The outbox is empty.');
  expect(chats.texts(DOCS).filter((text) => text === 'Add examples')).toHaveLength(1);
  expect(chats.count(/^POST .*\/messages$/)).toBe(2);

  chats.loseNext('message');
  app.press('i');
  app.type('Shorten them');
  await app.until('❯ Shorten them');
  app.press('enter');
  await app.until(/you queued on the server.*Shorten them/s);
  expect(chats.queue(DOCS)).toEqual(['Shorten them']);
  expect(chats.count(/^POST .*\/messages$/)).toBe(4);
});

it('rows stay while the server of one source is down, also after a restart, and those of the other change', async () => {
  const { app, home, chats, tasks } = await open({ poll: { list: 0.5, transcript: 0.5 } });
  await chats.down();
  const working = task({ current_state: { ...task().current_state, state: 'working' } });
  tasks.on('GET', TASKS, json(200, { tasks: [working], count: 1 }));
  app.press('ctrl+l');
  await app.until('Cannot list sessions: The chats server does not answer.');
  await app.shows(/Fix login redirect [▁-█ ]*working/);
  expect(app.text()).toMatch(/Fix the auth tests [▁-█ ]*working +10m.*Write the docs [▁-█ ]*complete +10m/s);
  await chats.up();
  app.press('ctrl+l');
  await app.until((screen) => !screen.text().includes('Cannot list sessions'));

  app.press('q');
  await app.exit();
  await chats.down();
  const next = await home.open([], SIZE);
  await next.until(
    /Fix the auth tests [▁-█ ]*working.*Cannot list sessions: The chats server does not answer\./s,
  );
  expect(next.text()).toMatch(/Fix login redirect [▁-█ ]*working/);
});

it('a screen reader hears the parts of a new message, and what an action did', async () => {
  const { app, chats } = await open(RARE_LISTS, ['--screen-reader']);
  app.press('tab');
  await app.until(/Agent, \d\d:\d\d\. Message 2 of 2\..*unknown part: hologram/s);
  chats.say(
    AUTH,
    { type: 'reasoning', text: 'So simple' },
    { type: 'text', text: 'It was the clock.' },
    { type: 'tool-call', id: 'call-8', name: 'execute', args: { command: 'git push' }, output: 'ok' },
  );
  chats.endTurn(AUTH);
  await app.until(/Agent:\nthinking: So simple\nIt was the clock\.\n✓ run: git push\n/);
  app.press('tab', 'd');
  await app.until('“Fix the auth tests” is closed. Press U to undo it.');
});
