import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DELIVERED } from './fake-control.ts';

/** A fact that a fake agent reports: `type` is started, initialize, new, load, prompt, holding, answer, cancel … */
interface AgentFact {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A fake agent that is connected, and its facts in order. */
interface ControlledAgent {
  readonly pid: number;
  /** The id of its chat: CODER_TASK_ID. */
  readonly owner: string;
  readonly facts: readonly AgentFact[];
  /** Runs steps in a turn that holds; `end` and `end REASON` end the turn. */
  run(steps: string): void;
  /** The first fact of this type from the `nth` on (1), as soon as there is one. Rejects after 10 s. */
  fact(type: string, nth?: number): Promise<AgentFact>;
}

/** A socket for fake agents: a test reads what they received, and decides how their turns go on. */
export interface AgentControl extends AsyncDisposable {
  /** The switch that connects an agent to it. */
  readonly switch: string;
  readonly agents: readonly ControlledAgent[];
  /** The `nth` agent that connected (1), of this owner if one is given. Rejects after 10 s. */
  agent(options?: { readonly owner?: string; readonly nth?: number }): Promise<ControlledAgent>;
}

const TIMEOUT_MS = 10_000;

/** Opens an AgentControl. */
export async function openAgentControl(): Promise<AgentControl> {
  const directory = mkdtempSync(path.join(tmpdir(), 'fake-agents-'));
  const socket = path.join(directory, 'control');
  const agents: ControlledAgent[] = [];
  const sockets = new Set<Socket>();
  let watchers: readonly (() => void)[] = [];
  const changed = (): void => {
    const previous = watchers;
    watchers = [];
    for (const watch of previous) watch();
  };
  const until = async <T>(name: string, find: () => T | undefined): Promise<T> => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const fail = (): void => reject(new Error(`No ${name} within ${TIMEOUT_MS} ms.`));
      watchers = [...watchers, resolve];
      timeout.addEventListener('abort', fail);
      await promise.finally(() => timeout.removeEventListener('abort', fail));
    }
  };
  const accept = (connection: Socket): void => {
    sockets.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => sockets.delete(connection));
    const facts: AgentFact[] = [];
    const lines = createInterface({ input: connection });
    // It passes on the errors of its input: an agent may be killed before it has read everything.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      if (line === DELIVERED) {
        connection.write(`${DELIVERED}\n`);
        return;
      }
      const fact: AgentFact = JSON.parse(line);
      facts.push(fact);
      if (fact.type === 'started') {
        agents.push({
          pid: Number(fact.pid),
          owner: String(fact.owner),
          facts,
          run: (steps) => connection.write(`${steps.replaceAll('\n', ' | ')}\n`),
          fact: (type, nth = 1) =>
            until(`fact ${type}`, () => facts.filter((found) => found.type === type)[nth - 1]),
        });
      }
      changed();
    });
  };
  const server = createServer(accept).listen(socket);
  await once(server, 'listening');
  return {
    switch: `control=${socket}`,
    agents,
    agent: ({ owner, nth = 1 } = {}) =>
      until('agent', () => agents.filter((found) => owner === undefined || found.owner === owner)[nth - 1]),
    async [Symbol.asyncDispose]() {
      for (const connection of sockets) connection.destroy();
      server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
