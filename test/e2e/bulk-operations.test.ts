import { describe, expect, it } from 'vitest';
import { build, message, task } from '../api/response-bodies.ts';
import { type CoderServer, empty, json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const NAMES = ['Apples', 'Bread', 'Cheese', 'Dates', 'Eggs'] as const;
const idOf = (name: string): string =>
  `00000000-0000-4000-8000-${Buffer.from(name.slice(0, 4)).toString('hex').padStart(12, '0')}`;
const at = (name: string): string => `${TASKS}/ada/${idOf(name)}`;

/** A deployment with one idle task per name that accepts every action. */
async function tasks(...names: readonly string[]): Promise<CoderServer> {
  const server = await deployment();
  const tasksByName = new Map(
    names.map((name) => [name, task({ id: idOf(name), name, display_name: name })]),
  );
  const tell = (): void => {
    const all = [...tasksByName.values()];
    server.on('GET', TASKS, json(200, { tasks: all, count: all.length }));
    for (const [name, each] of tasksByName) server.on('GET', at(name), json(200, each));
  };
  for (const name of names) {
    server.on('GET', `${at(name)}/logs`, json(200, { logs: [message(1, 'output', `I am ${name}`)] }));
    server.on('POST', `${at(name)}/pause`, (response, request, socket) => {
      const during = { status: 'unknown', workspace_status: 'pending', workspace_build_number: 4 };
      const known = tasksByName.get(name);
      if (known !== undefined) tasksByName.set(name, { ...known, ...during });
      tell();
      return json(202, { workspace_build: build() })(response, request, socket);
    });
    server.on('POST', `${at(name)}/send`, (response, request, socket) => {
      const said = message(2, 'input', JSON.parse(request.body).input);
      server.on('GET', `${at(name)}/logs`, json(200, { logs: [said] }));
      return empty(204)(response, request, socket);
    });
    server.on('DELETE', at(name), (response, request, socket) => {
      tasksByName.delete(name);
      tell();
      return empty(202)(response, request, socket);
    });
  }
  tell();
  return server;
}

/** Sorted names of the tasks that received this request. */
const receivedBy = ({ requests }: CoderServer, method: string, path = ''): readonly string[] =>
  NAMES.filter((name) =>
    requests.some((request) => request.method === method && request.target === `${at(name)}${path}`),
  );

const count = ({ requests }: CoderServer, method: string): number =>
  requests.filter((request) => request.method === method).length;

async function open(server: CoderServer, cols = 120): Promise<TerminalApp> {
  const app = await makeHome().open([], { cols, ...signedIn(server) });
  await app.until(/ live /);
  await app.until(/by activity/);
  return app;
}

describe('a pause of the selected task', () => {
  it('waits for five seconds, in which U undoes it, then is sent once', async () => {
    const server = await tasks('Apples', 'Bread');
    const app = await open(server, 80);
    app.press('p');
    await app.until(/pausing “Apples” in \d s, U to undo/);
    app.press('p');
    await app.until('It will be paused in a moment. Press U to undo that.');
    app.press('U');
    await app.until('Undone: “Apples” was not paused.');
    expect(count(server, 'POST')).toBe(0);
    app.press('p');
    await app.until(/‖ Apples +pausing/);
    await expect.poll(() => receivedBy(server, 'POST', '/pause')).toEqual(['Apples']);
    expect(app.text()).not.toContain('U to undo');
  });

  it('is sent by a quit within that time', async () => {
    const server = await tasks('Apples', 'Bread');
    const app = await open(server, 80);
    app.press('p');
    await app.until(/pausing “Apples” in \d s/);
    app.press('q');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    expect(receivedBy(server, 'POST', '/pause')).toEqual(['Apples']);
  });
});

describe('marked tasks', () => {
  it('are paused together after one confirmation, and a failed one is shown with its reason', async () => {
    const server = await tasks(...NAMES);
    server.on(
      'POST',
      `${at('Cheese')}/pause`,
      json(409, { message: 'A workspace build is already active.' }),
    );
    const app = await open(server);
    app.press('space', 'space');
    await app.until('2 marked');
    app.press('a');
    await app.until('5 marked');
    await app.until(/▌■ ● \w+ .*\n.*■ ● \w+ /);
    app.press('p');
    await app.until(/\? Pause 5 tasks: “\w+”, /);
    for (const name of NAMES) expect(app.text()).toMatch(new RegExp(`│ ● ${name} +idle`));
    app.press('y');
    await app.until(/pausing 5 tasks in \d s, U to undo/);
    expect(count(server, 'POST')).toBe(0);
    await app.until('1 task could not be paused and is marked again.');
    await app.until(/Cheese *│\n│ +A workspace build is already active\./);
    await app.until('4 tasks are pausing.');
    expect(receivedBy(server, 'POST', '/pause')).toEqual(NAMES);
    expect(count(server, 'POST')).toBe(5);
    app.press('esc');
    // Failed tasks stay marked.
    await app.until(/■ ● Cheese/);
    expect(app.text()).toContain('1 marked');
    expect(app.text().match(/‖ \w+ [▁-█ ]*pausing/g)).toHaveLength(4);
  });

  it('get one message each after one confirmation that names them', async () => {
    const server = await tasks('Apples', 'Bread', 'Cheese');
    const app = await open(server);
    app.press('/');
    app.type('!cheese\r');
    await app.until((screen) => !/● Cheese/.test(screen.text()));
    app.press('a', 'esc');
    await app.until(/● Cheese/);
    app.press('enter');
    await app.until(/┌ To 2 tasks/);
    app.type('run the tests');
    await app.until('❯ run the tests');
    app.press('enter');
    await app.until(/\? Send to 2 tasks: “\w+” and “\w+”\?/);
    expect(count(server, 'POST')).toBe(0);
    app.press('y');
    await expect.poll(() => receivedBy(server, 'POST', '/send')).toEqual(['Apples', 'Bread']);
    await app.until((screen) => !/ marked/.test(screen.text()));
    expect(count(server, 'POST')).toBe(2);
  });
});

describe('a bulk delete', () => {
  it('is undone with U, or when quitting, without a request to the server', async () => {
    const server = await tasks(...NAMES);
    const app = await open(server);
    app.press('a', 'd');
    await app.until(/\? Delete 5 tasks with their workspaces: “/);
    app.press('y');
    await app.until(/deleting 5 tasks in \d s, U to undo/);
    expect(app.text()).not.toMatch(/deleting *(?:<1|\d+)m/);
    app.press('U');
    await app.until('Undone: no task was deleted. The 5 tasks are marked again.');
    app.press('d', 'y');
    await app.until(/deleting 5 tasks in \d s/);
    app.press('q');
    await app.until(/\? 5 tasks are not deleted yet\..*y deletes, then quits.*n quits without/);
    app.press('esc');
    await app.until(/deleting 5 tasks in \d s/);
    app.press('q');
    await app.until('not deleted yet');
    app.press('n');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    expect(count(server, 'DELETE')).toBe(0);
  });

  it('runs before taskdeck quits if the user chooses so', async () => {
    const server = await tasks('Apples', 'Bread', 'Cheese');
    const app = await open(server);
    app.press('space', 'space', 'd', 'y');
    await app.until(/deleting 2 tasks in \d s/);
    app.press('q');
    await app.until('2 tasks are not deleted yet.');
    app.press('y');
    expect(await app.exit()).toEqual({ code: 0, signal: null });
    expect(count(server, 'DELETE')).toBe(2);
  });

  it('does not run if taskdeck is killed within the undo window', async () => {
    const server = await tasks('Apples', 'Bread');
    const app = await open(server);
    app.press('a', 'd', 'y');
    await app.until(/deleting 2 tasks in \d s/);
    app.kill('SIGTERM');
    await app.exit();
    expect(count(server, 'DELETE')).toBe(0);
  });
});
