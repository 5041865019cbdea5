import { randomUUID } from 'node:crypto';
import { newToken } from '../http/token.ts';
import { directoryIn } from '../worktrees/worktree-table.ts';
import { requireChat } from './chat-context.ts';
import { linkFiles } from './chat-files.ts';
import type { NewChat } from './chat-requests.ts';
import type { ChatRow } from './chat-row-types.ts';
import type { MessageContext } from './message-operations.ts';
import { NEW_CHAT, titleOf } from './turn-summary.ts';

export interface CreatedChat {
  readonly chat: ChatRow;
  /** Sentences for the user, about files. */
  readonly warnings: readonly string[];
}

/** Adds a chat, and runs its first message if it has one. Call it in a transaction. */
export function createChat({ chats, clock, machine }: MessageContext, request: NewChat): CreatedChat {
  const { content, title, environment, worktree } = request;
  const id = randomUUID();
  chats.addChat({
    id,
    agent: request.agent,
    model: request.model,
    effort: request.effort,
    title: title ?? (content.length === 0 ? NEW_CHAT : titleOf(content)),
    has_own_title: title === null ? 0 : 1,
    status: 'waiting',
    directory: worktree === null ? request.directory : directoryIn(worktree),
    permission_mode: request.permissionMode,
    plan_mode: Number(request.planMode),
    labels: JSON.stringify(request.labels),
    client_type: request.clientType,
    agent_token: newToken(),
    created_at: clock.wall(),
  });
  if (environment !== null) chats.repository.putEnvironment(id, environment);
  if (worktree !== null) chats.worktrees.add(id, worktree, clock.wall());
  const warnings = linkFiles(chats, id, content);
  if (content.length > 0) machine.run(requireChat(chats, id), content, {});
  return { chat: requireChat(chats, id), warnings };
}
