import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import * as wire from '../../api/response-bodies.ts';
import type { DeliveryServer } from './run-deliveries.ts';

type Random = (below: number) => number;

/** Outcomes of a send. */
const FATES = [
  'answered',
  'answered late',
  'shown, then cut',
  'cut before it arrives',
  'cut while it arrives',
  'cut, then arrives',
  'answer cut off',
  'aborted by a proxy',
  'never answered',
] as const;
type Fate = (typeof FATES)[number];

/** The longest time until a terminal shows a message (contract, section 6); ms. */
const LATEST_MS = 17_000;
const LONGEST_TURN_MS = 6_000;

interface Entry {
  readonly id: number;
  readonly type: 'input' | 'output';
  readonly content: string;
  readonly time: string;
}

interface LateMessage {
  readonly due: number;
  arrive(): void;
}

/** A task whose agent accepts one message at a time, and reports when it is done. */
class Agent {
  readonly id: string;
  /** Texts from taskdeck, in order of arrival. */
  readonly arrived: string[] = [];
  /** Others write to this task too, from the start. */
  readonly isShared: boolean;
  /** The last text that taskdeck tried to send. */
  lastAttempt = '';
  build = 1;
  busyUntil = 0;
  pausedUntil = 0;
  log: Entry[] = [];
  late: LateMessage[] = [];
  readonly #clock: Clock;

  constructor(id: string, isShared: boolean, clock: Clock) {
    this.id = id;
    this.isShared = isShared;
    this.#clock = clock;
    this.begin();
  }

  begin(): void {
    this.log = [];
    this.append('output', 'Welcome.');
    this.append('input', 'do it');
    this.append('output', 'on it');
    if (this.isShared) this.append('input', 'hello from another user');
  }

