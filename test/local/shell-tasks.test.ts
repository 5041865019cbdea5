import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalServer } from '../support/local-server.ts';
import { isProcessRunning, TestClient, waitUntil } from './test-client.ts';

let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;

beforeAll(async () => {
  server = await startLocalServer();
  client = new TestClient(server);
});
afterAll(() => server.close());

/** The pids in `file` of the task's directory, written by its command. */
const pidsIn = (taskId: string, file: string): Promise<readonly number[]> =>
  waitUntil(`pids in ${file}`, () => {
    const name = path.join(server.stateDir, 'tasks', taskId, file);
    const text = existsSync(name) ? readFileSync(name, 'utf8') : '';
    return (
      text.endsWith('.\n') &&
      text
        .split(/\s+/)
        .filter((word) => /^\d+$/.test(word))
        .map(Number)
    );
  });

describe('a command', () => {
  test('runs in its own directory, and its output becomes the last message', async () => {
    const task = await client.create('pwd; echo "to stderr" >&2; echo last > /dev/stdout');
    await client.until(task.id, 'active', 'complete');
    const { logs, snapshot } = await client.logs(task.id);
    const directory = path.join(server.stateDir, 'tasks', task.id);
    expect(snapshot).toBe(false);
    expect(logs?.map(({ id, type }) => [id, type])).toEqual([
      [0, 'output'],
      [1, 'input'],
      [2, 'output'],
    ]);
    expect(logs?.[0]?.content).toContain(directory);
    expect(logs?.[1]?.content).toBe('pwd; echo "to stderr" >&2; echo last > /dev/stdout');
    expect(logs?.[2]?.content).toBe(`${directory}\nto stderr\nlast\n`);
  });

  test('that begins with a dash is not an option of the shell', async () => {
    const task = await client.create('-no-such-command || echo gone on');
    const done = await client.until(task.id, 'active', 'complete');
    expect(done.current_state?.message).toBe('gone on');
  });

  test('that succeeds completes the task, with its last line in the list', async () => {
    const task = await client.create('printf "one\\ntwo\\n\\n"');
    const done = await client.until(task.id, 'active', 'complete');
    expect(done.current_state?.message).toBe('two');
  });

  test.each([
    ['colours', 'one\\n\\033[1;31mred\\033[0m\\n', 'red'],
    ['a window title that ends with a bell', '\\033]0;title\\007done\\n', 'done'],
    ['a window title that ends with ST', '\\033]0;title\\033\\\\done\\n', 'done'],
    ['a device control string', '\\033Pq#0;2;0;0;0\\033\\\\done\\n', 'done'],
    ['a progress bar', '10%%\\r50%%\\r100%%\\n', '100%'],
    ['text from right to left', 'a\\342\\200\\256b\\n', 'ab'],
    ['a last line of escape sequences alone', 'done\\n\\033[?25h\\033[0m\\n', 'done'],
    ['nothing but escape sequences', '\\033[?25h\\n', 'exit 0'],
  ])('reports its last line as the transcript shows it: %s', async (_, output, message) => {
    const task = await client.create(`printf '${output}'`);
    const done = await client.until(task.id, 'active', 'complete');
    expect(done.current_state?.message).toBe(message);
  });

  test('without output reports its exit', async () => {
    const done = await client.until((await client.create('true')).id, 'active', 'complete');
    expect(done.current_state?.message).toBe('exit 0');
    expect(await client.lastContent(done.id)).toBe('[no output]');
    const failed = await client.until((await client.create('exit 7')).id, 'active', 'failure');
    expect(failed.current_state?.message).toBe('exit 7');
    expect(await client.lastContent(failed.id)).toBe('[exit 7]');
  });

  test('that is killed reports the signal', async () => {
    const task = await client.create('kill -9 $$');
    const failed = await client.until(task.id, 'active', 'failure');
    expect(failed.current_state?.message).toBe('ended by SIGKILL');
  });

  test('appends to the last message while it works', async () => {
    const task = await client.create(
      'echo one; while [ ! -e go ]; do sleep 0.02; done; printf "two\\nthr"; sleep 30',
    );
    await waitUntil('first line', async () => (await client.lastContent(task.id)) === 'one\n');
    const working = await client.get(task.id);
    expect(working.current_state?.state).toBe('working');
    await waitUntil('message', async () => (await client.get(task.id)).current_state?.message === 'one');
    const before = (await client.logs(task.id)).logs?.at(-1);

    writeFileSync(path.join(server.stateDir, 'tasks', task.id, 'go'), '');
    await waitUntil('more', async () => (await client.lastContent(task.id)) === 'one\ntwo\nthr');
    const after = (await client.logs(task.id)).logs?.at(-1);
    expect(after?.id).toBe(before?.id);
    expect(after?.time).toBeGreaterThan(before?.time ?? 0);
    await client.act(task.id, 'pause');
  });

  test('shows the prompt in the list until there is output', async () => {
    const task = await client.create('sleep 30 # waits');
    const working = await client.until(task.id, 'active', 'working');
    expect(working.current_state?.message).toBe('sleep 30 # waits');
    expect((await client.logs(task.id)).logs?.at(-1)?.type).toBe('input');
    await client.act(task.id, 'pause');
  });

  test('ends the turn when it exits, even with background processes', async () => {
    const task = await client.create('sleep 60 & echo $! . > pids; echo done');
    await client.until(task.id, 'active', 'complete');
    const [pid = 0] = await pidsIn(task.id, 'pids');
    expect(isProcessRunning(pid)).toBe(true);
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    expect(isProcessRunning(pid)).toBe(false);
  });

  test('gets late background output in its own message', async () => {
    const task = await client.create('(while [ ! -e go ]; do sleep 0.02; done; echo late) & echo early');
    await client.until(task.id, 'active', 'complete');
    expect((await client.send(task.id, 'touch go')).status).toBe(204);
    await waitUntil('late output', async () => {
      const { logs } = await client.logs(task.id);
      return logs?.[2]?.content === 'early\nlate\n' && logs.length === 5;
    });
  });

  test('gets the environment with the variables of the task', async () => {
    const task = await client.create(
      'echo "$CODER_TASK_ID $CODER_AGENT_URL"; printenv CODER_AGENT_TOKEN CODER_SESSION_TOKEN | wc -c',
    );
    await client.until(task.id, 'active', 'complete');
    expect(await client.lastContent(task.id)).toBe(`${task.id} ${server.url}\n34\n`);
  });
});

