import { textOf } from './content.ts';
import type { Entry, ModelReply, ModelRequest, Schema } from './scripted-model.ts';

interface AnthropicBody {
  readonly messages?: readonly { readonly role: 'user' | 'assistant'; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string; readonly input_schema?: Schema }[];
  readonly output_config?: { readonly format?: { readonly schema?: Schema } };
}

/** Reads a request for a message. */
export function readAnthropic(body: AnthropicBody): ModelRequest {
  return {
    entries: (body.messages ?? []).flatMap(({ role, content }): Entry[] => {
      if (!Array.isArray(content)) return [{ role, text: textOf(content) }];
      return content.map((block: { readonly type?: string }) => ({
        role: block.type === 'tool_result' ? 'tool' : role,
        text: textOf([block]),
      }));
    }),
    tools: (body.tools ?? []).map(({ name, input_schema }) => ({ name, parameters: input_schema ?? {} })),
    answer: body.output_config?.format?.schema,
  };
}

const message = (content: readonly unknown[], stop_reason: string | null): unknown => ({
  id: `msg_${crypto.randomUUID()}`,
  type: 'message',
  role: 'assistant',
  model: 'claude-stub',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 100, output_tokens: 20 },
});

/** The events of a streamed reply; the name of each is its `type`. */
export function anthropicEvents(reply: Exclude<ModelReply, { kind: 'error' }>): readonly unknown[] {
  const blocks =
    reply.kind === 'text'
      ? [
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          ...reply.chunks.map((text) => ({
            type: 'content_block_delta',
            index: 0,
            delta: { type: 'text_delta', text },
          })),
          { type: 'content_block_stop', index: 0 },
        ]
      : reply.calls.flatMap((call, index) => [
          {
            type: 'content_block_start',
            index,
            content_block: {
              type: 'tool_use',
              id: `toolu_${crypto.randomUUID()}`,
              name: call.name,
              input: {},
            },
          },
          {
            type: 'content_block_delta',
            index,
            delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.arguments) },
          },
          { type: 'content_block_stop', index },
        ]);
  const stop_reason = reply.kind === 'text' ? 'end_turn' : 'tool_use';
  return [
    { type: 'message_start', message: message([], null) },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ];
}

export function anthropicAnswer(reply: Exclude<ModelReply, { kind: 'error' }>): unknown {
  return reply.kind === 'text'
    ? message([{ type: 'text', text: reply.chunks.join('') }], 'end_turn')
    : message(
        reply.calls.map((call) => ({
          type: 'tool_use',
          id: `toolu_${crypto.randomUUID()}`,
          name: call.name,
          input: call.arguments,
        })),
        'tool_use',
      );
}
