import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probeByHttp } from '../../src/config/probe.ts';
import { localBundle, temporaryDirectory } from '../support/local-server.ts';
import { isProcessRunning, TestClient, waitUntil } from './test-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let stateDir: string;
let bundle: string;
const processes: ChildProcess[] = [];

beforeEach(async () => {
  temporary = temporaryDirectory();
  stateDir = path.join(temporary.path, 'state');
  bundle = await localBundle();
});
afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  temporary.remove();
});

/** Runs `taskdeck serve` in a process. */
function serve(options: object): {
  readonly child: ChildProcess;
  readonly line: Promise<string>;
  readonly result: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
} {
  const script = `
    const { serve } = require(${JSON.stringify(bundle)});
    const options = ${JSON.stringify({ stateDir, ...options })};
    const out = (line) => console.log(line);
    const err = (line) => console.error(line);
    serve({ ...options, env: process.env, out, err, signal: new AbortController().signal })
      .then((code) => { process.exitCode = code; });
  `;
  const env = { ...process.env, SHELL: '/bin/sh', TASKDECK_CONFIG_DIR: path.join(temporary.path, 'config') };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], { env });
  processes.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    text.out += data;
  });
  child.stderr.on('data', (data) => {
    text.err += data;
  });
  const line = once(createInterface(child.stdout), 'line').then(([first]) => String(first));
  line.catch(() => undefined);
  return { child, line, result: once(child, 'close').then(([code]) => ({ code, ...text })) };
}

test('serves in the foreground on the requested port, until a signal', async () => {
  const first = serve({ json: true });
  const ready = JSON.parse(await first.line);
  expect(Object.keys(ready)).toEqual(['url', 'token', 'pid']);
  expect(ready.pid).toBe(first.child.pid);
  const task = await new TestClient(ready).create('echo $$; sleep 300');
  const pid = Number(
    await waitUntil(
      'pid',
      async () => (await new TestClient(ready).lastContent(task.id)).match(/^\d+\n$/)?.[0] ?? null,
    ),
  );

  const status = await serve({ status: true, json: true }).result;
  expect(status.code).toBe(0);
  expect(JSON.parse(status.out)).toMatchObject({
    running: true,
    url: ready.url,
    pid: ready.pid,
    older: false,
  });
  expect(status.out).not.toContain(ready.token);
  const text = await serve({ status: true }).result;
  expect(text.out).toContain(ready.url);
  expect(text.out).not.toContain(ready.token);

  first.child.kill('SIGINT');
  expect((await first.result).code).toBe(0);
  expect(isProcessRunning(pid)).toBe(false);
  const none = await serve({ status: true }).result;
  expect(none).toMatchObject({ code: 1, out: 'No local server is running.\n' });

  const { port } = new URL(ready.url);
  const second = serve({ port: Number(port) });
  expect(await second.line).toContain(ready.url);
});

test('a second server is refused with a message', async () => {
  const first = serve({});
  await first.line;
  const second = await serve({}).result;
  expect(second.code).toBe(1);
  expect(second.err).toContain('already uses');
  const inJson = await serve({ json: true }).result;
  expect(JSON.parse(inJson.err)).toEqual({ error: { kind: 'server', message: expect.any(String) } });
});

test('--stop stops a running server, and reports if there is none', async () => {
  const first = serve({ json: true });
  const { url, token } = JSON.parse(await first.line);
  const stopped = await serve({ stop: true, json: true }).result;
  expect([stopped.code, JSON.parse(stopped.out)]).toEqual([0, { stopped: true }]);
  expect((await first.result).code).toBe(0);
  expect(await probeByHttp(url, token, new AbortController().signal)).toBe(false);
  const again = await serve({ stop: true }).result;
  expect(again).toMatchObject({ code: 0, out: 'No local server is running.\n' });
});

test('a port in use is reported', async () => {
  const first = serve({ json: true });
  const { url } = JSON.parse(await first.line);
  stateDir = path.join(temporary.path, 'other');
  const second = await serve({ port: Number(new URL(url).port) }).result;
  expect(second.code).toBe(1);
  expect(second.err).toMatch(
    /^Cannot listen on port \d+: another program uses it\. Choose another port with --port\.$/m,
  );
});

test('an invalid setting is reported, and the other settings apply', async () => {
  mkdirSync(path.join(temporary.path, 'config'));
  writeFileSync(path.join(temporary.path, 'config', 'config.jsonc'), '{"agents": {"mine": {}}}');
  const first = serve({ json: true });
  const ready = JSON.parse(await first.line);
  expect(await new TestClient(ready).versionOf('shell')).toBeTruthy();
  first.child.kill('SIGTERM');
  expect((await first.result).err).toMatch(/config\.jsonc:1:13: agents\.mine\.start: is missing/);
});
