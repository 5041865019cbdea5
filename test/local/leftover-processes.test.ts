import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { isStateDirectoryLocked } from '../../src/config/server-lock.ts';
import { countProcesses } from '../support/count-processes.ts';
import {
  endDetachedServer,
  startDetachedServer,
  startLocalServer,
  temporaryDirectory,
} from '../support/local-server.ts';
import { hasTmux } from '../support/tmux.ts';
import { TestClient, waitUntil } from './test-client.ts';

const onLinux = process.platform === 'linux';

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Keeps the command running until the server has seen its processes. */
const UNTIL_SEEN = 'while [ ! -e seen ]; do sleep 0.05; done';

/** Ways to leave the process group of a command. SLEEP stands for an identifiable command line. */
const ESCAPES: readonly { readonly way: string; readonly command: string; readonly needs: boolean }[] = [
  { way: 'a background job', command: 'SLEEP & echo done', needs: true },
  { way: 'nohup', command: 'nohup SLEEP >/dev/null 2>&1 & echo done', needs: true },
  { way: 'setsid', command: 'setsid SLEEP >/dev/null 2>&1 & echo done', needs: onLinux },
  { way: 'setsid --fork', command: 'setsid --fork SLEEP >/dev/null 2>&1; echo done', needs: onLinux },
  {
    way: 'a double fork',
    command: 'setsid sh -c "(SLEEP >/dev/null 2>&1 &) &" & wait; echo done',
    needs: onLinux,
  },
  {
    way: 'a daemon that ignores SIGTERM and SIGHUP',
    command: `setsid --fork sh -c "trap '' TERM HUP; SLEEP; SLEEP" >/dev/null 2>&1; echo done`,
    needs: onLinux,
  },
  { way: 'disown', command: 'bash -c "SLEEP & disown"; echo done', needs: has('bash') },
  { way: 'job control', command: 'set -m; SLEEP & set +m; echo done', needs: true },
  { way: 'tmux -d', command: 'tmux -f /dev/null new-session -d "SLEEP"; echo done', needs: hasTmux() },
  {
    way: 'tmux -L NAME -d',
    command: 'tmux -L other -f /dev/null new-session -d "SLEEP"; echo done',
    needs: hasTmux(),
  },
  { way: 'screen -d -m', command: 'screen -d -m SLEEP; echo done', needs: has('screen') },
  {
    // Without the tag in its environment, only its parents identify it.
    way: 'a session without environment, below a command that still runs',
    command: 'env -i /bin/sh -c "exec /usr/bin/setsid SLEEP" & sleep 600',
    needs: onLinux,
  },
  {
    // Without tag and parents, it is known only because the server saw it while the command ran.
    way: 'a session without environment, below a command that has ended',
    command: `env -i /usr/bin/setsid SLEEP & ${UNTIL_SEEN}; echo done`,
    needs: onLinux,
  },
];
const possible = ESCAPES.filter(({ needs }) => needs);

let lastSeconds = 31_000_000 + (process.pid % 10_000) * 1_000;
/** A sleep with a command line that is unique on this machine. */
const uniqueSleep = (): string => {
  lastSeconds += 1;
  return `sleep ${lastSeconds}`;
};

function groupsOnRecord(stateDir: string, taskId: string): number {
  const database = new DatabaseSync(path.join(stateDir, 'local.db'), { readOnly: true });
  try {
    const row = database.prepare('SELECT count(*) AS count FROM groups WHERE task_id = ?').get(taskId);
    return Number(row?.count ?? 0);
  } finally {
    database.close();
  }
}

/** Starts a task that leaves a process behind. Resolves when that process runs. */
async function leave(
  client: TestClient,
  stateDir: string,
  command: string,
): Promise<{ id: string; workspace: string; sleep: string }> {
  const sleep = uniqueSleep();
  const task = await client.create(command.replaceAll('SLEEP', sleep));
  await waitUntil(`${command} runs`, () => countProcesses(sleep) > 0);
  if (command.includes(UNTIL_SEEN)) {
    await waitUntil('both groups are on record', () => groupsOnRecord(stateDir, task.id) > 1);
    writeFileSync(path.join(stateDir, 'tasks', task.id, 'seen'), '');
  }
  if (command.endsWith('echo done')) {
    await waitUntil(
      'the turn is over',
      async () => (await client.get(task.id)).current_state?.state === 'complete',
    );
  }
  // Excludes shells whose command line contains the prompt.
  expect(countProcesses(sleep)).toBeGreaterThan(0);
  return { id: task.id, workspace: task.workspace_id ?? '', sleep };
}

