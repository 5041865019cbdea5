import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { task } from '../api/response-bodies.ts';
import { json } from '../support/coder-server.ts';
import { hasFaketime, programClock } from '../support/faketime.ts';
import { makeHome } from '../support/home.ts';
import { deployment, signedIn, TASKS } from './deployment.ts';

const HOUR = 3_600_000;

describe.skipIf(!hasFaketime)('a change of the machine’s clock (needs the package faketime)', () => {
  it.each([
    ['set back by an hour', [-HOUR]],
    ['set forward by an hour', [HOUR]],
    ['set back by an hour, and corrected', [-HOUR, 0]],
  ])(
    '%s: the screen stays live with the right ages',
    async (_, offsets) => {
      const clock = programClock();
      const server = await deployment();
      const timestamp = new Date(Date.now() - 5 * 60_000).toISOString();
      const says = (message: string): void => {
        const state = { timestamp, state: 'working', message, uri: '' };
        server.on('GET', TASKS, json(200, { tasks: [task({ current_state: state })], count: 1 }));
      };
      const lists = (): number =>
        server.requests.filter(({ target }) => target.startsWith(`${TASKS}?`)).length;
      says('Which branch?');
      const home = makeHome();
      const folder = home.env.TASKDECK_CONFIG_DIR ?? '';
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'config.jsonc'), '{ "poll": { "list": 1, "transcript": 1 } }');
      const { env } = signedIn(server);
      const app = await home.open([], { env: { ...env, ...clock.env } });
      await app.until('Which branch?');
      for (const [index, offset] of offsets.entries()) {
        clock.set(offset);
        const before = lists();
        says(`This is answer ${index}.`);
        await app.until(`This is answer ${index}.`);
        await expect.poll(lists).toBeGreaterThan(before + 5);
        await app.until(/Fix login redi… +working +[56]m/);
        await app.until(/ live *$/m);
      }
    },
    120_000,
  );
});
