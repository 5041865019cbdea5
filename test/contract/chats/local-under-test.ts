import { startLocalChats, words } from '../../support/local-chats/start-local-chats.ts';
import type { AgentOperation, ArrangedChat } from './contract.ts';
import { localSteps } from './local-steps.ts';
import type { ChatsUnderTest, ShownChat } from './under-test.ts';

const FIRST_PROMPT = 'Fix the flaky auth tests';
const FIRST_ANSWER = 'I pinned the clock in two tests.';
const OVERLOADED = { message: 'The provider is overloaded.', kind: 'overloaded', retryable: true };

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly tool_call_id?: string;
}

const textOf = ({ content }: { readonly content: readonly Part[] }): string =>
  content
    .flatMap(({ type, text }) => (type === 'text' ? [String(text)] : []))
    .filter((text) => text !== '')
    .join('\n');

/** A real local server under the contract, until the current test ends. Chats are arranged through its API. */
export async function startLocal(options: Parameters<typeof startLocalChats>[0] = {}) {
  const local = await startLocalChats(options);
  const { server, chats: send, agent } = local;

  const expectOk = async (method: string, target: string, body?: unknown): Promise<void> => {
    const answer = await send(method, target, body);
    if (answer.status >= 300) throw new Error(`${method} ${target}: ${JSON.stringify(answer)}`);
  };

  async function chat(id: string): Promise<ShownChat> {
    const { status, archived } = (await send('GET', `/${id}`)).body;
    const { messages, queued_messages: queue } = (await send('GET', `/${id}/messages?limit=200`)).body;
    const parts: readonly Part[] = messages.flatMap(({ content }: { content: readonly Part[] }) => content);
    const isAnswered = (call: Part): boolean =>
      parts.some(({ type, tool_call_id }) => type === 'tool-result' && tool_call_id === call.tool_call_id);
    return {
      status,
      archived,
      queue: queue.map((row: { id: number; content: readonly Part[] }) => ({
        id: row.id,
        text: textOf(row),
      })),
      messages: messages
        .map((row: { id: number; role: string; content: readonly Part[] }) => ({
          id: row.id,
          role: row.role,
          text: textOf(row),
        }))
        .toReversed(),
      openCalls: parts
        .filter((part) => 'tool_name' in part && part.tool_name === 'request_permission')
        .filter((part) => part.type === 'tool-call' && !isAnswered(part))
        .map(({ tool_call_id }) => String(tool_call_id)),
    };
  }

  /** Begins the turn in which the chat is to be, with its queue. */
  async function beginTurn(id: string, queue: number): Promise<void> {
    await expectOk('POST', `/${id}/messages`, words('Go on'));
    for (let index = 1; index <= queue; index++)
      await expectOk('POST', `/${id}/messages`, words(`q${index}`));
  }

  async function arrange(arranged: ArrangedChat): Promise<string> {
    const id = await local.create(FIRST_PROMPT);
    agent(id).write(FIRST_ANSWER);
    agent(id).finish();
    if (arranged.unread !== true) await expectOk('PATCH', `/${id}`, { read: true });
    const status = arranged.status ?? 'waiting';
    if (status !== 'waiting') await beginTurn(id, arranged.queue ?? 0);
    if (arranged.editing !== undefined) {
      const edited = (await chat(id)).queue[Number(arranged.editing.slice(1)) - 1];
      await expectOk('PATCH', `/${id}/queue/${edited?.id}`, { editing: true });
    }
    if (status === 'error') agent(id).fail(OVERLOADED);
    if (status === 'interrupting') await expectOk('POST', `/${id}/interrupt`);
    if (status === 'requires_action') agent(id).ask();
    if (status === 'paused') agent(id).finish();
    if (arranged.archived === true) await expectOk('PATCH', `/${id}`, { archived: true });
    const arrangedAs = (await chat(id)).status;
    if (arrangedAs !== status) throw new Error(`The chat is ${arrangedAs} instead of ${status}.`);
    return id;
  }

  function act(id: string, operation: AgentOperation): void {
    if (operation === 'turn ends') agent(id).finish();
    else if (operation === 'turn fails') agent(id).fail(OVERLOADED);
    else if (operation === 'worker stops') agent(id).finish('cancelled');
    else throw new Error(`No operation ${operation}.`);
  }

  async function snapshot(): Promise<string> {
    const { body } = await send('GET', '?q=archived:any&limit=1000');
    const messages = [];
    for (const { id } of body) messages.push((await send('GET', `/${id}/messages?limit=200`)).body);
    return JSON.stringify([body, messages]);
  }

  const steps = localSteps(local, () => local.create());
  const under: ChatsUnderTest = {
    listsGrowing: true,
    url: server.url,
    token: server.token,
    organizationId: local.organizationId,
    toolOutput: { outcome: 'selected', option_id: 'allow_once' },
    arrange,
    api: (method, path, body) => local.call(method, path, body),
    act,
    chat,
    snapshot,
    step: (id, name, args) => {
      const step = steps[name];
      if (step === undefined) throw new Error(`No step ${name}.`);
      return step(id, ...args);
    },
  };
  return { ...under, local };
}
