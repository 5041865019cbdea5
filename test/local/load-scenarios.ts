import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStateDirectoryLocked } from '../../src/config/server-lock.ts';
import { TASK_ID_VARIABLE } from '../../src/local/processes/end-processes.ts';
import { environmentVariableOf, processTable } from '../../src/local/processes/process-table.ts';
import type { WireTask } from '../../src/wire/task.ts';
import { startDetachedServer } from '../support/local-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { TestClient, waitUntil } from './test-client.ts';

/** For a busy machine, ms. */
const PATIENCE_MS = 60_000;

const listed = async (client: TestClient): Promise<readonly WireTask[]> => (await client.list()).tasks ?? [];

/** Resources of a process at one moment. */
export interface ResourceUsage {
  /** Without connections, because those of former clients stay open for a while. */
  readonly descriptors: number;
  /** Including zombies. */
  readonly children: number;
  readonly zombies: number;
  readonly rssMiB: number;
}

/** Null on systems other than Linux. */
export function resourceUsageOf(pid: number): ResourceUsage | null {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const zombies = processTable().filter((entry) => entry.zombie && children.includes(String(entry.pid)));
    const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return {
      descriptors: readdirSync(`/proc/${pid}/fd`).length - connectionsOf(pid),
      children: children.length,
      zombies: zombies.length,
      rssMiB: Number(rss) / 1024,
    };
  } catch {
    return null;
  }
}

function connectionsOf(pid: number): number {
  const inodes = new Set(
    readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => `socket:[${line.trim().split(/\s+/)[9]}]`),
  );
  return readdirSync(`/proc/${pid}/fd`).filter((name) => inodes.has(linkOf(`/proc/${pid}/fd/${name}`)))
    .length;
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    // Closed in the meantime.
    return '';
  }
}

/** Waits until the process has no children and at most `descriptors` descriptors. Null on systems other than Linux. */
export async function waitUntilIdle(
  pid: number,
  descriptors = Number.POSITIVE_INFINITY,
): Promise<ResourceUsage | null> {
  if (resourceUsageOf(pid) === null) return null;
  return waitUntil(
    'a server at rest',
    () => {
      const now = resourceUsageOf(pid);
      return now !== null && now.children === 0 && now.descriptors <= descriptors && now;
    },
    PATIENCE_MS,
  );
}

/** Creates and deletes tasks, `abreast` at a time, some of them while they run. */
export async function createAndDelete(
  client: TestClient,
  { rounds, abreast }: { readonly rounds: number; readonly abreast: number },
): Promise<void> {
  const version = await client.versionOf();
  let left = rounds;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const round = left;
      const input = round % 3 === 0 ? 'sleep 60 & echo $$; sleep 60' : `echo ${round}`;
      const created = await client.call('POST', '/api/v2/tasks/me', { template_version_id: version, input });
      if (created.status !== 201) throw new Error(`Create: ${created.status} ${created.text}`);
      const { id } = created.body as { readonly id: string };
      if (round % 2 === 0) await client.until(id, 'active');
      await waitUntil(`deletion of ${id}`, async () => {
        const { status } = await client.call('DELETE', `/api/v2/tasks/me/${id}`);
        // 409 while the first build runs.
        return status !== 409;
      });
    }
  };
  await Promise.all(Array.from({ length: abreast }, worker));
}

/** Polls the list and one transcript until `signal` aborts. */
async function poll(
  client: TestClient,
  everyMs: number,
  signal: AbortSignal,
): Promise<{ readonly answers: number; readonly refusals: readonly string[] }> {
  let answers = 0;
  const refusals: string[] = [];
  while (!signal.aborted) {
    const list = await client.call('GET', '/api/v2/tasks?q=');
    if (list.status !== 200) refusals.push(`list ${list.status} ${list.text.slice(0, 200)}`);
    const { tasks } = (list.body ?? { tasks: [] }) as { readonly tasks: readonly { readonly id: string }[] };
    const one = tasks[answers % Math.max(1, tasks.length)];
    if (one !== undefined) {
      const logs = await client.call('GET', `/api/v2/tasks/me/${one.id}/logs`);
      // 409 between two states; 404 once it is deleted.
      if (![200, 404, 409].includes(logs.status))
        refusals.push(`logs ${logs.status} ${logs.text.slice(0, 200)}`);
    }
    answers += 2;
    await sleep(everyMs);
  }
  return { answers, refusals };
}

