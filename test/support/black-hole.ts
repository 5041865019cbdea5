import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** A listener whose kernel accepts no connection, like a host behind a firewall that drops packets. */
export interface BlackHole {
  readonly port: number;
  /** Accepts connections from now on. Waiting clients connect at their next SYN, after about a second. */
  open(): void;
}

/** Answers every request with the same JSON, except that it has no Chats. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => {
    if (!request.url.includes('/chats')) return response.end(body);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"message":"Route not found."}');
  });
  const [host, port, body] = process.argv.slice(1);
  server.listen({ host, port: Number(port), backlog: 1 }, () => console.log(server.address().port));
`;

/**
 * Listens on `port` (0: a free one) for the current test, in a stopped process with a full backlog: connecting neither
 * succeeds nor fails. Linux only; other systems refuse. After `open` it answers every request with `body`, and those for Chats as a server without them.
 */
export async function blackHole(host: string, port = 0, body: unknown = {}): Promise<BlackHole> {
  const child = spawn(process.execPath, ['--eval', SERVER, host, String(port), JSON.stringify(body)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const actualPort = Number(String(line));
  await fillBacklog(host, actualPort);
  return { port: actualPort, open: () => void child.kill('SIGCONT') };
}

/** Connects until the backlog is full. */
async function fillBacklog(host: string, port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, host).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    const isAccepted = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
    ]);
    if (!isAccepted) return;
  }
}
