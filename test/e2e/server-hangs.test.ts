import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json, type Reply } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

/** Longer than the first time-out of a poll, ms. */
const HANG_MS = 17_000;

it('data is live within 15 s after a server stops hanging', async () => {
  const server = await deployment();
  let isHanging = false;
  let message = 'Which branch?';
  const unlessHanging =
    (reply: () => Reply): Reply =>
    (...request) =>
      isHanging ? undefined : reply()(...request);
  const state = () => ({ timestamp: new Date().toISOString(), state: 'working', message, uri: '' });
  server.on(
    'GET',
    TASKS,
    unlessHanging(() => json(200, { tasks: [task({ current_state: state() })], count: 1 })),
  );
  server.on(
    'GET',
    '/api/v2/buildinfo',
    unlessHanging(() => json(200, { version: 'v2.33.4', dashboard_url: '' })),
  );
  const home = makeHome();
  const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.jsonc'), '{ "poll": { "list": 1 } }');
  const app = await home.open([], signedIn(server));
  await app.until('Which branch?');
  isHanging = true;
  await app.until(/offline \d+s/);
  await new Promise((resolve) => setTimeout(resolve, HANG_MS - 10_000));
  message = 'It is back.';
  isHanging = false;
  await app.until('It is back.');
  await app.until(/ live *$/m);
  expect(app.text()).not.toContain('offline');
}, 120_000);
