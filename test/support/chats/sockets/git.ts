import { Refusal } from '../refusal.ts';
import type { ChatRow } from '../rows.ts';
import type { ChatsState } from '../state.ts';
import { wireTime } from '../wire-chat.ts';
import type { Workspaces } from '../workspaces.ts';
import type { Connection } from './connection.ts';

/** Throws the 400 that means that the chat has no uncommitted changes to show now. */
export function assertHasAgent(chat: ChatRow, workspaces: Workspaces): void {
  if (chat.workspaceId === null) throw new Refusal(400, 'Chat has no workspace to watch.');
  const status = workspaces.agentStatus(chat.workspaceId);
  if (status === null) throw new Refusal(400, 'Chat workspace not found.');
  if (status === 'none') throw new Refusal(400, 'No eligible agent found for chat workspace.');
  if (status !== 'connected')
    throw new Refusal(400, `Agent state is "${status}", it must be in the "connected" state.`);
}

const isRefresh = (text: string): boolean => {
  try {
    return JSON.parse(text)?.type === 'refresh';
  } catch {
    return false;
  }
};

/** Answers each refresh of the client, and reports changes that come later. */
export function openGit(state: ChatsState, chat: ChatRow, connection: Connection): void {
  let sent: ChatRow['uncommitted'] | null = null;
  const send = (): void => {
    const { uncommitted } = chat;
    sent = uncommitted;
    const body =
      'error' in uncommitted
        ? { type: 'error', message: uncommitted.error }
        : { type: 'changes', scanned_at: wireTime(state.now()), repositories: uncommitted };
    connection.sendText(JSON.stringify(body));
  };
  connection.onText((text) => {
    if (isRefresh(text)) send();
    else connection.sendText(JSON.stringify({ type: 'error', message: 'Unknown message type.' }));
  });
  const stop = state.onChange((changed) => {
    if (changed === chat && sent !== null && sent !== chat.uncommitted) send();
  });
  connection.onClose(stop);
}
