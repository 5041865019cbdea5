import { expect, it } from 'vitest';
import { TASK_ID } from '../api/response-bodies.ts';
import { AUTH, bothServers, DOCS, programWithChats } from './second-source.ts';

const program = programWithChats();
const TASK = `ada/${TASK_ID}`;

/** Both servers, and a home that lists them. */
async function start() {
  const servers = await bothServers();
  return { ...servers, home: program.makeHome(servers) };
}

it('list prints the rows of both sources, and those of one while the server of the other is down', async () => {
  const { home, chats, tasks } = await start();
  const rows: readonly Record<string, unknown>[] = JSON.parse(await home.run('list', '--json'));
  expect(rows.map(({ id, status, phase }) => [id, status, phase])).toEqual([
    [AUTH, 'running', 'working'],
    [DOCS, 'waiting', 'complete'],
    [TASK_ID, 'active', 'idle'],
  ]);
  await chats.down();
  expect(await home.call(['list', '--quiet'])).toMatchObject({
    code: 5,
    out: 'fix-login-1f2e\n',
    err: 'taskdeck: Cannot list sessions: The chats server does not answer.\n',
  });
  await chats.up();
  await tasks.down();
  const withoutTasks = await home.call(['list', '--quiet']);
  expect(withoutTasks).toMatchObject({ code: 5, out: '6f0c1c1e\n7a1d2c3b\n' });
  expect(withoutTasks.err).toMatch(/^taskdeck: Cannot list tasks: /);
});

it('logs prints the parts of a chat', async () => {
  const { home } = await start();
  expect((await home.run('logs', AUTH)).replaceAll(/ [\d:TZ-]{20}\]/g, ']')).toBe(`\
[you]
Fix the flaky auth tests

[agent]
thinking: The clock is read twice

I pin the clock.

✓ run: go test ./...
file: trace.txt (text/plain)
unknown part: hologram
`);
  const [question, answer] = JSON.parse(await home.run('logs', '--json', AUTH));
  expect(question).not.toHaveProperty('parts');
  expect(answer.parts.map(({ type }: { readonly type: string }) => type)).toEqual([
    'reasoning',
    'text',
    'tool-call',
    'file',
    'unknown',
  ]);
});

it('send says who has the message, and does not repeat one whose answer is lost', async () => {
  const { home, chats } = await start();
  expect(await home.run('send', DOCS, 'Add examples')).toBe('Sent to 7a1d2c3b.\n');
  expect(await home.run('send', AUTH, 'Run the linter')).toBe('Queued on the server for 6f0c1c1e.\n');
  chats.loseNext('answer');
  expect(await home.run('send', AUTH, 'Run the tests')).toBe('Queued on the server for 6f0c1c1e.\n');
  chats.endTurn(DOCS);
  chats.loseNext('answer');
  expect(await home.run('send', DOCS, 'Shorten them')).toBe('Sent to 7a1d2c3b.\n');
  expect(chats.queue(AUTH)).toEqual(['Run the linter', 'Run the tests']);
  expect(chats.texts(DOCS).slice(-2)).toEqual(['Add examples', 'Shorten them']);
  expect(chats.count(/^POST .*\/messages$/)).toBe(4);
});

it('wait ends when a chat and a Task have reached the phase', async () => {
  const { home, chats } = await start();
  const waiting = home.start(['wait', AUTH, TASK]);
  await expect.poll(() => chats.count(`GET /api/v2/chats/${AUTH}`)).toBeGreaterThan(0);
  chats.endTurn(AUTH);
  expect(await waiting.ended).toMatchObject({ code: 0, err: '' });
});

it('actions run on the rows of their source, and what stands for them on the others', async () => {
  const { home, chats } = await start();
  const paused = await home.call(['pause', AUTH, DOCS]);
  expect(paused).toMatchObject({ code: 1, out: '6f0c1c1e is halted.\n' });
  expect(paused.err).toMatch(/: No turn runs\.\n$/);
  expect(chats.chat(AUTH).status).toBe('waiting');
  expect(await home.run('delete', '--yes', AUTH)).toBe('6f0c1c1e is closed.\n');
  const archived = await home.call(['close', TASK, DOCS]);
  expect(archived).toMatchObject({ code: 1, out: '7a1d2c3b is closed.\n' });
  expect(archived.err).toMatch(/: Close does not apply to a task\.\n$/);
  expect(await home.run('reopen', DOCS)).toBe('7a1d2c3b is reopened.\n');
  expect([chats.chat(AUTH).archived, chats.chat(DOCS).archived]).toEqual([true, false]);
});