/** Number of a task's processes in any group; null on systems other than Linux. */
function processesOf(taskId: string): number | null {
  if (process.platform !== 'linux') return null;
  return processTable().filter(
    ({ pid, zombie }) => !zombie && environmentVariableOf(pid, TASK_ID_VARIABLE) === taskId,
  ).length;
}

/** Runs many tasks, some without end, with many polling clients. Deletes the tasks afterwards. */
export async function pollManyTasks(
  client: TestClient,
  {
    tasks,
    running,
    clients,
    forMs,
  }: { readonly tasks: number; readonly running: number; readonly clients: number; readonly forMs: number },
): Promise<void> {
  const version = await client.versionOf();
  const stop = new AbortController();
  const polling = Array.from({ length: clients }, () => poll(client, 500, stop.signal));
  try {
    for (let index = 0; index < tasks; index += 1) {
      const input = index < running ? 'while :; do echo tick; sleep 0.5; done' : `echo ${index}`;
      const created = await client.call('POST', '/api/v2/tasks/me', { template_version_id: version, input });
      if (created.status !== 201) throw new Error(`Create: ${created.status} ${created.text}`);
    }
    const inState = (all: readonly WireTask[], state: string): number =>
      all.filter(({ current_state }) => current_state?.state === state).length;
    await waitUntil(`${running} of ${tasks} tasks working, the others complete`, async () => {
      const all = await listed(client);
      return inState(all, 'working') === running && inState(all, 'complete') === tasks - running;
    });
    await sleep(forMs);
    const all = await listed(client);
    if (inState(all, 'working') !== running) throw new Error('Not all of them work any more.');
  } finally {
    stop.abort();
  }
  const polled = await Promise.all(polling);
  const refusals = polled.flatMap((each) => each.refusals);
  if (refusals.length > 0) throw new Error(`Refused: ${refusals.slice(0, 3).join('; ')}`);
  if (polled.some(({ answers }) => answers === 0)) throw new Error('A client had no answer at all.');
  const all = await listed(client);
  await Promise.all(all.map(({ id }) => client.call('DELETE', `/api/v2/tasks/me/${id}`)));
}

/** Each process ignores SIGTERM and starts more, up to some dozens. */
const BOMB = `cat > bomb.sh <<'END'
trap '' TERM HUP INT
[ "$1" -le 0 ] && exec sleep 300
sh bomb.sh $(($1 - 1)) &
sh bomb.sh $(($1 - 1)) &
wait
END
sh bomb.sh 4; wait`;

/** Runs tasks with floods of output, binary output, and a growing process group. */
export async function floodOutput(client: TestClient, { bytes }: { readonly bytes: number }): Promise<void> {
  const version = await client.versionOf();
  const begin = async (input: string): Promise<string> => {
    const created = await client.call('POST', '/api/v2/tasks/me', { template_version_id: version, input });
    return (created.body as { readonly id: string }).id;
  };
  const [long, binary, bomb, ...floods] = await Promise.all([
    begin(`yes "0123456789 0123456789 0123456789" | head -c ${bytes}; echo; echo the end`),
    begin('head -c 1000000 /dev/urandom; printf "\\377\\000\\n"; echo the end'),
    begin(BOMB),
    begin('yes'),
    begin('yes 漢字'),
  ]);
  for (const id of [long, binary]) {
    await client.until(id, 'active', 'complete');
    const content = await client.lastContent(id);
    if (!content.endsWith('the end\n'))
      throw new Error(`It ends with ${JSON.stringify(content.slice(-40))}.`);
    if (Buffer.byteLength(content) > 2_000_000) throw new Error('More than 2 MB of output is stored.');
  }
  // 31 shells, 16 of which became `sleep`.
  await waitUntil('the bomb', () => (processesOf(bomb) ?? 31) >= 31);
  for (const id of [bomb, ...floods]) {
    const paused = await client.act(id, 'pause');
    if (paused.status !== 202) throw new Error(`Pause: ${paused.status} ${paused.text}`);
  }
  for (const id of [bomb, ...floods]) {
    await client.until(id, 'paused');
    const left = processesOf(id) ?? 0;
    if (left > 0) throw new Error(`${left} processes of a paused task go on.`);
  }
}

