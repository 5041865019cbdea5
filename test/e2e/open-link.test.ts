import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TASK_ID, task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

const PULL = 'https://github.com/acme/app/pull/12';
const state = (uri: string) => ({
  current_state: { timestamp: '2026-01-01T00:00:00Z', state: 'idle', message: 'Look at it', uri },
});

it('o opens the agent’s link, or copies it over SSH; the heading is a link too', async () => {
  const server = await deployment();
  const linked = task(state(PULL));
  server.on('GET', TASKS, json(200, { tasks: [linked], count: 1 }));
  server.on('GET', ONE, json(200, linked));
  const home = makeHome();
  const opener = path.join(home.folder, 'bin', 'xdg-open');
  const log = path.join(home.folder, 'opened');
  writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$*" > '${log}'\n`);
  chmodSync(opener, 0o755);
  const options = { cols: 120, rows: 30 };
  const here = await home.open([], {
    ...options,
    env: {
      ...signedIn(server).env,
      DISPLAY: ':9',
      SSH_CONNECTION: undefined,
      SSH_TTY: undefined,
      SSH_CLIENT: undefined,
    },
  });
  await here.until(/“Look at it” → github\.com\/acme\/ap/u);
  expect(here.output()).toContain(`\x1b]8;;${PULL}\x1b\\`);
  here.press('o');
  await here.until(`Opened with xdg-open: ${PULL}`);
  expect(readFileSync(log, 'utf8')).toBe(PULL);
  here.press('q');
  await here.exit();

  const far = await home.open([], {
    ...options,
    env: {
      ...signedIn(server).env,
      DISPLAY: ':9',
      SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22',
      TMUX: undefined,
      STY: undefined,
    },
  });
  await far.until(/“Look at it”/u);
  const mark = far.bytes();
  far.press('o');
  await far.until(`${PULL}  No browser is available on this machine`);
  expect(far.output(mark)).toContain(`\x1b]52;c;${Buffer.from(PULL).toString('base64')}\x07`);
});

it('o ignores a hostile link and opens the task’s page', async () => {
  const server = await deployment();
  const hostile = task(state('javascript:alert(1)'));
  server.on('GET', TASKS, json(200, { tasks: [hostile], count: 1 }));
  server.on('GET', ONE, json(200, hostile));
  const home = makeHome();
  const app = await home.open([], {
    cols: 120,
    env: { ...signedIn(server).env, SSH_CONNECTION: 'x', TMUX: undefined, STY: undefined },
  });
  await app.until('“Look at it”');
  app.press('o');
  await app.until('was not opened');
  const page = `${server.url}/tasks/ada/${TASK_ID}`;
  expect(app.text()).toContain(page);
  expect(app.output()).toContain(Buffer.from(page).toString('base64'));
  expect(app.output()).not.toContain(Buffer.from('javascript:').toString('base64'));
  expect(existsSync(path.join(home.folder, 'opened'))).toBe(false);
});
