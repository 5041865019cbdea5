import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import type { TerminalApp } from '../support/terminal-app.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const report = (button: number, column: number, row: number): string =>
  `\x1b[<${button};${column};${row}M\x1b[<${button};${column};${row}m`;

/** Clicks on a word in the left half of the screen. */
function click(app: TerminalApp, word: string): void {
  const row = app.screen().findIndex((line) => line.slice(0, 34).includes(word));
  expect(row, app.text()).toBeGreaterThan(0);
  app.send(report(0, 6, row + 1));
}

it('the setting “mouse” enables clicks and the wheel, and the shell gets its mouse back', async () => {
  const server = await deployment();
  const names = ['first', 'second', 'third'];
  const tasks = names.map((name, index) =>
    task({ id: `7e3a1c00-0000-4000-8000-00000000000${index}`, name, display_name: `The ${name}` }),
  );
  server.on('GET', TASKS, json(200, { tasks, count: tasks.length }));
  const home = makeHome();
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), '{ "mouse": true }');
  const app = await home.open([], signedIn(server));
  await app.until('● The third');
  await app.until((screen) => screen.modes().mouse === 'vt200');
  click(app, 'The second');
  await app.until(/┌ The second/u);
  // A report that arrives in two reads types nothing.
  app.send('\x1b[<0;6;');
  await new Promise((resolve) => setTimeout(resolve, 400));
  app.send('4M');
  await app.until(/esc back/u);
  app.type('hello');
  await app.until(/❯ hello/u);
  click(app, 'The first');
  await app.until(/┌ The first/u);
  // The mouse is off for the pager and the shell.
  app.press('ctrl+z');
  await app.until((screen) => !screen.modes().alternateScreen && screen.modes().mouse === 'none');
  await app.until((screen) => screen.modes().alternateScreen && screen.modes().mouse === 'vt200');
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(app.modes()).toEqual(INITIAL_MODES);
});

it('without the setting a mouse report types nothing, until the palette turns the mouse on', async () => {
  const server = await deployment();
  const home = makeHome();
  const app = await home.open([], signedIn(server));
  await app.until('● Fix login');
  expect(app.modes().mouse).toBe('none');
  app.send(`${report(0, 6, 3)}i`);
  await app.until(/esc back/u);
  app.send(report(64, 6, 3));
  app.type('ok');
  await app.until(/❯ ok/u);
  app.press('esc');
  await app.until('? help');
  app.press(':');
  await app.until('type to find');
  app.type('mouse');
  await app.until('Turn the mouse on');
  app.press('enter');
  await app.until('Mouse on');
  expect(app.modes().mouse).toBe('vt200');
  app.kill('SIGTERM');
  await app.exit();
  expect(app.modes()).toEqual(INITIAL_MODES);
});
