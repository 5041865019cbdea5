import { textOf } from './content.ts';
import type { Entry, ModelReply, ModelRequest, Schema } from './scripted-model.ts';

interface ChatBody {
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: Schema } }[];
  readonly response_format?: { readonly json_schema?: { readonly schema?: Schema } };
}

/** Reads a request for a chat completion. */
export function readOpenAiChat(body: ChatBody): ModelRequest {
  return {
    entries: (body.messages ?? []).flatMap(({ role, content }): Entry[] =>
      role === 'user' || role === 'assistant' || role === 'tool' ? [{ role, text: textOf(content) }] : [],
    ),
    tools: (body.tools ?? []).map(({ function: { name, parameters } }) => ({
      name,
      parameters: parameters ?? {},
    })),
    answer: body.response_format?.json_schema?.schema,
  };
}

const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const ID = 'chatcmpl-stub';

const toolCalls = (reply: Extract<ModelReply, { kind: 'tools' }>): readonly unknown[] =>
  reply.calls.map((call, index) => ({
    index,
    id: `call_${crypto.randomUUID()}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));

/** The events of a streamed reply. */
export function openAiChatEvents(reply: Exclude<ModelReply, { kind: 'error' }>): readonly unknown[] {
  const chunk = (delta: unknown, finish_reason: string | null = null, usage?: unknown): unknown => ({
    id: ID,
    object: 'chat.completion.chunk',
    created: 0,
    model: 'stub',
    choices: [{ index: 0, delta, finish_reason }],
    ...(usage !== undefined && { usage }),
  });
  return reply.kind === 'text'
    ? [
        chunk({ role: 'assistant', content: '' }),
        ...reply.chunks.map((content) => chunk({ content })),
        chunk({}, 'stop', USAGE),
      ]
    : [chunk({ role: 'assistant', tool_calls: toolCalls(reply) }), chunk({}, 'tool_calls', USAGE)];
}

export function openAiChatAnswer(reply: Exclude<ModelReply, { kind: 'error' }>): unknown {
  const message =
    reply.kind === 'text'
      ? { role: 'assistant', content: reply.chunks.join('') }
      : { role: 'assistant', content: null, tool_calls: toolCalls(reply) };
  return {
    id: ID,
    object: 'chat.completion',
    created: 0,
    model: 'stub',
    choices: [{ index: 0, message, finish_reason: reply.kind === 'text' ? 'stop' : 'tool_calls' }],
    usage: USAGE,
  };
}
