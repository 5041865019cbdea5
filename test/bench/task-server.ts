import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestCounts, ServerContent } from './server-content.ts';

/** The bench's server in its own process. */
export interface TaskServer {
  readonly url: string;
  /** Sets the content and resets the counts. */
  set(content: Partial<ServerContent>): Promise<void>;
  requestCounts(): Promise<RequestCounts>;
  stop(): Promise<void>;
}

export async function startTaskServer(): Promise<TaskServer> {
  const child = fork(new URL('server.ts', import.meta.url), {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
  });
  const [url]: string[] = await once(child, 'message');
  if (url === undefined) throw new Error('The bench server sent no URL.');
  const control = async (body?: Partial<ServerContent>): Promise<RequestCounts> => {
    const response = await fetch(`${url}/control`, {
      method: 'POST',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as RequestCounts;
  };
  return {
    url,
    set: async (content) => void (await control(content)),
    requestCounts: () => control(),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
