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
  /** 0 or undefined: any free port. */
  readonly port?: number | undefined;
  /** Print whether a server runs, then exit. */
  readonly status?: boolean;
  /** End the running server and the commands of its tasks. */
  readonly stop?: boolean;
  /** Print one line of JSON instead of text. */
  readonly json?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a line; `line` has no newline. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Ends a foreground server, as SIGINT, SIGTERM and SIGHUP do. */
  readonly signal: AbortSignal;
}

/** Runs `taskdeck serve`. Resolves with the exit code. */
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

/** Returns 0 if a server runs, else 1. Never prints the token. */
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
  const message = stopped ? 'Stopped the local server.' : 'No local server is running.';
  out(json === true ? JSON.stringify({ stopped }) : message);
  return 0;
}

async function runInForeground(options: ServeOptions): Promise<number> {
  const { stateDir, port, env, json, out, err, signal } = options;
  ignoreSigxfsz();
  const shutdown = untilShutdown(signal);
  const agents = configuredAgents(env, err);
  // Reports an invalid config file now, not at the first request.
  agents.commands();
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
      : `The local server listens on ${server.url}. Press Ctrl+C to stop it and the commands of its tasks.`,
  );
  await shutdown;
  await server.close();
  return 0;
}

const configuredAgents = (env: ServeOptions['env'], onFault: (message: string) => void) =>
  agentRegistry({ env, configDir: directories(env).config, clock: systemClock, onFault });

/** Resolves at SIGINT, SIGTERM, SIGHUP, or when `signal` aborts. */
function untilShutdown(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Main function of the process that config/local-server.ts starts. Its output goes to a log file. */
async function runDetached(stateDir: string): Promise<never> {
  ignoreSigxfsz();
  // A log that cannot be written, on a full disk, must not end the tasks.
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
    // Another taskdeck has started a server in the meantime.
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

// cli.cjs requires this bundle for `taskdeck serve`; a detached server runs it directly, with DETACHED_FLAG.
const [first, stateDir] = process.argv.slice(2);
if (first === DETACHED_FLAG && stateDir !== undefined) void runDetached(stateDir);