describe('a further message', () => {
  test('is run by the same shell in the same directory', async () => {
    const task = await client.create('echo content > file');
    await client.until(task.id, 'active', 'complete');
    expect((await client.send(task.id, '  cat file  ')).status).toBe(204);
    await waitUntil('second turn', async () => (await client.lastContent(task.id)) === 'content\n');
    const { logs } = await client.logs(task.id);
    expect(logs?.map(({ content }) => content).slice(1)).toEqual([
      'echo content > file',
      '[no output]',
      'cat file',
      'content\n',
    ]);
  });

  test('is refused while a turn runs', async () => {
    const task = await client.create('sleep 30');
    await client.until(task.id, 'active', 'working');
    const refused = await client.send(task.id, 'echo no');
    expect(refused.status).toBe(502);
    expect(refused.body).toEqual({
      message: 'Task app is not ready to accept input.',
      detail: 'Status: running',
    });
    await client.act(task.id, 'pause');
  });
});

describe('a pause', () => {
  test('ends the process group and keeps the output; a resume does not run it again', async () => {
    const task = await client.create('echo started; sleep 300 & sleep 300 & echo $$ $! . > pids; wait');
    const pids = await pidsIn(task.id, 'pids');
    await waitUntil('output', async () => (await client.lastContent(task.id)).startsWith('started\n'));
    const paused = await client.act(task.id, 'pause');
    expect(paused.status).toBe(202);
    expect(paused.body).toMatchObject({
      workspace_build: {
        transition: 'stop',
        reason: 'task_manual_pause',
        build_number: 2,
        resources: [],
        job: { status: 'pending' },
      },
    });
    await client.until(task.id, 'paused');
    for (const pid of pids) expect(isProcessRunning(pid)).toBe(false);
    const transcript = await client.logs(task.id);
    expect(transcript.snapshot).toBe(true);
    expect(transcript.snapshot_at).not.toBeNull();
    expect(transcript.logs?.at(-1)?.content).toBe('started\n[ended: the task was paused]');

    expect((await client.act(task.id, 'resume')).status).toBe(202);
    const resumed = await client.until(task.id, 'active');
    expect(resumed.workspace_build_number).toBe(3);
    expect(resumed.current_state?.state).toBe('idle');
    const after = await client.logs(task.id);
    expect(after.snapshot).toBe(false);
    expect(after.logs?.slice(0, 3)).toEqual(transcript.logs);
    expect(after.logs?.at(-1)?.content).toContain('is not run again');
    expect(after.logs?.at(-1)?.type).toBe('output');
  });

  test('passes through the states unknown and stopping', async () => {
    const task = await client.create("trap '' TERM; echo up; while :; do sleep 1; done");
    await waitUntil('up', async () => (await client.lastContent(task.id)) === 'up\n');
    await client.act(task.id, 'pause');
    const pausing = await client.until(task.id, 'unknown');
    expect(['pending', 'stopping']).toContain(pausing.workspace_status);
    const logs = await client.call('GET', `/api/v2/tasks/me/${task.id}/logs`);
    expect(logs.status).toBe(409);
    expect(logs.body).toEqual({
      message: 'Cannot fetch logs for task in current state.',
      detail: 'Task status is "unknown".',
    });
    const paused = await client.until(task.id, 'paused');
    expect(paused.workspace_status).toBe('stopped');
  });

  test('ends processes that ignore SIGTERM, are stopped, or have their own group', async () => {
    const task = await client.create(
      [
        "trap '' TERM",
        'set -m', // Background jobs get process groups of their own, in the same session.
        'sh -c \'trap "" TERM; while :; do sleep 1; done\' & a=$!',
        'sleep 300 & b=$!',
        'kill -STOP $b',
        'echo $$ $a $b . > pids',
        'while :; do sleep 1; done',
      ].join('\n'),
    );
    const pids = await pidsIn(task.id, 'pids');
    expect(pids).toHaveLength(3);
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    for (const pid of process.platform === 'linux' ? pids : pids.slice(0, 1))
      expect(isProcessRunning(pid)).toBe(false);
  });

  test('of an idle task keeps its state, and a resume adds no message', async () => {
    const task = await client.create('echo done');
    await client.until(task.id, 'active', 'complete');
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused', 'complete');
    const transcript = await client.logs(task.id);
    await client.act(task.id, 'resume');
    await client.until(task.id, 'active', 'idle');
    expect((await client.logs(task.id)).logs).toEqual(transcript.logs);
  });
});

