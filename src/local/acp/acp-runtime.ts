import { neverAborted } from '../../platform/never-aborted.ts';
import type { ChatRuntime } from '../chats/session.ts';
import { AcpChat } from './acp-chat.ts';
import type { SessionContext } from './session-start.ts';
import { StartSlots } from './start-slots.ts';

/** More agents at once would only delay each other's start. */
const STARTS_AT_ONCE = 2;

/** Each agent holds 190 to 610 MB, ms. */
const IDLE_MS = 10 * 60_000;

type AcpRuntimeOptions = Omit<SessionContext, 'slots' | 'idleMs'> & Partial<Pick<SessionContext, 'idleMs'>>;

/**
 * The runtime of chats: one process and one session of the Agent Client Protocol a chat. `idleMs`: default ten minutes.
 */
export function createAcpRuntime({ idleMs = IDLE_MS, ...options }: AcpRuntimeOptions): ChatRuntime {
  const context = { ...options, idleMs, slots: new StartSlots(STARTS_AT_ONCE) };
  const chats = new Map<string, AcpChat>();
  const chatOf = (id: string): AcpChat => {
    const chat = chats.get(id) ?? new AcpChat(id, context);
    chats.set(id, chat);
    return chat;
  };
  return {
    begin: (turn) => chatOf(turn.chatId).begin(turn),
    answer: (id, answer) => chats.get(id)?.answer(answer),
    interrupt: (id) => chats.get(id)?.interrupt(),
    isRunning: (id) => chats.get(id)?.isRunning === true,
    configure: (id, settings) => chats.get(id)?.configure(settings),
    async close(id, closeOptions) {
      const chat = chatOf(id);
      try {
        await chat.close(closeOptions);
      } finally {
        if (chat.isEmpty) chats.delete(id);
      }
    },
    async closeAll(graceMs) {
      const closed = [...chats.values()].map((chat) =>
        chat.close({ reason: 'shutdown', graceMs, signal: neverAborted }),
      );
      for (const result of await Promise.allSettled(closed)) {
        if (result.status === 'rejected') console.error('Ending an agent:', result.reason);
      }
    },
  };
}
