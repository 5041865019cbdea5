import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { WireTask } from '../../src/wire/task.ts';
import { commitsCannotFail, type FailingCommits, failingCommits } from '../support/failing-commits.ts';
import { startLocalServer, temporaryDirectory } from '../support/local-server.ts';
import { type Answer, isProcessRunning, TestClient, waitUntil } from './test-client.ts';

/** A clock that shortens waits of a second to 50 ms, for fast retries. */
const hasty: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms / 20, callback),
};

let temporary: ReturnType<typeof temporaryDirectory>;
let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;
let commits: FailingCommits;

beforeEach(async () => {
  if (commitsCannotFail !== null) return;
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  temporary = temporaryDirectory();
  server = await startLocalServer({
    stateDir: path.join(temporary.path, 'state'),
    clock: hasty,
    graceMs: 30_000,
  });
  client = new TestClient(server);
  commits = failingCommits();
});
afterEach(async () => {
  if (commitsCannotFail !== null) return;
  commits.restore();
  await server.close();
  temporary.remove();
  vi.restoreAllMocks();
});

/** Suffix of the title, if the test is skipped. */
const skipped = commitsCannotFail === null ? '' : ` (skipped: ${commitsCannotFail})`;

const ranFile = (): string => path.join(temporary.path, 'ran');
/** A command that appends a line for each run. */
const RAN = 'echo $$ >> ../../../ran';
const ran = (): readonly string[] =>
  existsSync(ranFile()) ? readFileSync(ranFile(), 'utf8').split('\n').filter(Boolean) : [];
const stillRuns = (): boolean => ran().some((pid) => isProcessRunning(Number(pid)));

/** A task whose command has finished. */
async function resting(): Promise<WireTask> {
  const task = await client.create(RAN);
  return client.until(task.id, 'active', 'complete');
}

/** A task whose command runs until it is ended. */
async function working(ignored = ''): Promise<WireTask> {
  const task = await client.create(
    `trap '' ${ignored || 'USR1'}; ${RAN}; echo up; while :; do sleep 0.1; done`,
  );
  // The list's message is stored together with the output.
  await waitUntil('output on disk', async () => (await client.get(task.id)).current_state?.message === 'up');
  return client.get(task.id);
}

async function paused(): Promise<WireTask> {
  const { id } = await resting();
  await client.act(id, 'pause');
  return client.until(id, 'paused');
}

const buildOf = async (task: WireTask): Promise<{ readonly id: string }> => {
  const { body } = await client.call('GET', `/api/v2/workspaces/${task.workspace_id}/builds`);
  return (body as readonly { readonly id: string }[])[0] ?? { id: '' };
};

const build = (task: WireTask, transition: string): Promise<Answer> =>
  client.call('POST', `/api/v2/workspaces/${task.workspace_id}/builds`, { transition });

async function upload(task: WireTask): Promise<Answer> {
  const path_ = `/api/v2/workspaceagents/me/tasks/${task.id}/log-snapshot?format=agentapi`;
  const token = (await client.logs(task.id)).logs?.[2]?.content.trim() ?? '';
  const message = { id: 1, role: 'agent', content: 'uploaded', time: '2026-01-02T03:04:05Z' };
  return client.call('POST', path_, { messages: [message] }, { 'Coder-Session-Token': token });
}

const isGone = async (task: WireTask): Promise<boolean> =>
  (await client.call('GET', `/api/v2/tasks/me/${task.id}`)).status === 404;
const directoryOf = (task: WireTask): string => path.join(server.stateDir, 'tasks', task.id);

interface Operation {
  readonly name: string;
  /** Creates the task of the operation. */
  readonly task: () => Promise<WireTask | null>;
  readonly request: (task: WireTask) => Promise<Answer>;
  readonly status: number;
  /** Resolves when all effects have happened; rejects if they are wrong. */
  readonly done: (task: WireTask) => Promise<void>;
  /** Number of COMMITs to fail, including that of the request; 1 if the rest belongs to another operation. */
  readonly commits: number;
  /** Expected number of runs of the command. */
  readonly ran: number;
}

const version = (): Promise<string> => client.versionOf();

