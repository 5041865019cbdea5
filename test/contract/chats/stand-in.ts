import type { Chats } from '../../support/chats/chats.ts';
import type { Fault } from '../../support/chats/faults.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import { ORGANIZATION_ID } from '../../support/chats/state.ts';
import { arrangeChat, operationName } from './arrange.ts';
import type { AgentOperation } from './contract.ts';
import { startServer } from './start-server.ts';
import { runStep } from './steps.ts';
import type { ChatsUnderTest } from './under-test.ts';

const AGENT: Readonly<Record<AgentOperation, (chats: Chats, id: string) => void>> = {
  'turn ends': (chats, id) => chats.agent(id).finish(),
  'turn fails': (chats, id) => chats.agent(id).fail({ message: 'The provider is overloaded.' }),
  'worker stops': (chats, id) => chats.agent(id).stop(),
  'tool calls time out': (chats, id) => chats.agent(id).timeOutClientTools(),
};

/** The stand-in under the contract, until the current test ends. */
export async function startStandIn(
  options: Partial<ChatsOptions> = {},
): Promise<ChatsUnderTest & { readonly chats: Chats }> {
  const { server, chats, api } = await startServer(options);
  return {
    url: server.url,
    token: 'token',
    organizationId: ORGANIZATION_ID,
    toolOutput: { ok: true },
    chats,
    api,
    arrange: async (chat) => arrangeChat(chats, chat),
    act: (id, operation) => AGENT[operation](chats, id),
    chat: async (id) => ({
      status: chats.chat(id).status,
      archived: chats.chat(id).archived,
      queue: chats.queue(id),
      messages: chats.messages(id),
      openCalls: chats.row(id).openCalls,
    }),
    snapshot: async () =>
      JSON.stringify(
        chats.ids.map((id) => [chats.chat(id), chats.queue(id), chats.messages(id), chats.row(id).model]),
      ),
    plan: (operation, fault) => chats.faults.plan(operationName(operation), fault as Fault),
    step: (id, name, args) => runStep(chats, id, name, args),
  };
}