  append(type: Entry['type'], content: string): void {
    this.log.push({ id: this.log.length, type, content, time: new Date(this.#clock.now()).toISOString() });
  }

  receive(text: string, turnMs: number): void {
    this.append('input', text);
    this.busyUntil = this.#clock.now() + turnMs;
  }

  get isPaused(): boolean {
    return this.#clock.now() < this.pausedUntil;
  }

  /** It works on a message, or its terminal does not show one yet. */
  get isBusy(): boolean {
    this.settle();
    return this.late.length > 0 || this.#clock.now() < this.busyUntil;
  }

  /** Delivers due messages, since timers can be late on a busy machine. */
  settle(): void {
    const now = this.#clock.now();
    const due = this.late.filter((late) => late.due <= now);
    this.late = this.late.filter((late) => late.due > now);
    for (const late of due) late.arrive();
    if (now >= this.busyUntil && this.log.at(-1)?.type === 'input') this.append('output', 'done');
  }
}

/** Starts a real HTTP server with agents that lose connections in many ways. */
export async function startAgents(count: number, clock: Clock, random: Random): Promise<DeliveryServer> {
  const agents = new Map<string, Agent>();
  for (let index = 0; index < count; index++) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    agents.set(id, new Agent(id, index % 3 === 0, clock));
  }
  const fates = new Map<string, number>();
  let others = 0;
  let restarts = 0;

  const taskOf = (agent: Agent) => {
    const at = new Date(agent.isPaused ? clock.now() : agent.busyUntil || clock.now() - 60_000).toISOString();
    return wire.task({
      id: agent.id,
      name: `task-${agent.id.slice(-2)}`,
      status: agent.isPaused ? 'paused' : 'active',
      workspace_build_number: agent.build,
      current_state: { timestamp: at, state: agent.isBusy ? 'working' : 'idle', message: '', uri: '' },
    });
  };

  const answer = (response: ServerResponse, status: number, body?: unknown): void => {
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };

  /** Another user sends the same text. */
  function echo(agent: Agent, text: string): void {
    if (!agent.isShared || agent.isBusy || agent.isPaused) return;
    others++;
    agent.receive(text, random(LONGEST_TURN_MS));
  }

  function maybeRestart(agent: Agent): void {
    const chance = random(60);
    if (chance === 0) {
      // The agent restarted: its conversation starts again, with the same prompt.
      restarts++;
      agent.build++;
      agent.begin();
    } else if (chance === 1) {
      restarts++;
      agent.pausedUntil = clock.now() + 5_000 + random(20_000);
      agent.build += 2;
    }
  }

  async function send(agent: Agent, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isFaulty = random(100) < 45;
    const fate: Fate = isFaulty
      ? (FATES[2 + random(FATES.length - 2)] ?? 'answered')
      : (FATES[random(2)] ?? 'answered');
    const cut = (): void => void request.socket.resetAndDestroy();
    if (fate === 'cut before it arrives') {
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      const body = await bodyOf(request).catch(() => '');
      // The body only serves to echo the text. The agent never receives it.
      if (body !== '') echo(agent, textOf(body));
      return cut();
    }
    if (fate === 'cut while it arrives') {
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      request.once('data', cut);
      if (agent.lastAttempt !== '') echo(agent, agent.lastAttempt);
      return;
    }
    const text = textOf(await bodyOf(request));
    agent.lastAttempt = text;
    if (agent.isPaused) return answer(response, 409, { message: 'Task is paused.', detail: '' });
    if (agent.isBusy) {
      const detail = 'Status: running';
      return answer(response, 502, { message: 'Task app is not ready to accept input.', detail });
    }
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    const turnMs = random(LONGEST_TURN_MS);
    const arrive = (): void => {
      agent.arrived.push(text);
      agent.receive(text, turnMs);
      maybeRestart(agent);
    };
    const after = (ms: number, callback: () => void): void => void clock.after(ms, callback);
    switch (fate) {
      case 'answered':
        arrive();
        return answer(response, 204);
      case 'answered late':
        arrive();
        return after(random(40_000), () => answer(response, 204));
      case 'shown, then cut':
        arrive();
        return after(random(5_000), cut);
      case 'cut, then arrives':
        agent.late.push({ due: clock.now() + random(LATEST_MS), arrive });
        return cut();
      case 'answer cut off':
        arrive();
        response.writeHead(204, { 'content-length': '0' });
        return cut();
      case 'aborted by a proxy':
        arrive();
        return after(random(5_000), () => {
          if (response.destroyed) return;
          response.writeHead(504, { 'content-type': 'text/html' });
          response.end('<html><title>504 Gateway Time-out</title></html>');
        });
      case 'never answered':
        arrive();
        return after(30_000 + random(60_000), cut);
    }
  }

  async function logs(agent: Agent, response: ServerResponse): Promise<void> {
    // Handles earlier requests first: a busy event loop must not reorder them.
    await turn();
    await turn();
    agent.settle();
    if (agent.lastAttempt !== '' && random(20) === 0) echo(agent, agent.lastAttempt);
    const entries = agent.isPaused ? agent.log.slice(-10) : agent.log;
    answer(response, 200, {
      logs: entries,
      ...(agent.isPaused && { snapshot: true, snapshot_at: new Date(clock.now()).toISOString() }),
    });
  }

  const server = createServer((request, response) => {
    request.on('error', () => {});
    // The date would not match the simulated clock.
    response.sendDate = false;
    const [, , , , , id = '', what] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const agent = agents.get(id);
    void (async () => {
      if (agent !== undefined && request.method === 'POST' && what === 'send')
        return send(agent, request, response);
      if (agent !== undefined && what === 'logs') return logs(agent, response);
      if (agent !== undefined) return answer(response, 200, taskOf(agent));
      switch ((request.url ?? '').split('?')[0]) {
        case '/api/v2/tasks':
          return answer(response, 200, { tasks: [...agents.values()].map(taskOf), count: agents.size });
        case '/api/v2/buildinfo':
          return answer(response, 200, { version: 'v2.33.4', dashboard_url: '' });
        case '/api/v2/users/me':
          return answer(response, 200, { id: 'u', username: 'ada', name: 'Ada' });
        case '/api/v2/templates':
          return answer(response, 200, []);
        default:
          return answer(response, 404, { message: 'Route not found.' });
      }
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    agents: [...agents.values()],
    /** How many equal texts from taskdeck arrived or will arrive. */
    arrivals(taskId: string, text: string): number {
      const agent = agents.get(taskId);
      while (agent !== undefined && agent.late.length > 0)
        for (const late of agent.late.splice(0)) late.arrive();
      return agent?.arrived.filter((each) => each === text).length ?? 0;
    },
    figures: () => ({
      'same text by others': others,
      'restarts and pauses': restarts,
      ...Object.fromEntries(fates),
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const textOf = (body: string): string => (JSON.parse(body) as { input: string }).input;
