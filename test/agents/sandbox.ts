import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  environmentVariableOf,
  type ProcessEntry,
  processTable,
} from '../../src/local/processes/process-table.ts';
import type { InstalledAgent } from './install-agent.ts';
import { type ModelServer, startModelServer } from './models/model-server.ts';
import type { RealAgent } from './real-agents.ts';

/** A home, a directory to work in and a scripted model of its own for one agent. */
export interface Sandbox {
  readonly home: string;
  /** The version of the agent that is installed. */
  readonly version: string;
  /** A git repository would change what agents do; this is a plain directory. */
  readonly directory: string;
  readonly model: ModelServer;
  /** The whole environment: nothing of the user's settings or keys reaches the agent. */
  readonly env: Readonly<Record<string, string>>;
  /** Processes that were started with this home and still run. Linux only, else empty. */
  processes(): readonly number[];
  /** Those of them that taskdeck has tagged as belonging to a task. */
  taggedProcesses(): readonly number[];
  /** Those of the tagged ones that taskdeck itself has started. */
  leaders(): readonly number[];
  /** Ends what still runs and removes the home. */
  close(): Promise<void>;
}

/** A command that does not end by itself and that every agent asks about: they refuse a plain sleep. */
export const ENDLESS_COMMAND = 'touch endless.txt && tail -f endless.txt';

/** The processes of `ENDLESS_COMMAND` and its like in this sandbox, without the shells around them. */
export const endlessCommands = (sandbox: Sandbox): readonly number[] =>
  sandbox.processes().filter((pid) => commandLine(pid).startsWith('tail -f '));

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
};

export async function openSandbox(agent: RealAgent, { bin, version }: InstalledAgent): Promise<Sandbox> {
  const model = await startModelServer();
  const home = await realpath(await mkdtemp(path.join(tmpdir(), `taskdeck-${agent.name}-`)));
  const directory = path.join(home, 'work');
  await mkdir(directory);
  for (const [file, text] of Object.entries(agent.files(model.url))) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  }
  const entries = (): readonly ProcessEntry[] =>
    processTable().filter(({ pid, zombie }) => !zombie && environmentVariableOf(pid, 'HOME') === home);
  const isTagged = ({ pid }: ProcessEntry): boolean => environmentVariableOf(pid, 'CODER_TASK_ID') !== null;
  const processes = (): readonly number[] => entries().map(({ pid }) => pid);
  return {
    home,
    version,
    directory,
    model,
    env: {
      PATH: [bin, path.dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
      HOME: home,
      TMPDIR: tmpdir(),
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      ...agent.env(model.url),
    },
    processes,
    taggedProcesses: () =>
      entries()
        .filter(isTagged)
        .map(({ pid }) => pid),
    leaders: () => {
      const tagged = entries().filter(isTagged);
      const pids = new Set(tagged.map(({ pid }) => pid));
      return tagged.filter(({ parent }) => !pids.has(parent)).map(({ pid }) => pid);
    },
    async close() {
      for (const pid of processes()) process.kill(pid, 'SIGKILL');
      await model.close();
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
