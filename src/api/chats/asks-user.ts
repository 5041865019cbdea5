import type { WireChatMessage } from '../../wire/chat.ts';

/** The tools by which an agent in plan mode asks its user; the turn ends with them. */
const ASKING_TOOLS: ReadonlySet<string> = new Set(['ask_user_question', 'propose_plan']);

/**
 * Whether the agent of a waiting chat asked a question or proposed a plan, and its user has not answered: the last call
 * of the last message of the agent is one of those tools, and no message of the user follows. `newest`: the newest
 * messages, newest first.
 */
export function asksUser(newest: readonly WireChatMessage[]): boolean {
  const last = newest.find(({ role }) => role === 'assistant' || role === 'user');
  if (last === undefined || last.role === 'user') return false;
  const call = last.content.findLast(({ type }) => type === 'tool-call');
  return call !== undefined && ASKING_TOOLS.has(call.tool_name);
}
