// Counts the files of src/ in which a function runs between two events: from the key `p` to the request of the pause,
// from Enter in the prompt to the request of the message, and from the response with a message to the output that
// shows it. Runs the sources, one module a file, in a pseudo-terminal against a server on 127.0.0.1, with V8's precise
// coverage. Background polls come every ten minutes. Each path runs once before it counts, so that nothing is loaded on
// the way, and waits ten seconds for what the one before still saves and requests. Between the events the screen is drawn
// and timers fire: a pause waits five seconds for `U`. So a second figure leaves out the files that also run when a key
// only changes the screen (`space` marks a task) and six seconds pass.
// `node scripts/count-path-files.mjs [--list]`; `--list` prints the files, with `-` before those left out.
import { channel } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Session } from 'node:inspector';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SRC = path.join(import.meta.dirname, '../src');
/** Text of a message that the screen shows. */
const marker = (n) => `marker-${n}-text`;
const WARM_UP = 1;
const MEASURED = 2;
/** Longer than a pause waits for `U`. */
const SCREEN_ONLY_MS = 6_000;
/** For what a path still saves and requests. */
const REST_MS = 10_000;

if (process.env.COUNT_PATH_FILES === undefined) await main();
else await runProgram(process.env.COUNT_PATH_FILES);

async function main() {
  const home = mkdtempSync(path.join(tmpdir(), 'taskdeck-path-files-'));
  const server = startServer();
  const url = await server.url;
  const log = path.join(home, 'paths.jsonl');
  writeFileSync(log, '');
  const config = path.join(home, 'config');
  mkdirSync(config);
  writeFileSync(path.join(config, 'config.jsonc'), '{"poll":{"list":600,"transcript":600}}');
  const { spawn } = await import('@lydell/node-pty');
  const program = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    cols: 120,
    rows: 40,
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      CODER_URL: url,
      CODER_SESSION_TOKEN: 'token',
      TASKDECK_CONFIG_DIR: config,
      TASKDECK_STATE_DIR: path.join(home, 'state'),
      COUNT_PATH_FILES: log,
    },
  });
  let screen = '';
  program.onData((data) => {
    screen += data;
  });
  const until = async (what, check) => {
    for (const end = Date.now() + 60_000; !check(); await sleep(20))
      if (Date.now() > end)
        throw new Error(`${what} did not happen. The output ends with:\n${screen.slice(-3_000)}`);
    // Work that follows the event.
    await sleep(1_500);
  };
  const paths = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      // The last one is empty, or still being written.
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const ran = (name, times) => paths().filter((each) => each.name === name).length === times;
  try {
    await until('the first screen', () => screen.includes(marker(0)));
    for (const n of [WARM_UP, MEASURED]) {
      await sleep(REST_MS);
      server.write(marker(n), 'output');
      program.write('\x0c');
      await until('the message', () => ran('message', n));
    }
    for (const n of [WARM_UP, MEASURED]) {
      program.write('i');
      await sleep(500);
      program.write('hello');
      await sleep(REST_MS);
      program.write('\r');
      await until('the prompt', () => ran('prompt', n));
      program.write('\x1b');
      // Else it begins an escape sequence.
      await sleep(500);
    }
    for (const n of [WARM_UP, MEASURED]) {
      await sleep(REST_MS);
      program.write('p');
      await until('the pause', () => ran('pause', n));
      program.write('j');
    }
    await sleep(REST_MS);
    for (const n of [WARM_UP, MEASURED]) {
      program.write(' ');
      await until('the screen', () => ran('screen', n));
    }
    const filesOf = (name) => paths().filter((each) => each.name === name)[MEASURED - 1].files;
    const drawing = new Set(filesOf('screen'));
    for (const name of ['pause', 'prompt', 'message']) {
      const files = filesOf(name);
      const own = files.filter((file) => !drawing.has(file));
      process.stdout.write(`${name}: ${files.length} files, ${own.length} of them not for drawing\n`);
      if (process.argv.includes('--list'))
        process.stdout.write(files.map((file) => `${drawing.has(file) ? '-' : ' '} ${file}\n`).join(''));
    }
  } finally {
    program.kill();
    server.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The Tasks API with three idle tasks. */
function startServer() {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const idOf = (n) => `00000000-0000-4000-8000-00000000000${n}`;
  const paused = new Set();
  const task = (n) => ({
    id: idOf(n),
    organization_id: idOf(7),
    owner_id: idOf(8),
    owner_name: 'ada',
    name: `task-${n}`,
    display_name: `Task ${n}`,
    template_id: idOf(6),
    template_version_id: idOf(5),
    template_name: 'docker',
    template_display_name: 'Docker',
    template_icon: '',
    workspace_id: idOf(n),
    workspace_name: `task-${n}`,
    workspace_status: paused.has(n) ? 'stopped' : 'running',
    workspace_build_number: 1,
    initial_prompt: 'Fix it',
    status: paused.has(n) ? 'paused' : 'active',
    current_state: { timestamp: at, state: 'idle', message: '', uri: '' },
    created_at: at,
    updated_at: at,
  });
  const tasks = () => [1, 2, 3].map(task);
  const build = {
    id: idOf(4),
    build_number: 2,
    transition: 'stop',
    status: 'stopped',
    job: { status: 'succeeded' },
  };
  const logs = [];
  const write = (content, type) => {
    logs.push({ id: logs.length, content, type, time: at });
  };
  write(marker(0), 'output');
  const responseTo = (method, route, body) => {
    if (method === 'POST' && route.endsWith('/send')) {
      write(JSON.parse(body).input, 'input');
      return [204];
    }
    if (method === 'POST' && route.endsWith('/pause')) {
      paused.add(tasks().findIndex(({ id }) => route.includes(id)) + 1);
      return [202, { workspace_build: build }];
    }
    if (route === '/api/v2/tasks') return [200, { tasks: tasks(), count: tasks().length }];
    if (route.endsWith('/logs')) return [200, { logs }];
    if (route.startsWith('/api/v2/tasks/')) return [200, tasks().find(({ id }) => route.endsWith(id))];
    if (route === '/api/v2/buildinfo') return [200, { version: 'v2.33.4', dashboard_url: '' }];
    if (route === '/api/v2/users/me') return [200, { id: idOf(8), username: 'ada', name: 'Ada' }];
    if (route === '/api/v2/templates') return [200, []];
    return [404, { message: 'Route not found.' }];
  };
  const server = createServer(async (request, response) => {
    const [status, body] = responseTo(request.method, request.url.split('?')[0], await text(request));
    response.writeHead(status, { 'content-type': 'application/json', 'x-coder-build-version': 'v2.33.4' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const url = new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)),
  );
  return { url, write, close: () => server.close() };
}

/** Runs taskdeck from its sources, and writes the files of each path to `log`. */
async function runProgram(log) {
  const { transformSync } = await import('esbuild');
  registerHooks({
    load(url, context, next) {
      if (!/\.tsx?$/.test(url)) return next(url, context);
      const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
        loader: url.endsWith('x') ? 'tsx' : 'ts',
        jsx: 'automatic',
        target: 'esnext',
        define: { 'process.env.NODE_ENV': '"production"', TASKDECK_VERSION: '"0.0.0"' },
      });
      return { format: 'module', source: code, shortCircuit: true };
    },
  });
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

  /** The files whose functions ran since the last call. */
  const takeFiles = () => {
    let files = [];
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error) throw error;
      files = coverage.result
        .filter(({ url }) => url.startsWith(pathToFileURL(SRC).href))
        .filter(({ functions }) => functions.some(({ ranges }) => ranges[0].count > 0))
        .map(({ url }) => path.relative(SRC, fileURLToPath(url)))
        .sort();
    });
    return files;
  };
  let running = null;
  const start = (name) => {
    takeFiles();
    running = name;
  };
  const end = (name) => {
    if (running !== name) return;
    running = null;
    appendFileSync(log, `${JSON.stringify({ name, files: takeFiles() })}\n`);
  };

  const push = process.stdin.push.bind(process.stdin);
  process.stdin.push = (chunk, ...rest) => {
    const text = String(chunk);
    if (text === 'p') start('pause');
    else if (text === '\r') start('prompt');
    else if (text === ' ') {
      start('screen');
      setTimeout(() => end('screen'), SCREEN_ONLY_MS);
    }
    return push(chunk, ...rest);
  };
  channel('http.client.request.start').subscribe(({ request }) => {
    if (request.method !== 'POST') return;
    if (request.path.endsWith('/pause')) end('pause');
    if (request.path.endsWith('/send')) end('prompt');
  });
  channel('http.client.response.finish').subscribe(({ request }) => {
    if (request.path.endsWith('/logs') && running === null) start('message');
  });
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (data, ...rest) => {
    if (String(data).includes(marker(WARM_UP)) || String(data).includes(marker(MEASURED))) end('message');
    return write(data, ...rest);
  };
  const { main: open } = await import(pathToFileURL(path.join(SRC, 'tui.ts')).href);
  await open({}, () => undefined);
}
