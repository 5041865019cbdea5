import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

it('a screen reader gets one line each for the selection, needed attention and new messages', async () => {
  const server = await deployment();
  const home = makeHome();
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), '{ "poll": { "list": 0.5 } }');
  const app = await home.open(['--screen-reader'], { ...signedIn(server), cols: 60, rows: 20 });
  await app.until(/1 task, 1 needs you\.\nFix login redirect: idle for .*, needs you/);
  expect(app.modes()).toMatchObject({ alternateScreen: false, cursorVisible: true });

  // Polls without news write nothing.
  const quiet = app.bytes();
  const polls = server.requests.length;
  await server.waitForRequests(polls + 2);
  expect(app.output(quiet)).toBe('');

  app.press('enter');
  await app.until('message>');
  expect(app.text()).toContain('Press enter to send');
  const before = app.bytes();
  for (const so of ['m', 'ma', 'mai', 'main']) {
    app.type(so.slice(-1));
    await app.until(new RegExp(`message> ${so}$`, 'm'));
  }
  expect(app.output(before)).toBe('main');
  app.press('left', 'left', 'backspace');
  await app.until(/message> min$/m);
  expect(app.cursor().x).toBe('message> m'.length);
  app.press('esc');
  await app.until(/message> min\nFix login redirect: idle/);

  app.press('tab');
  await app.until(/Agent, \d\d:\d\d\. Message 2 of 2\.\n {2}Which branch\?/);
  app.press(':');
  await app.until('Commands. Type to find');
  app.type('delete');
  await app.until(/Delete the task.*\n?.* 1 of \d/);
  app.press('enter');
  await app.until('Question: Delete “Fix login redirect”');
  app.press('n');
  await app.until('Transcript of Fix login redirect.');

  // Another user has answered, and the agent works again.
  const working = task({
    current_state: { state: 'working', message: 'On it', timestamp: new Date().toISOString(), uri: '' },
  });
  server.on('GET', TASKS, json(200, { tasks: [working], count: 1 }));
  server.on('GET', ONE, json(200, working));
  await app.until('Fix login redirect: working. “On it”');

  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(app.modes()).toEqual(INITIAL_MODES);
  expect(app.output()).not.toMatch(/[┌│└─◐●]/u);
  expect(app.output()).not.toMatch(/\x1b\[[\d;]*m/u);
  expect(app.emulator.history().match(/1 task, 1 needs you/g)).toHaveLength(1);
});
