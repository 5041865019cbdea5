import type { LocalChatsServer } from '../../support/local-chats/start-local-chats.ts';
import { words } from '../../support/local-chats/start-local-chats.ts';

// biome-ignore lint/suspicious/noExplicitAny: the arguments of a row.
type Step = (id: string, ...args: any[]) => unknown;

/** The steps of the socket contract on a local server: the agent is scripted, the web page a client of the API. */
export function localSteps(
  local: LocalChatsServer,
  seed: () => Promise<string>,
): Readonly<Record<string, Step>> {
  const { chats, agent } = local;
  let written = 0;
  const send = async (method: string, target: string, body?: unknown): Promise<void> => {
    const answer = await chats(method, target, body);
    if (answer.status >= 300) throw new Error(`${method} ${target}: ${JSON.stringify(answer)}`);
  };
  return {
    'agent.write': (id, text: string) => agent(id).write(text),
    'agent.think': (id, text: string) => agent(id).think(text),
    'agent.beginCall': (id, name: string) => agent(id).call({ name, kind: 'execute', status: 'pending' }),
    'agent.endCall': (id, call: string, input: unknown) =>
      agent(id).call({ id: call, input, status: 'in_progress' }),
    'agent.writeResult': (id, call: string, text: string, { reset = false }: { reset?: boolean } = {}) =>
      agent(id).call({ id: call, ...(reset ? { output: text } : { outputDelta: text }) }),
    'agent.finish': (id, { say = '', summary = '' }: { say?: string; summary?: string } = {}) => {
      if (say !== '' || summary !== '') agent(id).write(say || summary);
      agent(id).finish();
    },
    'agent.fail': (id, error: { message: string; kind?: string }) => agent(id).fail(error),
    'agent.stop': (id) => agent(id).finish('cancelled'),
    'agent.callClientTool': (id) => agent(id).ask(),
    'agent.say': (id, text: string) => agent(id).write(text),
    'agent.retitle': (id, title: string) => agent(id).report({ type: 'title', title }),
    writeMany: (id, count: number) => {
      for (let index = 0; index < count; index++) {
        written += 1;
        agent(id).write(`<${written}> `);
      }
    },
    writeLarge: (id, length: number) => agent(id).write('x'.repeat(length)),
    seed,
    'web.send': (id, text: string, busy = 'queue') =>
      send('POST', `/${id}/messages`, { ...words(text), busy_behavior: busy }),
    'web.interrupt': (id) => send('POST', `/${id}/interrupt`),
    'web.promote': (id, queued: number) => send('POST', `/${id}/queue/${queued}/promote`),
    'web.deleteQueued': (id, queued: number) => send('DELETE', `/${id}/queue/${queued}`),
    'web.editQueued': (id, queued: number, editing: boolean) =>
      send('PATCH', `/${id}/queue/${queued}`, { editing }),
    'web.editMessage': (id, message: number, text: string) =>
      send('PATCH', `/${id}/messages/${message}`, words(text)),
    'web.update': (id, fields: object) => send('PATCH', `/${id}`, fields),
    'web.open': (id) => send('PATCH', `/${id}`, { read: true }),
  };
}
