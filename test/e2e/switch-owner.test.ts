import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { type CoderServer, json, type Reply } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const idOf = (name: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(name.slice(0, 6)).toString('hex').padStart(12, '0')}`;

const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString();

const taskOf = (owner: string, name: string, state = 'idle', ago = 600) =>
  task({
    id: idOf(name),
    owner_name: owner,
    name,
    display_name: name,
    current_state: { timestamp: at(ago), state, message: `Said by ${name}`, uri: '' },
    created_at: at(3_600),
    updated_at: at(3_600),
  });

/** A deployment that lists these tasks by owner. `others`: its answer to requests for other owners. */
async function of(tasks: readonly ReturnType<typeof taskOf>[], others?: Reply): Promise<CoderServer> {
  const server = await deployment();
  const list = (owner: string | null) => {
    const found = tasks.filter(({ owner_name }) => owner === null || owner_name === owner);
    return json(200, { tasks: found, count: found.length });
  };
  server.on('GET', `${TASKS}?q=owner%3Ame`, list('ada'));
  server.on('GET', TASKS, others ?? list(null));
  for (const owner of ['bob', 'carol'])
    server.on('GET', `${TASKS}?q=owner%3A${owner}`, others ?? list(owner));
  for (const each of tasks) {
    for (const user of ['me', 'ada', 'bob']) server.on('GET', `${TASKS}/${user}/${each.id}`, json(200, each));
    server.on(
      'GET',
      `${TASKS}/${each.owner_name}/${each.id}/logs`,
      json(200, { logs: [message(1, 'output', `Words of ${each.name}`)] }),
    );
  }
  return server;
}

/** A home whose taskdeck polls the list every second. */
function hasty(settings = ''): Home {
  const home = makeHome();
  mkdirSync(home.env.TASKDECK_CONFIG_DIR ?? '', { recursive: true });
  writeFileSync(
    path.join(home.env.TASKDECK_CONFIG_DIR ?? '', 'config.jsonc'),
    `{ "poll": { "list": 1 }, ${settings} }`,
  );
  return home;
}

const listTargets = (server: CoderServer): readonly string[] =>
  server.requests.map(({ target }) => target).filter((target) => target.split('?')[0] === TASKS);

/** The row of this task in the list. */
const row = (app: TerminalApp, name: string): string =>
  app.screen().find((line) => /^│.[●◐✔]/u.test(line) && line.includes(name)) ?? '';

it('shows all tasks, or those of one owner, and keeps the user’s drafts and messages', async () => {
  const server = await of([
    taskOf('ada', 'login', 'working', 60),
    taskOf('ada', 'docs', 'complete'),
    taskOf('bob', 'migrate'),
  ]);
  const app = await hasty().open([], { cols: 130, ...signedIn(server) });
  await app.until(/ live /);
  // A queued message, a draft, and an unseen task.
  await app.until('Words of login');
  app.send('iuse main\r');
  await app.until(/you queued/);
  app.send('ihalf a thought\x1b[27u');
  await app.until('half a thought');
  expect(row(app, 'docs')).toMatch(/│•✔ docs/u);

  app.send('O');
  await app.until('Whose tasks?');
  app.send('every\r');
  await app.until('3 tasks of everyone');
  expect(row(app, 'migrate')).toMatch(/migrate +bob +idle/u);
  expect(row(app, 'docs')).toMatch(/│•✔ docs +ada +complete/u);
  app.send('O');
  await app.until('Whose tasks?');
  app.send('bob\r');
  await app.until('1 task of bob');
  await app.until('Words of migrate');
  expect(app.text()).not.toContain('docs');
  // Several polls of bob's tasks later, the message is still queued.
  await expect
    .poll(() => listTargets(server).filter((target) => target.endsWith('bob')).length)
    .toBeGreaterThan(1);
  app.press('Q');
  await app.until(/login +queued +use main/);
  app.press('q');

  app.send('O');
  await app.until('Whose tasks?');
  app.press('enter');
  await app.until(/ 2 tasks · /);
  await app.until('half a thought');
  await app.until(/you queued/);
  expect(row(app, 'docs')).toMatch(/│•✔ docs/u);
  expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(app.output()).not.toContain('\x07');
});

it('remembers the owner, and shows its tasks in the first frame', async () => {
  const server = await of([taskOf('ada', 'login'), taskOf('bob', 'migrate')]);
  server.on(
    'GET',
    '/api/v2/users',
    json(200, { users: [{ id: 'u2', username: 'carol', name: 'Carol' }], count: 1 }),
  );
  const home = hasty();
  const app = await home.open([], { cols: 100, ...signedIn(server) });
  await app.until(/ live /);
  app.send('O');
  await app.until('carol');
  app.send('carol\r');
  await app.until('carol has no tasks that you can');
  app.send('O');
  await app.until('Whose tasks?');
  app.send('bob');
  await app.until('owner bob');
  app.press('enter');
  await app.until('1 task of bob');
  app.press('q');
  await app.exit();

  // The server does not answer.
  server.on('GET', `${TASKS}?q=owner%3Abob`, () => undefined);
  const next = await home.open([], { cols: 100, ...signedIn(server) });
  await next.until('1 task of bob');
  expect(row(next, 'migrate')).toContain('idle');
});

it('requests the tasks of the owner that a saved view or the filter names', async () => {
  const server = await of([taskOf('ada', 'login'), taskOf('ada', 'docs'), taskOf('bob', 'migrate')]);
  const home = hasty('"views": { "1": { "name": "Bob", "filter": "owner:bob phase:idle" } }');
  const app = await home.open([], { cols: 100, ...signedIn(server) });
  await app.until('2 tasks');
  app.press('V', '1', 'enter');
  await app.until('1 task of bob');
  await app.until('Words of migrate');
  app.press('V', '1', 'enter');
  await app.until(/ 2 tasks · /);
  expect(row(app, 'docs')).toContain('idle');
  app.send('/owner:nobody');
  await app.until(/No task matches/);
  expect(listTargets(server).some((target) => target.includes('nobody'))).toBe(false);
  server.on(
    'GET',
    `${TASKS}?q=owner%3Anobody`,
    json(400, {
      message: 'Invalid task search query.',
      validations: [{ field: 'owner', detail: 'No such user.' }],
    }),
  );
  app.press('enter');
  await app.until('Cannot list the tasks of nobody: Invalid task search query. owner: No such');
  await app.shows(/O lists the tasks of others/);
});

it('keeps a saved view if the user becomes known only later', async () => {
  const server = await of([taskOf('ada', 'login'), taskOf('bob', 'migrate')]);
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.on('GET', '/api/v2/users/me', async (...request) => {
    await released;
    await json(200, { id: 'u', username: 'ada', name: 'Ada' })(...request);
  });
  const home = hasty('"views": { "1": { "name": "Bob", "filter": "owner:bob" } }');
  const app = await home.open([], { cols: 100, ...signedIn(server) });
  await app.until('1 task ');
  app.press('V', '1', 'enter');
  await app.until('1 task of bob');
  release();
  await app.until(/· ada /);
  await app.until('1 task of bob');
  app.press('q');
  await app.exit();

  // The choice made before the user was known is remembered.
  const next = await home.open([], { cols: 100, ...signedIn(server) });
  await next.until('1 task of bob');
});

it('shows the server’s error to a member who may see only their own tasks', async () => {
  const server = await of(
    [taskOf('ada', 'login')],
    json(403, { message: 'You may list your own tasks only.' }),
  );
  server.on('GET', '/api/v2/users', json(403, { message: 'Forbidden.' }));
  const app = await hasty().open([], { cols: 130, ...signedIn(server) });
  await app.until('Words of login');
  app.send('O');
  await app.until('Whose tasks?');
  app.send('every\r');
  await app.until('Cannot list the tasks of everyone: You may list your own tasks only.');
  await app.shows(/ 1 task · /);
  await app.shows('Words of login');
  const before = listTargets(server).length;
  await expect.poll(() => listTargets(server).length).toBeGreaterThan(before);
  expect(listTargets(server).filter((target) => target === TASKS)).toHaveLength(1);
});
