import type { Entry, ModelReply, ModelRequest, OfferedTool, Schema } from './scripted-model.ts';

interface Part {
  readonly text?: string;
  readonly functionResponse?: { readonly name: string; readonly response: unknown };
}

interface GeminiBody {
  readonly contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[];
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly {
      readonly name: string;
      readonly parameters?: Schema;
      readonly parametersJsonSchema?: Schema;
    }[];
  }[];
  readonly generationConfig?: { readonly responseSchema?: Schema; readonly responseJsonSchema?: Schema };
}

/** Reads a request of `generateContent` or `streamGenerateContent`. */
export function readGemini(body: GeminiBody): ModelRequest {
  const { responseSchema, responseJsonSchema } = body.generationConfig ?? {};
  return {
    entries: (body.contents ?? []).flatMap(({ role, parts = [] }) =>
      parts.map((part): Entry => {
        if (part.functionResponse !== undefined)
          return { role: 'tool', text: JSON.stringify(part.functionResponse.response) };
        return { role: role === 'model' ? 'assistant' : 'user', text: part.text ?? '' };
      }),
    ),
    tools: (body.tools ?? []).flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map(
        ({ name, parameters, parametersJsonSchema }): OfferedTool => ({
          name,
          parameters: parametersJsonSchema ?? parameters ?? {},
        }),
      ),
    ),
    answer: responseJsonSchema ?? responseSchema,
  };
}

const USAGE = { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 };

const candidate = (parts: readonly unknown[], finishReason?: string): unknown => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...(finishReason && { finishReason }) }],
  ...(finishReason && { usageMetadata: USAGE }),
});

/** The events of a streamed reply: JSON texts. */
export function geminiEvents(reply: Exclude<ModelReply, { kind: 'error' }>): readonly unknown[] {
  return reply.kind === 'text'
    ? [...reply.chunks.map((text) => candidate([{ text }])), candidate([{ text: '' }], 'STOP')]
    : [
        candidate(
          reply.calls.map((call) => ({ functionCall: { name: call.name, args: call.arguments } })),
          'STOP',
        ),
      ];
}

export function geminiAnswer(reply: Exclude<ModelReply, { kind: 'error' }>): unknown {
  const parts =
    reply.kind === 'text'
      ? [{ text: reply.chunks.join('') }]
      : reply.calls.map((call) => ({ functionCall: { name: call.name, args: call.arguments } }));
  return candidate(parts, 'STOP');
}
