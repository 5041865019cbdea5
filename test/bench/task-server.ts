import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestCounts, ServerContent } from './server-content.ts';

/** The bench's server in its own process. */
export interface TaskServer {
  readonly url: string;
  /** Sets the content and resets the counts. */
  set(scene: Partial<ServerContent>): Promise<void>;
  asked(): Promise<RequestCounts>;
  stop(): Promise<void>;
}

export async function startTaskServer(): Promise<TaskServer> {
  const child = fork(new URL('server.ts', import.meta.url), {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
  });
  const [url]: string[] = await once(child, 'message');
  if (url === undefined) throw new Error('the server of the bench said nothing');
  const control = async (body?: Partial<ServerContent>): Promise<RequestCounts> => {
    const response = await fetch(`${url}/control`, {
      method: 'POST',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as RequestCounts;
  };
  return {
    url,
    set: async (scene) => void (await control(scene)),
    asked: () => control(),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
