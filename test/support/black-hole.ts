import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server whose kernel takes no connection, as an address that is far away or switched off. */
export interface BlackHole {
  readonly port: number;
  /** Takes connections from now on: those that wait are accepted when their system tries again, after about a second. */
  open(): void;
}

/** Answers every request with the same JSON. */
const SERVER = `
  const server = require('node:http').createServer((request, response) => response.end(body));
  const [host, port, body] = process.argv.slice(1);
  server.listen({ host, port: Number(port), backlog: 1 }, () => console.log(server.address().port));
`;

/**
 * Occupies an address of this machine for the test that runs, on `port` or a free one: a stopped process, in whose queue
 * there is no room. Connecting neither succeeds nor fails. For Linux: other systems refuse. Once it is open, it answers every
 * request with `body`.
 */
export async function blackHole(host: string, port = 0, body: unknown = {}): Promise<BlackHole> {
  const child = spawn(process.execPath, ['--eval', SERVER, host, String(port), JSON.stringify(body)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const found = Number(String(line));
  await fillQueue(host, found);
  return { port: found, open: () => void child.kill('SIGCONT') };
}

/** Connects until the kernel takes no more. */
async function fillQueue(host: string, port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, host).on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    const taken = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
    ]);
    if (!taken) return;
  }
}
