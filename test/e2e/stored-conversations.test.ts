import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const SIZE = { cols: 120, rows: 60 };

/** Fourteen messages that differ by one word, with times of `hour`. */
const said = (hour: number, word: string, count = 14) =>
  Array.from({ length: count }, (_, id) => ({
    id,
    type: id % 2 === 1 ? 'input' : 'output',
    content: `${word} number ${id}`,
    time: `2026-01-02T${String(hour).padStart(2, '0')}:${String(id).padStart(2, '0')}:00Z`,
  }));

const ALL = said(3, 'saying');

function paused(server: CoderServer): void {
  const now = task({ status: 'paused', workspace_status: 'stopped' });
  server.on('GET', TASKS, json(200, { tasks: [now], count: 1 }));
  server.on('GET', ONE, json(200, now));
  server.on(
    'GET',
    `${ONE}/logs`,
    json(200, { logs: ALL.slice(-10), snapshot: true, snapshot_at: '2026-01-02T04:00:00Z' }),
  );
}

function active(server: CoderServer, logs: unknown): void {
  server.on('GET', TASKS, json(200, { tasks: [task()], count: 1 }));
  server.on('GET', ONE, json(200, task()));
  server.on('GET', `${ONE}/logs`, json(200, { logs }));
}

const open = (home: Home, server: CoderServer, ...args: readonly string[]): Promise<TerminalApp> =>
  home.open(args, { ...signedIn(server), ...SIZE });

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
}

/** All bytes of the state directory, SQLite's logs included. */
const onDisk = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
        .join('\n')
    : '';

/** Opens the task while it works, and quits. */
async function watched(
  ...args: readonly string[]
): Promise<{ readonly home: Home; readonly server: CoderServer }> {
  const [home, server] = [pollOften(makeHome()), await deployment()];
  active(server, ALL);
  const app = await open(home, server, ...args);
  await app.until('saying number 13');
  expect(app.text()).toContain('saying number 0');
  await quit(app);
  return { home, server };
}

it('a paused task shows its whole conversation after a restart, although its snapshot has ten messages', async () => {
  const { home, server } = await watched();
  paused(server);
  const app = await open(home, server);
  await app.until('snapshot from the pause, ');
  await app.until('saying number 0');
  for (let id = 0; id < 14; id++)
    expect(app.text().match(new RegExp(`saying number ${id}\\s`, 'g'))).toHaveLength(1);
  expect(app.text()).not.toContain('are missing');
  await quit(app);
});

it('a conversation that restarts after a resume is shown below the old one, after a line', async () => {
  const { home, server } = await watched();
  active(server, said(9, 'again', 3));
  const app = await open(home, server);
  await app.until('again number 2');
  await app.until('saying number 13');
  const text = app.text();
  expect(text).toMatch(/─ restarted \d\d:\d\d ─/);
  expect(text.indexOf('saying number 13')).toBeLessThan(text.indexOf('restarted'));
  expect(text.indexOf('restarted')).toBeLessThan(text.indexOf('again number 0'));
  await quit(app);
});

it('missing messages and retracted text are marked', async () => {
  const [home, server] = [pollOften(makeHome()), await deployment()];
  paused(server);
  const app = await open(home, server);
  await app.until('saying number 4');
  await app.until('some messages are missing');
  active(server, [...ALL.slice(0, 13), { ...ALL[13], content: 'shorter', time: '2026-01-02T05:00:00Z' }]);
  app.press('ctrl+l');
  await app.until('shorter');
  await app.until('retracted');
  expect(app.text()).toContain('saying number 13');
  expect(app.text()).toContain('saying number 0');
  expect(app.text()).not.toContain('some messages are missing');
  await quit(app);
});

it('new messages since the last visit are below a line', async () => {
  const { home, server } = await watched();
  active(server, [
    ...ALL,
    { id: 14, type: 'output', content: 'news of the night', time: '2026-01-02T06:00:00Z' },
  ]);
  const app = await open(home, server);
  await app.until('news of the night');
  await app.until('new since you looked');
  expect(app.text().indexOf('saying number 13')).toBeLessThan(app.text().indexOf('new since you looked'));
  expect(app.text().indexOf('new since you looked')).toBeLessThan(app.text().indexOf('news of the night'));
  await quit(app);
  const again = await open(home, server);
  await again.until('news of the night');
  await again.until('live');
  expect(again.text()).not.toContain('new since you looked');
  await quit(again);
});

it('--no-archive stores no conversation', async () => {
  const { home } = await watched('--no-archive');
  expect(onDisk(home.stateDir)).not.toContain('saying number');
  const { home: other } = await watched();
  expect(onDisk(other.stateDir)).toContain('saying number');
});

it('"archive": false in the config file stores nothing, and shows no stored conversation', async () => {
  const { home, server } = await watched();
  pollOften(home, { archive: false });
  active(server, said(9, 'again', 3));
  const app = await open(home, server);
  await app.until('again number 2');
  // A stored conversation would be shown after one more poll.
  const polls = () => server.requests.filter(({ target }) => target === `${ONE}/logs`).length;
  const before = polls();
  await expect.poll(polls).toBeGreaterThan(before);
  expect(app.text()).not.toContain('saying number');
  await quit(app);
  expect(onDisk(home.stateDir)).not.toContain('again number');
});

it('taskdeck purge deletes all stored conversations from the disk', async () => {
  const { home, server } = await watched();
  const refused = await home.call(['purge']);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('--yes');
  expect(onDisk(home.stateDir)).toContain('saying number');
  expect(await home.run('purge', '--yes')).toMatch(/^Deleted 1 conversation: 14 entries, \d+ bytes\.\n$/);
  expect(onDisk(home.stateDir)).not.toContain('saying number');
  paused(server);
  const app = await open(home, server);
  await app.until('some messages are missing');
  expect(app.text()).not.toContain('saying number 0');
  await quit(app);
});

it('a transcript that is scrolled up shows the number of new lines', async () => {
  const [home, server] = [pollOften(makeHome()), await deployment()];
  active(server, said(3, 'saying', 40));
  const app = await open(home, server);
  await app.until('saying number 39');
  app.press('tab', 'pageup');
  await app.until('lines below');
  active(server, [
    ...said(3, 'saying', 40),
    { id: 40, type: 'input', content: 'one\ntwo', time: '2026-01-02T06:00:00Z' },
  ]);
  app.press('ctrl+l');
  await app.until('4 new lines');
  await quit(app);
});
