import { directories } from '../config/directories.ts';
import { ignoreSigxfsz } from '../config/ignore-sigxfsz.ts';
import { assertSupportedPlatform, localServerStatus, stopLocalServer } from '../config/local-server.ts';
import { probeByHttp } from '../config/probe.ts';
import { StateDirectoryInUse } from '../config/server-lock.ts';
import { DETACHED_FLAG } from '../config/start-detached.ts';
import { systemClock } from '../platform/clock.ts';
import { agentRegistry } from './agents/registry.ts';
import { type LocalServerHandle, startServer } from './server.ts';

export interface ServeOptions {
  /** Absolute path of the state directory. */
  readonly stateDir: string;
  /** 0 or undefined takes any free port. */
  readonly port?: number | undefined;
  /** Say whether a server runs, and end. */
  readonly status?: boolean;
  /** End the running server and its tasks' commands. */
  readonly stop?: boolean;
  /** One line of JSON instead of sentences. */
  readonly json?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives whole lines without their newline. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Ends a server in the foreground; SIGINT, SIGTERM and SIGHUP do as well. */
  readonly signal: AbortSignal;
}

/** `taskdeck serve`. Resolves with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  try {
    if (options.status === true) return await showStatus(options);
    if (options.stop === true) return await stop(options);
    assertSupportedPlatform();
    return await runInForeground(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    options.err(options.json === true ? JSON.stringify({ error: { kind: 'server', message } }) : message);
    return 1;
  }
}

/** 0 when a server runs, 1 when none does. Never prints its token. */
async function showStatus({ stateDir, json, out, signal }: ServeOptions): Promise<number> {
  const status = await localServerStatus({ stateDir, version: TASKDECK_VERSION, probe: probeByHttp, signal });
  if (!status.running) {
    out(json === true ? JSON.stringify({ running: false }) : status.message);
    return 1;
  }
  const { url, pid, version, startedAt, isOlder } = status.server;
  const since = new Date(startedAt).toISOString();
  out(
    json === true
      ? JSON.stringify({ running: true, url, pid, version, started_at: since, older: isOlder })
      : `The local server listens on ${url} (process ${pid}, version ${version}, since ${since}).`,
  );
  return 0;
}

async function stop({ stateDir, json, out, signal }: ServeOptions): Promise<number> {
  const stopped = await stopLocalServer({
    stateDir,
    version: TASKDECK_VERSION,
    probe: probeByHttp,
    clock: systemClock,
    signal,
  });
  const sentence = stopped ? 'The local server has ended.' : 'No local server is running.';
  out(json === true ? JSON.stringify({ stopped }) : sentence);
  return 0;
}

async function runInForeground(options: ServeOptions): Promise<number> {
  const { stateDir, port, env, json, out, err, signal } = options;
  ignoreSigxfsz();
  const shutdown = untilShutdown(signal);
  const agents = configuredAgents(env, err);
  // A fault of the config file is better heard now than found in a template that is missing.
  agents();
  const server = await startServer({
    stateDir,
    version: TASKDECK_VERSION,
    clock: systemClock,
    env,
    agents,
    ...(port !== undefined && { port }),
  });
  if (server.notice !== null) err(server.notice);
  out(
    json === true
      ? JSON.stringify({ url: server.url, token: server.token, pid: process.pid })
      : `The local server listens on ${server.url}. Ctrl+C ends it and what its tasks run.`,
  );
  await shutdown;
  await server.close();
  return 0;
}

const configuredAgents = (env: ServeOptions['env'], onFault: (sentence: string) => void) =>
  agentRegistry({ env, configDir: directories(env).config, clock: systemClock, onFault });

/** Resolves when somebody wants the server to end. */
function untilShutdown(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The life of the process that config/local-server.ts starts; what it prints goes to the log. */
async function runDetached(stateDir: string): Promise<never> {
  ignoreSigxfsz();
  // The log cannot be written, because the disk is full: no reason to end all tasks.
  process.stderr.on('error', () => undefined);
  const shutdown = untilShutdown(new AbortController().signal);
  let server: LocalServerHandle | null = null;
  process.once('uncaughtException', async (error) => {
    console.error(error);
    await server?.close();
    process.exit(1);
  });
  try {
    server = await startServer({
      stateDir,
      version: TASKDECK_VERSION,
      clock: systemClock,
      env: process.env,
      agents: configuredAgents(process.env, console.error),
    });
  } catch (error) {
    // Another taskdeck was quicker: its server is as good as ours.
    if (error instanceof StateDirectoryInUse) process.exit(0);
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  console.error(
    `${new Date().toISOString()} ${server.url} version ${TASKDECK_VERSION} process ${process.pid}`,
  );
  if (server.notice !== null) console.error(server.notice);
  await Promise.race([shutdown, server.idle]);
  await server.close();
  process.exit(0);
}

// The bundle is required by cli.cjs for `taskdeck serve`, and run by itself with this argument for a detached server.
const [first, stateDir] = process.argv.slice(2);
if (first === DETACHED_FLAG && stateDir !== undefined) void runDetached(stateDir);
