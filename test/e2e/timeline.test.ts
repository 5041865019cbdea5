import { it } from 'vitest';
import { build, task, WORKSPACE_ID } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

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

it('the timeline shows working, waiting and paused time with totals, after a restart too', async () => {
  const server = await deployment();
  be(server, since('working', 20));
  const home = pollOften(makeHome());
  const options = { ...signedIn(server), cols: 120, rows: 40 };
  const app = await home.open([], options);
  await app.until(/━{10,} {2}working 2\dm \(100 %\) of 2\dm/u);

  be(server, since('idle', 6));
  await app.until(/━{10,}─{5,} {2}working 1[45]m \(\d+ %\) · idle 6m \(\d+ %\) of 2\dm/u);

  be(server, since('idle', 6, { status: 'paused', workspace_status: 'stopped', workspace_build_number: 4 }));
  await app.until('paused');
  app.press('q');
  await app.exit();

  // The server does not report earlier phases.
  const again = await home.open([], options);
  await again.until(/━{10,}─{5,}╌* {2}working 1[45]m \(\d+ %\) · idle \d+m \(\d+ %\) of \d+m/u);
  // Also with two narrow panes.
  again.resize(80, 24);
  await again.until(
    (screen) => /q quit/.test(screen.rows()[23] ?? '') && /━+─+╌* {2}working 1[45]m/u.test(screen.text()),
  );
  await again.shows('paused');
});

it('at 200 x 50 each row has a sparkline of recent activity, empty if it is unknown', async () => {
  const server = await deployment();
  const other = task({
    id: '7d2b4e3a-0d51-4a3c-9a55-0c8e6f1b7d22',
    name: 'old-one',
    display_name: 'Old one',
  });
  const say = (minutes: number, words: string) => {
    const is = since('working', minutes, {
      current_state: { timestamp: ago(minutes), state: 'working', message: words, uri: '' },
    });
    server.on('GET', TASKS, json(200, { tasks: [is, other], count: 2 }));
    server.on('GET', ONE, json(200, is));
  };
  say(4, 'reading');
  const app = await pollOften(makeHome()).open([], { ...signedIn(server), cols: 200, rows: 50 });
  await app.until(/Fix login redirect +working.*\n.*reading +▁+▂▁{2,5} /u);
  say(0, 'writing');
  await app.until(/Fix login redirect +working.*\n.*writing +▁+▂▁+▂▁* /u);
  const old = app.screen().find((row) => row.includes('Old one'));
  if (old === undefined || /[▁-█]/u.test(old)) throw new Error(app.framedScreen());
  // A narrower list has no room for it.
  app.resize(80, 24);
  await app.until((screen) => screen.text().includes('Fix login redirect') && !/[▁-█]/u.test(screen.text()));
});

it('the time of a pause comes from its build if taskdeck was not running', async () => {
  const server = await deployment();
  be(
    server,
    task({
      status: 'paused',
      workspace_status: 'stopped',
      workspace_build_number: 4,
      current_state: null,
      created_at: ago(30),
      updated_at: ago(30),
    }),
  );
  const job = { status: 'succeeded', created_at: ago(12), started_at: ago(12), completed_at: ago(11) };
  const workspace = { id: WORKSPACE_ID, latest_build: build({ build_number: 4, transition: 'stop', job }) };
  server.on('GET', `/api/v2/workspaces/${WORKSPACE_ID}`, json(200, workspace));
  const app = await pollOften(makeHome()).open([], { ...signedIn(server), cols: 120, rows: 40 });
  await app.until(/·{10,}╌{10,} {2}paused 1\dm \(\d+ %\) of 30m/u);
});
