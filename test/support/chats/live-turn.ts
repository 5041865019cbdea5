import type { ChatRow, LivePart, MessageRow, Part } from './rows.ts';
import { type ChatsState, liveKey } from './state.ts';

/**
 * Adds a part to the turn under way. `isLost`: it counts for the stored message, but no stream shows it, so that the
 * next part leaves a gap in `seq`.
 */
export function writeLive(
  state: ChatsState,
  chat: ChatRow,
  role: LivePart['role'],
  part: Part,
  { isLost = false }: { readonly isLost?: boolean } = {},
): void {
  chat.lastSeq += 1;
  const live: LivePart = { role, part, seq: chat.lastSeq };
  chat.live.push(live);
  if (!chat.admitted) {
    chat.admitted = true;
    state.changed(chat);
  }
  if (!isLost) state.signal(chat, { type: 'part', ...live, key: liveKey(chat) });
}

export function dropLive(chat: ChatRow): void {
  chat.live = [];
  chat.lastSeq = 0;
}

interface Open {
  readonly first: Part;
  text: string;
  isComplete: boolean;
  value: unknown;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const deltaOf = (part: Part): string => String(part.args_delta ?? part.result_delta ?? part.text ?? '');

/** Joins the deltas of each text, call and result, in the order of their beginnings. */
function joined(parts: readonly Part[]): readonly Open[] {
  const all: Open[] = [];
  const byCall = new Map<string, Open>();
  for (const part of parts) {
    const isTool = part.type === 'tool-call' || part.type === 'tool-result';
    const last = all.at(-1);
    const key = `${part.type} ${String(part.tool_call_id)}`;
    const continued = isTool ? byCall.get(key) : last?.first.type === part.type ? last : undefined;
    const open: Open = continued ?? { first: part, text: '', isComplete: false, value: undefined };
    if (continued === undefined) {
      all.push(open);
      if (isTool) byCall.set(key, open);
    }
    if (part.result_reset === true) open.text = '';
    open.text += deltaOf(part);
    const value = part.type === 'tool-call' ? part.args : part.result;
    if (value !== undefined) Object.assign(open, { isComplete: true, value });
  }
  return all;
}

/** Stores the parts of the turn under way as messages: one of the assistant, and one for each result of a tool. */
export function storeLive(state: ChatsState, chat: ChatRow): readonly MessageRow[] {
  const { live } = chat;
  if (live.length === 0) return [];
  dropLive(chat);
  const of = (role: LivePart['role']) =>
    joined(live.filter((each) => each.role === role).map(({ part }) => part));
  const content = of('assistant').flatMap(({ first, text, isComplete, value }): readonly Part[] => {
    if (first.type !== 'tool-call') return [{ ...first, text }];
    const args = isComplete ? value : parsed(text);
    const { tool_call_id, tool_name } = first;
    // A call that was cut in the middle of its arguments never ran.
    return args === undefined ? [] : [{ type: 'tool-call', tool_call_id, tool_name, args }];
  });
  const stored = content.length === 0 ? [] : [state.insertMessage(chat, { role: 'assistant', content })];
  const results = of('tool').map(({ first: { tool_call_id, tool_name }, text, isComplete, value }) =>
    state.insertMessage(chat, {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          tool_call_id,
          tool_name,
          result: isComplete ? value : { output: text },
          is_error: false,
        },
      ],
    }),
  );
  return [...stored, ...results];
}