const ACTIONS = ['pause', 'resume', 'delete', 'send', 'nothing'] as const;

/**
 * Kills the server repeatedly while tasks are created, written to, paused, resumed and deleted. Checks each time that
 * the tasks which the next server reports as running are exactly those with processes.
 */
export async function killRepeatedly(
  stateDir: string,
  { rounds, tasks, seed }: { readonly rounds: number; readonly tasks: number; readonly seed: number },
): Promise<void> {
  const next = seededRandom(seed);
  let server = await startDetachedServer(stateDir);
  /** Tasks whose deletion the server accepted. */
  const deleted = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const client = new TestClient(server);
    const version = await client.versionOf();
    const created: string[] = [];
    const work = (async () => {
      for (let index = 0; index < tasks; index += 1) {
        const input =
          next(2) === 0
            ? `echo ${index}`
            : `trap '' TERM; echo ${index}; sleep 300 & while :; do sleep 1; done`;
        const answer = await client.call('POST', '/api/v2/tasks/me', { template_version_id: version, input });
        if (answer.status === 201) created.push((answer.body as { readonly id: string }).id);
        const id = created[next(created.length)] ?? '';
        const what = ACTIONS[next(ACTIONS.length)];
        if (what === 'delete') {
          if ((await client.call('DELETE', `/api/v2/tasks/me/${id}`)).status === 202) deleted.add(id);
        } else if (what === 'send') await client.send(id, 'echo more');
        else if (what !== undefined && what !== 'nothing') await client.act(id, what);
      }
    })().catch(() => undefined);
    await Promise.race([work, sleep(next(1_200))]);
    process.kill(server.pid, 'SIGKILL');
    await work;
    await waitUntil('lock free', () => !isStateDirectoryLocked(stateDir));
    server = await startDetachedServer(stateDir);
    await checkConsistency(new TestClient(server), created, deleted);
  }
}

async function checkConsistency(
  client: TestClient,
  created: readonly string[],
  deleted: ReadonlySet<string>,
): Promise<void> {
  // The server first finishes unfinished builds.
  const all = await waitUntil(
    'no build under way',
    async () => {
      const tasks = await listed(client);
      return tasks.every(({ status }) => ['active', 'paused', 'error'].includes(status)) && tasks;
    },
    PATIENCE_MS,
  );
  for (const id of created) {
    const task = all.find((other) => other.id === id);
    if (deleted.has(id) !== (task === undefined)) {
      throw new Error(`Task ${id} ${task === undefined ? 'is lost' : 'is there, although it was deleted'}.`);
    }
    const log = task?.status === 'error' ? null : (task && (await client.logs(id)).logs) || null;
    if (log !== null && log[0]?.id !== 0)
      throw new Error(`The conversation of ${id} has lost its beginning.`);
  }
  for (const id of created) {
    const task = all.find((other) => other.id === id);
    const works = task?.status === 'active' && task.current_state?.state === 'working';
    // A working task may just have started its command.
    if (!works && (processesOf(id) ?? 0) > 0) {
      throw new Error(`Processes of ${id} run, which is ${task?.status} ${task?.current_state?.state}.`);
    }
  }
}