const OPERATIONS: readonly Operation[] = [
  {
    name: 'creating a task',
    task: async () => null,
    request: async () =>
      client.call('POST', '/api/v2/tasks/me', { template_version_id: await version(), input: RAN }),
    status: 201,
    done: async ({ id }) => {
      await client.until(id, 'active', 'complete');
      const { logs } = await client.logs(id);
      expect(logs?.map(({ content }) => content).slice(1)).toEqual([RAN, '[no output]']);
    },
    commits: 5,
    ran: 1,
  },
  {
    name: 'sending a message',
    task: resting,
    request: ({ id }) => client.send(id, RAN),
    status: 204,
    done: async ({ id }) => {
      await waitUntil('second turn', async () => (await client.logs(id)).logs?.length === 5);
      await client.until(id, 'active', 'complete');
    },
    commits: 3,
    ran: 2,
  },
  {
    name: 'pausing a task, and resuming it at once with another input,',
    task: () => working(),
    request: ({ id }) => client.act(id, 'pause'),
    status: 202,
    done: async ({ id }) => {
      await client.until(id, 'paused');
      expect(stillRuns()).toBe(false);
      expect(await client.lastContent(id)).toBe('up\n[ended: the task was paused]');
      // At once, while a write may still be waiting for its retry.
      const input = await client.call('PATCH', `/api/v2/tasks/me/${id}/input`, { input: RAN });
      expect(input.status).toBe(204);
      expect((await client.act(id, 'resume')).status).toBe(202);
      await client.until(id, 'active', 'complete');
      expect(await client.lastContent(id)).toBe('[no output]');
    },
    commits: 5,
    ran: 2,
  },
  {
    name: 'resuming a task',
    task: paused,
    request: ({ id }) => client.act(id, 'resume'),
    status: 202,
    done: async ({ id }) => {
      await client.until(id, 'active', 'idle');
    },
    commits: 3,
    ran: 1,
  },
  {
    name: 'deleting a task',
    task: () => working(),
    request: ({ id }) => client.call('DELETE', `/api/v2/tasks/me/${id}`),
    status: 202,
    done: async (task) => {
      expect(await isGone(task)).toBe(true);
      await waitUntil('directory gone', () => !existsSync(directoryOf(task)));
      expect(stillRuns()).toBe(false);
      const workspace = `/api/v2/workspaces/${task.workspace_id}`;
      await waitUntil('deleted', async () => (await client.call('GET', workspace)).status === 410);
    },
    commits: 5,
    ran: 1,
  },
  {
    name: 'canceling a build',
    task: async () => {
      const task = await working('TERM');
      await client.act(task.id, 'pause');
      await waitUntil('runs', async () => (await client.get(task.id)).workspace_status === 'stopping');
      return task;
    },
    request: async (task) =>
      client.call('PATCH', `/api/v2/workspacebuilds/${(await buildOf(task)).id}/cancel`),
    status: 200,
    done: async (task) => {
      await client.until(task.id, 'error');
      await waitUntil('canceled', async () => (await client.get(task.id)).workspace_status === 'canceled');
      expect(stillRuns()).toBe(true);
      // Otherwise the server waits for the process.
      for (const pid of ran()) process.kill(Number(pid), 'SIGKILL');
    },
    commits: 2,
    ran: 1,
  },
  {
    name: 'changing the input of a paused task',
    task: paused,
    request: ({ id }) => client.call('PATCH', `/api/v2/tasks/me/${id}/input`, { input: `true; ${RAN}` }),
    status: 204,
    done: async ({ id }) => {
      expect((await client.get(id)).initial_prompt).toBe(`true; ${RAN}`);
      await client.act(id, 'resume');
      await client.until(id, 'active', 'complete');
    },
    commits: 1,
    ran: 2,
  },
  {
    name: 'uploading a snapshot',
    task: async () => {
      const { id } = await client.create(`${RAN}; printenv CODER_AGENT_TOKEN`);
      return client.until(id, 'active', 'complete');
    },
    request: upload,
    status: 204,
    done: async ({ id }) => {
      await client.act(id, 'pause');
      await client.until(id, 'paused');
      expect(await client.lastContent(id)).toBe('uploaded');
    },
    commits: 1,
    ran: 1,
  },
  {
    name: 'stopping a workspace',
    task: () => working(),
    request: (task) => build(task, 'stop'),
    status: 201,
    done: async ({ id }) => {
      await client.until(id, 'paused');
      expect(stillRuns()).toBe(false);
    },
    commits: 1,
    ran: 1,
  },
  {
    name: 'starting a workspace',
    task: paused,
    request: (task) => build(task, 'start'),
    status: 201,
    done: async ({ id }) => {
      await client.until(id, 'active', 'idle');
    },
    commits: 1,
    ran: 1,
  },
  {
    name: 'deleting a workspace',
    task: () => working(),
    request: (task) => build(task, 'delete'),
    status: 201,
    done: async (task) => {
      expect(await isGone(task)).toBe(true);
      await waitUntil('directory gone', () => !existsSync(directoryOf(task)));
      expect(stillRuns()).toBe(false);
    },
    commits: 1,
    ran: 1,
  },
  {
    name: 'the end of a turn',
    task: async () => {
      const task = await client.create(`${RAN}; while [ ! -e go ]; do sleep 0.02; done; echo last words`);
      await waitUntil('running', () => stillRuns());
      return task;
    },
    request: async (task) => {
      writeFileSync(path.join(directoryOf(task), 'go'), '');
      return client.call('GET', '/api/v2/buildinfo');
    },
    status: 200,
    done: async ({ id }) => {
      await client.until(id, 'active', 'complete');
      expect(await client.lastContent(id)).toBe('last words\n');
      expect((await client.send(id, RAN)).status).toBe(204);
      await waitUntil('answer', async () => (await client.lastContent(id)) === '[no output]');
    },
    commits: 1,
    ran: 2,
  },
];