describe('a pause that was canceled', () => {
  test('leaves an error; a start build runs the task again, without its old processes', async () => {
    const task = await client.create("trap '' TERM; echo $$ . > pids; while :; do sleep 0.2; done");
    const pids = await pidsIn(task.id, 'pids');
    const { body } = await client.act(task.id, 'pause');
    const { id } = (body as { workspace_build: { id: string } }).workspace_build;
    expect((await client.call('PATCH', `/api/v2/workspacebuilds/${id}/cancel`)).status).toBe(200);
    const failed = await client.until(task.id, 'error');
    expect(failed.workspace_status).toBe('canceled');
    const builds = `/api/v2/workspaces/${task.workspace_id}/builds`;
    const started = await client.call('POST', builds, { transition: 'start' });
    expect([started.status, started.body]).toEqual([
      201,
      expect.objectContaining({ transition: 'start', build_number: 3, reason: 'initiator' }),
    ]);
    await client.until(task.id, 'active', 'idle');
    for (const pid of pids) expect(isProcessRunning(pid)).toBe(false);
    expect((await client.send(task.id, 'echo again')).status).toBe(204);
    await waitUntil('answer', async () => (await client.lastContent(task.id)) === 'again\n');
  });
});

describe('an input changed while the task is paused', () => {
  test('is run at the resume, once', async () => {
    const task = await client.create('echo first');
    await client.until(task.id, 'active', 'complete');
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    const changed = await client.call('PATCH', `/api/v2/tasks/me/${task.id}/input`, { input: 'echo second' });
    expect(changed.status).toBe(204);
    expect((await client.get(task.id)).initial_prompt).toBe('echo second');
    for (const _ of [1, 2]) {
      await client.act(task.id, 'resume');
      await client.until(task.id, 'active');
      await waitUntil('rest', async () => (await client.get(task.id)).current_state?.state !== 'working');
      await client.act(task.id, 'pause');
      await client.until(task.id, 'paused');
    }
    const contents = (await client.logs(task.id)).logs?.map(({ content }) => content).slice(1);
    expect(contents).toEqual(['echo first', 'first\n', 'echo second', 'second\n']);
  });
});

