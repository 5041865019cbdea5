import { textOf } from './content.ts';
import type { Entry, ModelReply, ModelRequest, OfferedTool, Schema } from './scripted-model.ts';

interface ResponsesBody {
  readonly input?: string | readonly InputItem[];
  readonly tools?: readonly { readonly type: string; readonly name?: string; readonly parameters?: Schema }[];
  readonly text?: { readonly format?: { readonly schema?: Schema } };
}

interface InputItem {
  readonly type?: string;
  readonly role?: string;
  readonly content?: unknown;
  readonly output?: unknown;
}

/** Reads a request for a response. */
export function readOpenAiResponses(body: ResponsesBody): ModelRequest {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input;
  return {
    entries: (items ?? []).flatMap(({ type, role, content, output }: InputItem): Entry[] => {
      if (type?.endsWith('_call_output')) {
        return [{ role: 'tool', text: typeof output === 'string' ? output : textOf(output) }];
      }
      return role === 'user' || role === 'assistant' ? [{ role, text: textOf(content) }] : [];
    }),
    tools: (body.tools ?? []).flatMap(({ type, name, parameters }): OfferedTool[] => {
      if (name === undefined) return [];
      return [{ name, parameters: type === 'custom' ? null : (parameters ?? {}) }];
    }),
    answer: body.text?.format?.schema,
  };
}

const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 120,
};

/** The events of a streamed reply; the name of each is its `type`. */
export function openAiResponsesEvents(reply: Exclude<ModelReply, { kind: 'error' }>): readonly unknown[] {
  const response = { id: `resp_${crypto.randomUUID()}`, object: 'response' };
  const items =
    reply.kind === 'text'
      ? textEvents(reply.chunks)
      : reply.calls.map((call, output_index) => {
          const call_id = `call_${crypto.randomUUID()}`;
          const item =
            typeof call.arguments === 'string'
              ? { type: 'custom_tool_call', call_id, name: call.name, input: call.arguments }
              : {
                  type: 'function_call',
                  call_id,
                  name: call.name,
                  arguments: JSON.stringify(call.arguments),
                };
          return { type: 'response.output_item.done', output_index, item };
        });
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    ...items,
    { type: 'response.completed', response: { ...response, status: 'completed', output: [], usage: USAGE } },
  ];
}

function textEvents(chunks: readonly string[]): readonly unknown[] {
  const item = { id: `msg_${crypto.randomUUID()}`, type: 'message', role: 'assistant' };
  return [
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    },
    ...chunks.map((delta) => ({
      type: 'response.output_text.delta',
      item_id: item.id,
      output_index: 0,
      content_index: 0,
      delta,
    })),
    {
      type: 'response.output_item.done',
      output_index: 0,
      item: {
        ...item,
        status: 'completed',
        content: [{ type: 'output_text', text: chunks.join(''), annotations: [] }],
      },
    },
  ];
}
