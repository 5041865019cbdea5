import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import type { Agent } from '../../support/chats/agent.ts';
import { startServer } from './start-server.ts';

const MB = 1024 * 1024;

/** More than a follower of a short chat needs, and far less than the turn. */
const HEAP_MB = 96;

interface Report {
  /** Of the heap and beside it, after a garbage collection. */
  readonly bytes: number;
  readonly events: number;
  readonly messages: number;
  readonly liveLength: number;
}

/** A process that follows the chat with a bounded heap, until the current test ends. */
function startFollower(url: string, id: string) {
  const program = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      path.join(import.meta.dirname, 'follow-turn-program.ts'),
      url,
      'token',
      id,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ended = new Promise<never>((_, reject) => {
    let errors = '';
    program.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    program.on('exit', (code, signal) => reject(new Error(`It ended with ${code ?? signal}: ${errors}`)));
  });
  ended.catch(() => {});
  onTestFinished(() => void program.kill('SIGKILL'));
  const lines = createInterface({ input: program.stdout });
  const report = (): Promise<Report> => {
    const line = new Promise<string>((resolve) => lines.once('line', resolve));
    program.stdin.write('\n');
    return Promise.race([line.then((text) => JSON.parse(text) as Report), ended]);
  };
  return { report, ended };
}

interface Turn {
  readonly name: string;
  /** Of each part. */
  readonly partBytes: number;
  /** Writes one part. `call`: an open tool call of the turn. */
  readonly write: (agent: Agent, text: string, call: string) => void;
}

const TURNS: readonly Turn[] = [
  { name: 'text', partBytes: 4_096, write: (agent, text) => agent.write(text) },
  { name: 'reasoning', partBytes: 4_096, write: (agent, text) => agent.think(text) },
  {
    name: 'the output of a tool',
    partBytes: 4_096,
    write: (agent, text, call) => agent.writeResult(call, text),
  },
  { name: 'very large parts', partBytes: 2 * MB, write: (agent, text) => agent.write(text) },
  {
    name: 'attempts that fail',
    partBytes: 16_384,
    write: (agent, text) => {
      agent.write(text);
      agent.retry(10);
    },
  },
];

it.each(TURNS)(
  'holds the same over a turn of 50 MB: $name',
  async ({ name, partBytes, write }) => {
    const { server, chats } = await startServer();
    const id = chats.seed({ status: 'running' });
    const { report, ended } = startFollower(server.url, id);
    await Promise.race([chats.sockets.until(() => chats.sockets.open.stream === 1), ended]);
    const agent = chats.agent(id);
    const call = agent.beginCall('execute');
    agent.endCall(call, { command: 'make' });
    const text = `${'The quick brown fox. '.repeat(Math.ceil(partBytes / 21)).slice(0, partBytes - 1)}\n`;
    const held: number[] = [];
    let written = 0;
    for (const target of [2, 10, 20, 30, 40, 50]) {
      while (written < target * MB) {
        write(agent, text, call);
        written += partBytes;
        // The server must not hold what the client has not read yet.
        while (chats.sockets.bufferedBytes() > MB)
          await Promise.race([new Promise((resolve) => setImmediate(resolve)), ended]);
      }
      const { bytes, liveLength } = await report();
      held.push(bytes);
      console.log(
        `${name}: ${target} MB written, ${(bytes / MB).toFixed(1)} MB held, ${liveLength} characters live`,
      );
    }
    // Parts on their way at the moment of a report come and go. Parts that the follower keeps would be in all of the last
    // three reports: at least 28 MB more than at the beginning.
    expect(Math.min(...held.slice(-3)) - (held[0] ?? 0)).toBeLessThan(16 * MB);
    chats.row(id).live = [];
    agent.say('The end.');
    agent.finish();
    const count = chats.messages(id).length;
    await expect.poll(async () => (await report()).messages).toBe(count);
    expect(chats.sockets.most.stream).toBe(1);
  },
  180_000,
);
