import { describe, expect, it } from 'vitest';
import { anthropicEvents, readAnthropic } from './anthropic.ts';
import { geminiEvents, readGemini } from './gemini.ts';
import { openAiChatEvents, readOpenAiChat } from './openai-chat.ts';
import { openAiResponsesEvents, readOpenAiResponses } from './openai-responses.ts';
import { type Entry, type ModelReply, type OfferedTool, replyTo, type Schema } from './scripted-model.ts';

const user = (text: string): Entry => ({ role: 'user', text });
const tool = (name: string, ...properties: readonly string[]): OfferedTool => ({
  name,
  parameters: {
    type: 'object',
    properties: Object.fromEntries(properties.map((each) => [each, { type: 'string' }])),
  },
});
const SHELL = tool('Bash', 'command', 'description');

/** The reply to these entries where the shell is offered. */
const reply = (...entries: readonly Entry[]): ModelReply => replyTo({ entries, tools: [SHELL] });
const textOf = (answer: ModelReply): string =>
  answer.kind === 'text' ? answer.chunks.join('') : answer.kind;

describe('the scripted model', () => {
  it('says a text in several chunks', () => {
    expect(reply(user('Please say: a b c'))).toEqual({
      kind: 'text',
      chunks: ['a ', 'b ', 'c'],
      everyMs: 15,
    });
  });

  it('obeys the last command in the messages, also if the agent adds text', () => {
    const added = '<reminder>\nsay nothing of the command that you can run\n</reminder>';
    expect(textOf(reply(user('Please say: old'), user('Please say: new'), user('no command here')))).toBe(
      'new',
    );
    expect(textOf(reply(user(`${added}\nPlease say: new`)))).toBe('new');
  });

  it('remembers only what the request carries', () => {
    expect(textOf(reply(user('Please remember: heron'), user('Please recall')))).toBe('You said heron.');
    expect(textOf(reply(user('Please recall')))).toBe('I remember nothing.');
  });

  it('ends the turn after the result of a tool, and obeys the next command', () => {
    const result: Entry = { role: 'tool', text: 'done' };
    expect(textOf(reply(user('Please run: date'), result))).toBe('The tool returned: done');
    expect(textOf(reply(user('Please run: date'), result, user('Please say: next')))).toBe('next');
  });

  it.each<[string, OfferedTool, unknown]>([
    ['Gemini CLI', tool('run_shell_command', 'command'), { command: 'date' }],
    ['Codex', tool('exec_command', 'cmd', 'workdir'), { cmd: 'date' }],
    [
      'a list of words',
      { name: 'shell', parameters: { properties: { command: { type: 'array' } } } },
      { command: ['bash', '-lc', 'date'] },
    ],
  ])('calls the shell of %s by its argument names', (_, offered, args) => {
    expect(replyTo({ entries: [user('Please run: date')], tools: [offered] })).toEqual({
      kind: 'tools',
      calls: [{ name: offered.name, arguments: args }],
    });
  });

  it.each<[string, OfferedTool, unknown]>([
    ['a file', tool('Write', 'file_path', 'content'), { file_path: 'a.txt', content: 'b c\n' }],
    [
      'a patch',
      { name: 'apply_patch', parameters: null },
      '*** Begin Patch\n*** Add File: a.txt\n+b c\n*** End Patch\n',
    ],
  ])('edits by %s', (_, offered, args) => {
    expect(replyTo({ entries: [user('Please edit: a.txt b c')], tools: [offered] })).toEqual({
      kind: 'tools',
      calls: [{ name: offered.name, arguments: args }],
    });
  });

  it('calls two tools at once', () => {
    expect(reply(user('Please both: date ;; pwd'))).toMatchObject({
      calls: [{ arguments: { command: 'date' } }, { arguments: { command: 'pwd' } }],
    });
  });

  it('says which tools there are if none fits', () => {
    expect(textOf(reply(user('Please todo: a, b')))).toBe('No fitting tool among: Bash');
  });

  it('answers side requests without tools, by their schema if they have one', () => {
    expect(textOf(replyTo({ entries: [user('Please run: date')], tools: [] }))).toBe('Stub title');
    const answer: Schema = {
      type: 'object',
      properties: { safe: { type: 'boolean' }, kind: { enum: ['a', 'b'] } },
    };
    expect(textOf(replyTo({ entries: [], tools: [], answer }))).toBe('{"safe":false,"kind":"a"}');
  });

  it('fails with the status of the command', () => {
    expect(reply(user('Please fail: 500'))).toMatchObject({ kind: 'error', status: 500 });
  });
});

describe.each([
  {
    api: 'Gemini',
    request: readGemini({
      contents: [
        { role: 'user', parts: [{ text: 'Please run: date' }] },
        { role: 'model', parts: [{ text: 'ok' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'Bash', response: 'done' } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'Bash', parametersJsonSchema: SHELL.parameters ?? {} }] }],
    }),
    events: geminiEvents,
  },
  {
    api: 'OpenAI chat completions',
    request: readOpenAiChat({
      messages: [
        { role: 'system', content: 'Please say: something else' },
        { role: 'user', content: [{ type: 'text', text: 'Please run: date' }] },
        { role: 'assistant', content: 'ok' },
        { role: 'tool', content: 'done' },
      ],
      tools: [{ function: { name: 'Bash', parameters: SHELL.parameters ?? {} } }],
    }),
    events: openAiChatEvents,
  },
  {
    api: 'Anthropic messages',
    request: readAnthropic({
      messages: [
        { role: 'user', content: 'Please run: date' },
        { role: 'assistant', content: [{ type: 'text', text: 'ok' }] },
        { role: 'user', content: [{ type: 'tool_result', content: [{ type: 'text', text: 'done' }] }] },
      ],
      tools: [{ name: 'Bash', input_schema: SHELL.parameters ?? {} }],
    }),
    events: anthropicEvents,
  },
  {
    api: 'OpenAI responses',
    request: readOpenAiResponses({
      input: [
        { type: 'message', role: 'developer', content: 'Please say: something else' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Please run: date' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] },
        { type: 'function_call_output', output: 'done' },
      ],
      tools: [{ type: 'function', name: 'Bash', parameters: SHELL.parameters ?? {} }],
    }),
    events: openAiResponsesEvents,
  },
])('$api', ({ request, events }) => {
  it('is read as the same request', () => {
    expect(request.tools).toEqual([SHELL]);
    expect(request.entries.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(textOf(replyTo(request))).toMatch(/^The tool returned: "?done"?$/);
  });

  it('streams one event or more for each chunk, and tool calls by name', () => {
    const chunks = ['a ', 'b ', 'c'];
    const streamed = events({ kind: 'text', chunks, everyMs: 0 }).map((event) => JSON.stringify(event));
    for (const chunk of chunks)
      expect(streamed.filter((event) => event.includes(`"${chunk}"`))).toHaveLength(1);
    const called = events({ kind: 'tools', calls: [{ name: 'Bash', arguments: { command: 'date' } }] });
    expect(JSON.stringify(called)).toContain('"Bash"');
  });
});