/** The visible state of all tasks. */
async function everything(): Promise<unknown> {
  const { tasks } = await client.list();
  const conversations = (tasks ?? []).map(({ id }) => client.call('GET', `/api/v2/tasks/me/${id}/logs`));
  const builds = (tasks ?? []).map(({ workspace_id }) =>
    client.call('GET', `/api/v2/workspaces/${workspace_id}/builds`),
  );
  const directories = path.join(server.stateDir, 'tasks');
  return {
    tasks,
    conversations: (await Promise.all(conversations)).map(({ body }) => body),
    builds: (await Promise.all(builds)).map(({ body }) => body),
    directories: existsSync(directories) ? readdirSync(directories) : [],
    ran: ran().map((pid) => [pid, isProcessRunning(Number(pid))]),
  };
}

const requests = OPERATIONS.filter(({ name }) => name !== 'the end of a turn');

describe.skipIf(commitsCannotFail !== null)(`on a disk that refuses writes${skipped}`, () => {
  test.each(requests.map((operation) => [operation.name, operation] as const))(
    '%s that fails three times says why, changes nothing, and works afterwards',
    async (_, { task, request, status, done, ran: runsInAll }) => {
      const target = (await task()) ?? ({} as WireTask);
      const before = await everything();
      commits.fail();
      for (let count = 0; count < 3; count += 1) {
        const refused = await request(target);
        expect(refused.status).toBe(507);
        expect(refused.body).toEqual({
          message: `Cannot use the directory ${server.stateDir}: the disk reports an error. Correct this, or set TASKDECK_STATE_DIR to a directory that you can write to.`,
        });
      }
      // By now an effect would have begun.
      await sleep(100);
      commits.heal();
      expect(await everything()).toEqual(before);
      const accepted = await request(target);
      expect(accepted.status).toBe(status);
      await done('id' in target ? target : (accepted.body as WireTask));
      expect(ran()).toHaveLength(runsInAll);
    },
  );

  test.each(
    OPERATIONS.flatMap((operation) =>
      Array.from({ length: operation.commits }, (_, index) => index + 1)
        .filter((nth) => nth > 1 || operation.name === 'the end of a turn')
        .flatMap((nth) => [
          [operation.name, nth, 'once', 1, operation] as const,
          [operation.name, nth, 'three times', 3, operation] as const,
        ]),
    ),
  )(
    '%s of which COMMIT %i fails %s goes on by itself, and runs nothing twice',
    async (_, nth, __, count, { task, request, status, done, ran: runsInAll }) => {
      const target = (await task()) ?? ({} as WireTask);
      commits.fail(nth, count);
      const accepted = await request(target);
      expect(accepted.status).toBe(status);
      await waitUntil('failures', () => commits.failed === count, 5_000);
      await done('id' in target ? target : (accepted.body as WireTask));
      expect(ran()).toHaveLength(runsInAll);
    },
  );
});
