import { expect, it } from 'vitest';
import { message, task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, pollOften, signedIn, TASKS } from './deployment.ts';

const OTHER = '0a1b2c3d-0d51-4a3c-9a55-0c8e6f1b7d22';
const TITLE = 'Write the docs of everything that the program can do, 修复 included';

async function twoTasks() {
  const server = await deployment();
  const other = task({ id: OTHER, name: 'docs', display_name: TITLE });
  server.on('GET', TASKS, json(200, { tasks: [task(), other], count: 2 }));
  server.on('GET', `${TASKS}/ada/${OTHER}`, json(200, other));
  server.on('GET', `${TASKS}/ada/${OTHER}/logs`, json(200, { logs: [message(1, 'output', 'All written.')] }));
  return server;
}

async function leave(app: TerminalApp): Promise<void> {
  app.press('q');
  expect((await app.exit()).code).toBe(0);
}

/** The column of the border between list and task; -1 without one. */
const borderIn = (rows: readonly string[]): number => rows[1]?.indexOf('┐┌') ?? -1;
const border = (app: TerminalApp): number => borderIn(app.screen());

it('the split and a hidden pane are the same after a restart, from the first frame on', async () => {
  const server = await twoTasks();
  const home = makeHome();
  const size = { cols: 120, rows: 30 };
  const app = await home.open([], { ...signedIn(server), ...size });
  await app.until('Which branch?');
  const before = border(app);
  app.press('>', '>');
  await app.until((screen) => borderIn(screen.rows()) === before + 8);
  await leave(app);

  const split = await home.open([], { ...signedIn(server), ...size });
  await split.until('Which branch?');
  expect(border(split)).toBe(before + 8);
  split.press('-');
  await split.until(TITLE);
  expect(border(split)).toBe(-1);
  await leave(split);

  const alone = await home.open([], { ...signedIn(server), ...size });
  await alone.until(TITLE);
  expect(alone.text()).not.toContain('Which branch?');
  alone.press('-');
  await alone.until('Which branch?');
  expect(border(alone)).toBe(before + 8);
  await leave(alone);
});

it.each([
  [80, 24],
  [60, 20],
])('the list is above the task at %d x %d with the setting “stacked”', async (cols, rows) => {
  const server = await twoTasks();
  const home = pollOften(makeHome(), { layout: 'stacked' });
  const app = await home.open([], { ...signedIn(server), cols, rows });
  await app.until('Which branch?');
  const below = (all: readonly string[]) => all.findIndex((row) => row.startsWith('┌ Fix login'));
  expect(app.screen()[1]?.startsWith('┌ Tasks')).toBe(true);
  const before = below(app.screen());
  expect(before).toBeGreaterThan(4);
  app.press('<');
  await app.until((screen) => below(screen.rows()) === before - 2);
  app.press('j');
  await app.until('All written.');
  app.press('tab', 'z');
  await app.until((screen) => !screen.text().includes('┌ Tasks'));
  app.press('tab');
  await app.until('┌ Tasks');
  await leave(app);
});

it('the palette puts the list above the task, at 80 x 24', async () => {
  const server = await twoTasks();
  const home = makeHome();
  const app = await home.open([], { ...signedIn(server), cols: 80, rows: 24 });
  await app.until('Which branch?');
  app.press(':');
  await app.until('type to find');
  app.type('list beside');
  await app.until('or above it');
  app.press('enter');
  await app.until((screen) => screen.rows().some((row) => row.startsWith('┌ Fix login')));
  await leave(app);
});

it('a click on a key of the footer runs it, also while the help is open', async () => {
  const server = await twoTasks();
  const home = pollOften(makeHome(), { mouse: true });
  const app = await home.open([], { ...signedIn(server), cols: 120, rows: 30 });
  await app.until('Which branch?');
  await app.until((screen) => screen.modes().mouse === 'vt200');
  const click = (words: string): void => {
    const row = app.screen().length;
    const column = (app.screen().at(-1)?.indexOf(words) ?? -1) + 1;
    expect(column, app.text()).toBeGreaterThan(0);
    app.send(`\x1b[<0;${column};${row}M\x1b[<0;${column};${row}m`);
  };
  click('help');
  await app.until('esc close');
  click('esc close');
  await app.until('Which branch?');
  click('filter');
  await app.until('esc back');
  click('esc back');
  await app.until('? help');
  click('quit');
  expect((await app.exit()).code).toBe(0);
});