describe('the background processes of a task end', () => {
  let server: Awaited<ReturnType<typeof startLocalServer>>;
  let client: TestClient;
  let temporary: ReturnType<typeof temporaryDirectory>;
  let userEnv: NodeJS.ProcessEnv;
  const mine = uniqueSleep();
  const userTmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-f', '/dev/null', ...args], { env: userEnv, encoding: 'utf8' });

  beforeAll(async () => {
    temporary = temporaryDirectory();
    const tmuxDirectory = path.join(temporary.path, 'user');
    mkdirSync(tmuxDirectory, { mode: 0o700 });
    userEnv = { ...process.env, SHELL: '/bin/sh', TMUX_TMPDIR: tmuxDirectory };
    if (hasTmux()) userTmux('new-session', '-d', '-s', 'mine', mine);
    // As if taskdeck was started inside the user's tmux.
    server = await startLocalServer({
      env: { ...userEnv, TMUX: path.join(tmuxDirectory, `tmux-${process.getuid?.()}`, 'default,1,0') },
    });
    client = new TestClient(server);
  });
  afterAll(async () => {
    await server.close();
    if (hasTmux()) userTmux('kill-server');
    temporary.remove();
  });

  it.each(possible)('on pause: $way', async ({ command }) => {
    const { id, sleep } = await leave(client, server.stateDir, command);
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    expect(countProcesses(sleep)).toBe(0);
  });

  it.each(possible)('on delete: $way', async ({ command }) => {
    const { id, workspace, sleep } = await leave(client, server.stateDir, command);
    await client.call('DELETE', `/api/v2/tasks/me/${id}`);
    await waitUntil('gone', async () => {
      return (await client.call('GET', `/api/v2/workspaces/${workspace}`)).status === 410;
    });
    expect(countProcesses(sleep)).toBe(0);
  });

  it.skipIf(!onLinux)('the number of an empty group is deleted while the command still runs', async () => {
    const command = `setsid sh -c '${UNTIL_SEEN}' & wait; sleep 600`;
    const { id } = await client.create(command);
    await waitUntil('both groups are on record', () => groupsOnRecord(server.stateDir, id) === 2);
    writeFileSync(path.join(server.stateDir, 'tasks', id, 'seen'), '');
    await waitUntil(
      'only the group that is left is on record',
      () => groupsOnRecord(server.stateDir, id) === 1,
    );
    expect((await client.get(id)).current_state?.state).toBe('working');
    await client.act(id, 'pause');
    await client.until(id, 'paused');
  });

  it.skipIf(!hasTmux())('the user’s own tmux keeps running, without sessions of a task', () => {
    expect(userTmux('list-sessions', '-F', '#{session_name}')).toBe('mine\n');
    expect(countProcesses(mine)).toBeGreaterThan(0);
  });
});

describe('only the background processes of tasks end', () => {
  /** Leaves a process running in each way. Resolves to the command lines. */
  const leaveAll = async (
    client: TestClient,
    stateDir: string,
  ): Promise<readonly { way: string; sleep: string }[]> => {
    const left: { way: string; sleep: string }[] = [];
    for (const { way, command } of possible) {
      left.push({ way, sleep: (await leave(client, stateDir, command)).sleep });
    }
    return left;
  };
  const surviving = (left: readonly { way: string; sleep: string }[]): readonly string[] =>
    left.filter(({ sleep }) => countProcesses(sleep) > 0).map(({ way }) => way);

  test('on serve --stop, paused or not', async () => {
    const temporary = temporaryDirectory();
    try {
      const left = await leaveAll(new TestClient(await startDetachedServer(temporary.path)), temporary.path);
      expect(surviving(left)).toEqual(left.map(({ way }) => way));
      await endDetachedServer(temporary.path);
      expect(surviving(left)).toEqual([]);
    } finally {
      await endDetachedServer(temporary.path);
      temporary.remove();
    }
  });

  test('at the next start after the server was killed', async () => {
    const temporary = temporaryDirectory();
    try {
      const server = await startDetachedServer(temporary.path);
      const left = await leaveAll(new TestClient(server), temporary.path);
      process.kill(server.pid, 'SIGKILL');
      await waitUntil('lock free', () => !isStateDirectoryLocked(temporary.path));
      await startDetachedServer(temporary.path);
      expect(surviving(left)).toEqual([]);
    } finally {
      await endDetachedServer(temporary.path);
      temporary.remove();
    }
  });
});
