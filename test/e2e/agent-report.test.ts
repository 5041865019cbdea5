import { expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

const MESSAGE = '**Done**: see [the PR](https://example.com/1)\x1b]0;evil\x07\n\x1b[31mall green\x1b[0m';
const SHOWN = 'Done: see the PR all green';

it('an agent’s report has no markup and no escape sequences, on the screen and in scripts', async () => {
  const server = await deployment();
  const reporting = { ...task(), current_state: { ...task().current_state, message: MESSAGE } };
  server.on('GET', TASKS, json(200, { tasks: [reporting], count: 1 }));
  server.on('GET', ONE, json(200, reporting));
  server.on('GET', `${TASKS}/me/${reporting.id}`, json(200, reporting));
  const home = makeHome();
  const { env } = signedIn(server);
  for (const command of [['list'], ['show', reporting.id]]) {
    const { code, out } = await home.call(command, { env });
    expect([code, out]).toEqual([0, expect.stringContaining(SHOWN)]);
  }
  // --json has the server's text unchanged.
  const { out } = await home.call(['show', reporting.id, '--json'], { env });
  expect(JSON.parse(out).current_state.message).toBe(MESSAGE);

  const app = await home.open([], { env, cols: 160, rows: 40 });
  await app.until(`“${SHOWN}”`);
  const reader = await home.open(['--screen-reader'], { env, cols: 160, rows: 40 });
  await reader.until(`“${SHOWN}”`);
});
