import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EXTENSIONS } from '../../src/wire/local-extension.ts';
import type { ChatsServer } from '../support/chats/chats-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { chatsDeployment } from './chats-deployment.ts';
import { pollOften, signedIn } from './deployment.ts';

/** The tests alternate between these sizes: test/ui/any-size.test.ts draws the panes at many others. */
const NARROW = { cols: 80, rows: 24 };
const WIDE = { cols: 120, rows: 40 };

/** Keys answer only after this time: the question can be read. */
const guardEnds = () => sleep(350);
/** A key that answered counts as held for this time. */
const keyIsReleased = () => sleep(750);

const OPTIONS = [
  { option_id: 'no', name: 'Reject', kind: 'reject_once' },
  { option_id: 'always', name: 'Always allow', kind: 'allow_always' },
  { option_id: 'yes', name: 'Allow once', kind: 'allow_once' },
];
const TESTS = { title: 'Run tests', command: 'npm test', options: OPTIONS };
const EDIT = {
  title: 'Edit src/a.ts',
  kind: 'edit',
  diff: [{ path: 'src/a.ts', old_text: 'const a = 1;\n', new_text: 'const a = 2;\n' }],
  options: OPTIONS,
};

/** A server with one chat, whose agent asks for these permissions. */
async function asking(...requests: readonly Readonly<Record<string, unknown>>[]) {
  const server = await chatsDeployment({ extensions: EXTENSIONS });
  const id = server.chats.seed({ title: 'Sign in', status: 'running' });
  for (const request of requests) server.chats.agent(id).requestPermission(request);
  return { server, id, answers: () => outcomes(server) };
}

const outcomes = ({ requests }: ChatsServer): readonly unknown[] =>
  requests.flatMap(({ target, body }) =>
    target.endsWith('/tool-results') ? [JSON.parse(body).results[0].output.option_id] : [],
  );

const open = (server: ChatsServer, size: typeof NARROW = NARROW): Promise<TerminalApp> =>
  pollOften(makeHome(signedIn(server))).open([], size);

describe('a permission request', () => {
  it('one digit in the list answers, and the next request follows', async () => {
    const { server, id, answers } = await asking(TESTS, EDIT);
    const app = await open(server, NARROW);
    await app.shows(/● Sign in +\? Run te/);
    await app.shows(
      /\? permission, 1 more after it ─.*Run tests: npm test.*1 Allow once.*2 Always.*3 Reject/s,
    );
    await guardEnds();
    app.press('1');
    await expect.poll(answers).toEqual(['yes']);
    await app.until(/\? permission ─.*Edit src\/a\.ts.*-const a = 1;.*\+const a = 2;.*1 Allow once/s);
    await keyIsReleased();
    app.press('3');
    await expect.poll(answers).toEqual(['yes', 'no']);
    await app.until(/◐ Sign in +working/);
    expect(server.chats.chat(id).status).toBe('running');
  });

  it('an answer that the agent keeps is asked for once more', async () => {
    const { server, answers } = await asking(TESTS);
    const app = await open(server, WIDE);
    await app.shows('2 Always allow');
    await guardEnds();
    app.press('2');
    await app.until(/Always allow\? The agent keeps this itself, outside taskdeck\./);
    app.press('enter');
    await app.until('Not answered.');
    expect(answers()).toEqual([]);
    await keyIsReleased();
    app.press('2');
    await app.until(/Always allow\?/);
    app.press('y');
    await expect.poll(answers).toEqual(['always']);
  });
});

it('two taskdecks answer a request once, and the later one says how it was answered', async () => {
  const { server, answers } = await asking(TESTS);
  const [one, other] = [await open(server), await open(server)];
  await one.shows('1 Allow once');
  await other.shows('1 Allow once');
  await guardEnds();
  server.chats.faults.plan('tool results', { delayBeforeMs: 1_000 });
  one.press('1');
  await expect.poll(() => outcomes(server).length).toBe(1);
  other.press('3');
  await expect.poll(answers).toEqual(['yes', 'no']);
  await one.until('Already answered elsewhere: “Reject”.');
  await other.until(/◐ Sign in +working/);
});

it('shows hostile requests as text', async () => {
  const { server } = await asking({
    title: 'x\u001b]0;pwned\u0007\u202e',
    command: 'rm -rf /\nDONE\u001b[2J',
    options: [{ option_id: 'a', name: '\u001b[31mOK', kind: 'allow_once' }],
    diff: [{ path: '../\u001b[H', old_text: '\u001b[A', new_text: 7 }],
  });
  const app = await open(server);
  await app.shows(/rm -rf \//);
  await app.shows(/1 .*OK/);
  expect(app.output()).not.toContain('pwned\u0007');
});
