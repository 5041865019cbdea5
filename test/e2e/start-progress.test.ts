import { describe, expect, it } from 'vitest';
import { BUILD_ID, build, task, WORKSPACE_ID } from '../api/response-bodies.ts';
import { type CoderServer, json } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, pollOften, signedIn, TASKS } from './deployment.ts';

const LOGS = `/api/v2/workspacebuilds/${BUILD_ID}/logs`;

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();

const starting = (rest: Readonly<Record<string, unknown>> = {}) =>
  task({
    status: 'initializing',
    workspace_status: 'starting',
    workspace_build_number: 1,
    workspace_agent_id: null,
    workspace_agent_lifecycle: null,
    current_state: null,
    created_at: ago(60),
    updated_at: ago(60),
    ...rest,
  });

const line = (id: number, stage: string, output: string) => ({
  id,
  created_at: ago(1),
  log_source: 'provisioner',
  log_level: 'info',
  stage,
  output,
});

/** Sets the task, in the list and by id. */
function be(server: CoderServer, is: ReturnType<typeof task>): void {
  server.on('GET', TASKS, json(200, { tasks: [is], count: 1 }));
  server.on('GET', ONE, json(200, is));
}

const building = (server: CoderServer, job: Readonly<Record<string, unknown>>): void =>
  server.on(
    'GET',
    `/api/v2/workspaces/${WORKSPACE_ID}`,
    json(200, { id: WORKSPACE_ID, latest_build: build({ build_number: 1, transition: 'start', job }) }),
  );

describe('a starting task', () => {
  it('shows its place in the queue, its steps, its log and its progress', async () => {
    const server = await deployment();
    be(server, starting({ status: 'pending', workspace_status: 'pending' }));
    building(server, { status: 'pending', queue_position: 2, queue_size: 5, created_at: ago(5) });
    server.on(
      'GET',
      '/api/v2/templates',
      json(200, [
        {
          id: task().template_id,
          name: 'docker-ai',
          active_version_id: 'v',
          build_time_stats: { start: { P50: 40_000, P95: 120_000 } },
        },
      ]),
    );
    server.on('GET', `${ONE}/logs`, json(200, { logs: [], snapshot: true }));
    const app = await pollOften(makeHome()).open([], { ...signedIn(server), cols: 120, rows: 40 });
    await app.until('queued, 2 of 5');
    await app.until('queued on the server');

    server.on('GET', LOGS, json(200, [line(1, 'Planning', '\x1b[1mdocker_image.main: Refreshing\x1b[0m')]));
    building(server, { status: 'running', created_at: ago(35), started_at: ago(30) });
    be(server, starting());
    await app.until('◐ building');
    await app.until('docker_image.main: Refreshing');
    await app.until(/━+─+ {2}\d+s, usually 40s, rarely over 2m/u);

    server.on('GET', `${LOGS}?after=1`, json(200, [line(2, 'Applying', 'docker_container.work: Creating')]));
    await app.until('docker_container.work: Creating');
    expect(app.text()).toContain('docker_image.main: Refreshing');

    building(server, { status: 'succeeded', started_at: ago(42), completed_at: ago(2) });
    await app.until('◐ agent connecting');
    be(server, starting({ workspace_agent_lifecycle: 'starting', workspace_status: 'running' }));
    await app.until('◐ scripts');
    be(server, task({ workspace_build_number: 1 }));
    await app.until((screen) => !screen.text().includes('agent connecting'));
  });
});

describe('a failed start', () => {
  it('shows the reason with the log, after a restart too', async () => {
    const server = await deployment();
    be(server, starting());
    building(server, { status: 'running', created_at: ago(9), started_at: ago(8) });
    server.on('GET', LOGS, json(200, [line(1, 'Planning', 'asking for a machine')]));
    server.on('GET', `${LOGS}?after=1`, json(200, []));
    const home = pollOften(makeHome());
    const app = await home.open([], signedIn(server));
    await app.until('asking for a machine');

    server.on('GET', `${LOGS}?after=1`, json(200, [line(2, 'Planning', 'Error: quota exceeded')]));
    building(server, {
      status: 'failed',
      error: 'terraform plan: exit status 1',
      started_at: ago(9),
      completed_at: ago(1),
    });
    be(server, starting({ status: 'error', workspace_status: 'failed' }));
    const isTold = (text: string): boolean =>
      [
        '✖ building',
        'starting failed after 8s',
        'terraform plan: exit status 1',
        'Error: quota exceeded',
      ].every((words) => text.includes(words));
    await app.until((screen) => isTold(screen.text()));
    app.press('q');
    await app.exit();

    const again = await home.open([], signedIn(server));
    server.on(
      'GET',
      LOGS,
      json(200, [line(1, 'Planning', 'asking'), line(2, 'Planning', 'Error: quota exceeded')]),
    );
    await again.until((screen) => isTold(screen.text()));
    // The build has ended, so taskdeck stops polling it.
    const buildRequests = () => server.requests.filter(({ target }) => target.includes('/workspace')).length;
    const before = buildRequests();
    const lists = server.requests.filter(({ target }) => target.startsWith(TASKS)).length;
    await expect
      .poll(() => server.requests.filter(({ target }) => target.startsWith(TASKS)).length)
      .toBeGreaterThan(lists + 1);
    expect(buildRequests()).toBe(before);
  });
});
