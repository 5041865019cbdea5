import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import type { Task } from '../../src/domain/task.ts';
import type { TaskPatch } from '../../src/domain/task-patch.ts';
import { withFields } from '../domain/builders.ts';
import { failure } from '../sync/scripted-backend.ts';
import { SESSIONS } from './session-actions.ts';

export interface SessionSource {
  /** Lists Tasks that a test answers, and these sessions. */
  readonly backend: AgentBackend;
  /** The actions that the source ran, oldest first: `close c`. */
  readonly ran: readonly string[];
}

/** Adds a source of sessions to a backend, which runs the actions of `session-actions.ts` at once. */
export function withSessions(backend: AgentBackend, ...chats: readonly Task[]): SessionSource {
  const byId = new Map(chats.map((chat) => [chat.id, chat]));
  const ran: string[] = [];
  const [tasks] = backend.sources;
  const source: Source = {
    ...tasks,
    id: SESSIONS,
    list: async () => [...byId.values()],
    async get({ id }) {
      const chat = byId.get(id);
      if (chat === undefined) throw failure({ kind: 'not-found', message: 'No such chat.' });
      return chat;
    },
    async run(action, { id }): Promise<TaskPatch> {
      const chat = byId.get(id);
      if (chat === undefined) throw failure({ kind: 'not-found', message: 'No such chat.' });
      ran.push(`${action} ${id}`);
      const task =
        action === 'halt'
          ? withFields(chat, { status: 'waiting' })
          : withFields(chat, { archived: action === 'close' });
      byId.set(id, task);
      return { task };
    },
  };
  return { backend: { ...backend, sources: [tasks, source] }, ran };
}
