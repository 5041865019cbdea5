import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A server in its own process, so that its work does not count. */
export interface ForkedServer {
  readonly url: string;
  send(message: object | string): void;
  /** Sends a message, and resolves to the next one of the server. */
  request(message: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a file of this folder, which sends its URL to its parent. Rejects when it ends without that. */
export async function forkServer(file: string, ...args: readonly string[]): Promise<ForkedServer> {
  const child = fork(new URL(file, import.meta.url), args, {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
  });
  const exited = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    void exited.then((code) => reject(new Error(`${file} ended with ${code} before it sent its URL.`)));
  });
  return {
    url,
    send: (message) => void child.send(message),
    async request(message) {
      child.send(message);
      const [answer] = await once(child, 'message');
      return answer;
    },
    async stop() {
      child.kill();
      await exited;
    },
  };
}