describe('a deletion', () => {
  test('cannot be canceled half-way', async () => {
    const task = await client.create("trap '' TERM; echo up; while :; do sleep 0.2; done");
    await waitUntil('up', async () => (await client.lastContent(task.id)) === 'up\n');
    await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    const workspace = await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`);
    expect(workspace.status).toBe(200);
    const { id } = (workspace.body as { latest_build: { id: string } }).latest_build;
    expect((await client.call('PATCH', `/api/v2/workspacebuilds/${id}/cancel`)).status).toBe(403);
    await waitUntil('gone', async () => {
      return (await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`)).status === 410;
    });
  });
});

describe('a deleted task', () => {
  test('reports in advance whether its directory will be deleted', async () => {
    const given = path.join(server.stateDir, 'given');
    mkdirSync(given, { recursive: true });
    const own = await client.create('true');
    const theirs = await client.create('true', { directory: given });
    expect(own).toMatchObject({
      directory: path.join(server.stateDir, 'tasks', own.id),
      owns_directory: true,
    });
    expect(theirs).toMatchObject({ directory: given, owns_directory: false });
    for (const { id } of [own, theirs]) {
      await client.until(id, 'active', 'complete');
      await client.call('DELETE', `/api/v2/tasks/me/${id}`);
    }
    await waitUntil('removed', () => !existsSync(own.directory));
    expect(existsSync(given)).toBe(true);
  });

  test('is no longer listed at once; its processes and its directory follow', async () => {
    const task = await client.create('echo $$ . > pids; sleep 300');
    const pids = await pidsIn(task.id, 'pids');
    const deleted = await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    expect([deleted.status, deleted.text]).toEqual([202, '']);
    expect((await client.call('GET', `/api/v2/tasks/me/${task.id}`)).status).toBe(404);
    expect((await client.list()).tasks?.some(({ id }) => id === task.id)).toBe(false);
    await waitUntil('workspace gone', async () => {
      const workspace = await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`);
      return workspace.status === 410;
    });
    for (const pid of pids) expect(isProcessRunning(pid)).toBe(false);
    expect(existsSync(path.join(server.stateDir, 'tasks', task.id))).toBe(false);
  });
});

test('an empty input starts the task and runs nothing', async () => {
  const task = await client.create('');
  const idle = await client.until(task.id, 'active', 'idle');
  expect(idle.name).toMatch(/^task-[0-9a-f]{4}$/);
  expect((await client.logs(task.id)).logs).toHaveLength(1);
});
