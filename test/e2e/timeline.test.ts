import { it } from 'vitest';
import { task } from '../api/answers.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { makeHome } from '../support/deck.ts';
import { deployment, ONE, signedIn, TASKS } from './deployment.ts';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const since = (state: string, minutes: number, rest: Readonly<Record<string, unknown>> = {}) =>
  task({
    current_state: { timestamp: ago(minutes), state, message: `it is ${state}`, uri: '' },
    created_at: ago(20),
    updated_at: ago(20),
    ...rest,
  });

function be(server: CoderServer, is: ReturnType<typeof task>): void {
  server.on('GET', TASKS, json(200, { tasks: [is], count: 1 }));
  server.on('GET', ONE, json(200, is));
}

it('the time that a task worked, waited and was paused is drawn beside its totals, and still is after a restart', async () => {
  const server = await deployment();
  be(server, since('working', 20));
  const home = makeHome();
  const options = { ...signedIn(server), cols: 120, rows: 40 };
  const app = await home.open([], options);
  await app.until(/━{10,} {2}working 2\dm 100%/u);

  be(server, since('idle', 6));
  await app.until(/━{10,}─{5,} {2}working 1[45]m \d+% · waiting 6m \d+%/u);

  be(server, since('idle', 6, { status: 'paused', workspace_status: 'stopped', workspace_build_number: 4 }));
  await app.until('paused');
  app.press('q');
  await app.exit();

  // What it did before is not to be seen in what the server tells now.
  const again = await home.open([], options);
  await again.until(/━{10,}─{5,}╌* {2}working 1[45]m \d+% · waiting \d+m \d+%/u);
  // And there where there are two narrow panes.
  again.resize(80, 24);
  await again.until(/━+─+╌* {2}working 1[45]m/u);
  await again.until('paused');
}, 60_000);
