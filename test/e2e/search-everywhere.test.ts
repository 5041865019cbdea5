import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TASK_ID, task } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const SIZE = { cols: 100, rows: 30 };
const OTHER_ID = TASK_ID.replace(/.$/, '7');
const other = task({ id: OTHER_ID, name: 'write-docs-9a9a', display_name: 'Write the docs' });

const entry = (id: number, content: string) => ({
  id,
  type: id % 2 === 1 ? 'input' : 'output',
  content,
  time: `2026-01-02T03:${String(Math.floor(id / 60)).padStart(2, '0')}:${String(id % 60).padStart(2, '0')}Z`,
});

/** 900 messages, which are three pages on the disk; the needle is in the first one. */
const LONG = Array.from({ length: 900 }, (_, id) =>
  entry(id, id === 3 ? 'the Needle in the haystack' : `line number ${id}`),
);

function serve(server: CoderServer, logs: unknown, tasks: readonly unknown[] = [task(), other]): void {
  server.on('GET', TASKS, json(200, { tasks, count: tasks.length }));
  server.on('GET', ONE, json(200, task()));
  server.on('GET', `${ONE}/logs`, json(200, { logs }));
  server.on('GET', `${TASKS}/ada/${OTHER_ID}`, json(200, other));
  server.on('GET', `${TASKS}/ada/${OTHER_ID}/logs`, json(200, { logs: [entry(0, 'nothing here yet')] }));
}

const open = (home: Home, server: CoderServer, ...args: readonly string[]): Promise<TerminalApp> =>
  home.open(args, { ...signedIn(server), ...SIZE });

async function quit(app: TerminalApp): Promise<void> {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
}

/** Opens taskdeck until it has stored these messages of the first task, and quits. */
async function seen(logs: readonly { readonly content: string }[]) {
  const [home, server] = [pollOften(makeHome()), await deployment()];
  serve(server, logs, [task()]);
  const app = await open(home, server);
  await app.until(logs.at(-1)?.content ?? '');
  await quit(app);
  return { home, server };
}

const onDisk = (folder: string): string =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith('taskdeck.db'))
        .map((name) => readFileSync(path.join(folder, name), 'latin1'))
        .join('\n')
    : '';

it('the conversation of a deleted task is found after a restart, and opens in the pager', async () => {
  const { home, server } = await seen([
    entry(0, 'Ready'),
    entry(1, 'rotate the signing keys'),
    entry(2, 'Done.'),
  ]);
  serve(server, [], [other]);
  const pager = path.join(home.folder, 'pager.txt');
  const app = await home.open([], {
    ...SIZE,
    env: { ...signedIn(server).env, PAGER: `cat >${pager}`, LESS: undefined },
  });
  await app.until('Write the docs');
  app.press('F');
  await app.until('Search all conversations');
  app.send('signing rotate');
  await app.until('rotate the signing keys');
  expect(app.text()).toContain('* Fix login redirect');
  app.press('enter');
  await expect.poll(() => (existsSync(pager) ? readFileSync(pager, 'utf8') : '')).toContain('Done.');
  expect(readFileSync(pager, 'utf8')).toMatch(/^Fix login redirect\n.*3 messages stored on this machine\./u);
  app.press('space');
  await app.until('Search all conversations');
});

it('two characters of Chinese are found', async () => {
  const { home, server } = await seen([entry(0, '准备好了'), entry(1, '请修复登录页面'), entry(2, '完成')]);
  const app = await open(home, server);
  app.press('F');
  await app.until('Search all conversations');
  app.send('登录');
  await app.until('请修复登录页面');
  app.send('册');
  await app.until('No stored message has all of these words.');
  app.press('esc');
  await app.until('Fix login redirect');
  await quit(app);
});

it('enter goes to the message in the transcript, far above what was loaded', async () => {
  const { home, server } = await seen(LONG);
  serve(server, LONG.slice(-10));
  const app = await open(home, server);
  await app.until('Write the docs');
  app.press('F');
  await app.until('Search all conversations');
  app.send('needle');
  await app.until('Needle in the haystack');
  app.press('enter');
  await app.until('line number 4');
  expect(app.text()).toContain('the Needle in the haystack');
  expect(app.text()).not.toContain('line number 899');
  // The hit is that of the search in the transcript.
  await app.shows('next hit');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('next hit'));
  await quit(app);
});

it('the newest message is found at once, and the text of the search stays', async () => {
  const { home, server } = await seen([entry(0, 'first'), entry(1, 'second')]);
  const app = await open(home, server);
  await app.until('second');
  app.press('F');
  await app.until('Search all conversations');
  app.send('"seco');
  await app.until('1 of 1');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('Search all conversations'));
  // The text stays for the next time.
  app.press('F');
  await app.until('1 of 1');
  app.press('esc');
  await app.until((screen) => !screen.text().includes('Search all conversations'));
  await quit(app);
});

it('the key says why nothing can be searched when conversations are not stored', async () => {
  const [home, server] = [pollOften(makeHome()), await deployment()];
  const app = await open(home, server, '--no-archive');
  await app.until('Which branch?');
  app.press('F');
  await app.until('Conversations are not stored');
  await quit(app);
});

it('taskdeck search prints JSON without a server, and nothing after a purge', async () => {
  const { home, server } = await seen([
    entry(0, 'Ready'),
    entry(1, 'rotate the ƪƺȹƥ keys'),
    entry(2, 'Done.'),
  ]);
  await server.close();
  const { env } = signedIn(server);
  const found = await home.call(['search', 'ƪƺȹƥ', 'rotate', '--json'], { env });
  expect(found.code).toBe(0);
  expect(JSON.parse(found.out)).toMatchObject([
    {
      task: TASK_ID,
      title: 'Fix login redirect',
      time: '2026-01-02T03:00:01Z',
      role: 'user',
      text: 'rotate the ƪƺȹƥ keys',
      gone: false,
    },
  ]);
  expect(await home.call(['search', 'absent'], { env })).toMatchObject({ code: 1, out: '' });
  expect((await home.call(['search', 'rotate', '--all'])).out).toContain('rotate the ƪƺȹƥ keys');
  expect(onDisk(home.stateDir)).toContain(Buffer.from('ƪƺȹ').toString('latin1'));
  await home.run('purge', '--yes');
  expect(onDisk(home.stateDir)).not.toContain(Buffer.from('ƪƺȹ').toString('latin1'));
  expect(onDisk(home.stateDir)).not.toContain(Buffer.from('ƺȹƥ').toString('latin1'));
  expect(await home.call(['search', 'rotate', '--json'], { env })).toMatchObject({ code: 1, out: '[]\n' });
});
