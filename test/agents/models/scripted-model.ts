/** A tool that a request offers to the model. */
export interface OfferedTool {
  readonly name: string;
  /** The JSON schema of its arguments; null if it takes one free text. */
  readonly parameters: Schema | null;
}

export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}

/** One entry of the conversation in a request of any API. */
export interface Entry {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
}

export interface ModelRequest {
  readonly entries: readonly Entry[];
  readonly tools: readonly OfferedTool[];
  /** The schema of the JSON that the request wants as its answer. */
  readonly answer?: Schema | undefined;
}

export type ModelReply =
  | { readonly kind: 'text'; readonly chunks: readonly string[]; readonly everyMs: number }
  | { readonly kind: 'tools'; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'error'; readonly status: number; readonly message: string };

interface ToolCall {
  readonly name: string;
  /** A string for a tool that takes one free text. */
  readonly arguments: Readonly<Record<string, unknown>> | string;
}

const COMMAND = /^\s*Please (say|remember|recall|run|exec|both|edit|todo|slow|fail)\b:?[ \t]*(.*)$/gm;
const CHUNK_MS = 15;
const SLOW_CHUNK_MS = 100;

/**
 * The answer to a request, decided by the last line of the user that is `Please` and a command, such as
 * `Please run: date`. Agents add texts of their own to the user's, in which other words would be found.
 * - `say TEXT`: the text in several chunks
 * - `remember WORD`, later `recall`: the word, if the request still carries it
 * - `run COMMAND`: a call of the shell tool; `both COMMAND ;; COMMAND`: two calls at once. They ask for permission to
 *   leave the agent's sandbox, if it has one; `exec COMMAND` does not
 * - `edit FILE TEXT`: a call of the tool that writes a file
 * - `todo ITEM, ITEM`: a call of the tool that keeps the checklist
 * - `slow COUNT`: one chunk each 100 ms
 * - `fail STATUS`: an HTTP error
 *
 * After the result of a tool it ends the turn with a text that quotes the result. Requests without tools are side
 * requests of the agent, such as one for a title.
 */
export function replyTo({ entries, tools, answer }: ModelRequest): ModelReply {
  if (answer !== undefined) return text(JSON.stringify(instanceOf(answer)));
  if (tools.length === 0) return text('Stub title');
  const { command, rest, result } = lastCommand(entries);
  if (result !== null) return text(`The tool returned: ${result.slice(0, 500)}`);
  switch (command) {
    case 'say':
      return text(rest);
    case 'remember':
      return text(`I will remember ${rest}.`);
    case 'recall': {
      const known = entries.map((entry) => /Please remember:? (\w+)/.exec(entry.text)?.[1]).find(Boolean);
      return text(known === undefined ? 'I remember nothing.' : `You said ${known}.`);
    }
    case 'run':
      return calls(tools, shellCall(tools, rest, LEAVES_SANDBOX));
    case 'exec':
      return calls(tools, shellCall(tools, rest));
    case 'both':
      return calls(tools, ...rest.split(';;').map((line) => shellCall(tools, line.trim(), LEAVES_SANDBOX)));
    case 'edit': {
      const [, file = '', content = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
      return calls(tools, writeCall(tools, file, content));
    }
    case 'todo':
      return calls(tools, checklistCall(tools, rest.split(/\s*,\s*/)));
    case 'slow':
      return {
        kind: 'text',
        chunks: Array.from({ length: Number(rest) || 50 }, (_, index) => `part ${index + 1} `),
        everyMs: SLOW_CHUNK_MS,
      };
    case 'fail':
      return { kind: 'error', status: Number(rest) || 400, message: 'The stub refuses this request.' };
    default:
      return text('No command word found.');
  }
}

interface LastCommand {
  readonly command: string | undefined;
  readonly rest: string;
  /** Of the tool calls after the command; null if there is none. */
  readonly result: string | null;
}

function lastCommand(entries: readonly Entry[]): LastCommand {
  let found: LastCommand = { command: undefined, rest: '', result: null };
  for (const { role, text } of entries) {
    if (role === 'tool') found = { ...found, result: text };
    if (role !== 'user') continue;
    const [, command, rest = ''] = [...text.matchAll(COMMAND)].at(-1) ?? [];
    if (command !== undefined) found = { command, rest: rest.trim(), result: null };
  }
  return found;
}

function text(whole: string): ModelReply {
  return { kind: 'text', chunks: whole.match(/\S+\s*/g) ?? [whole], everyMs: CHUNK_MS };
}

function calls(tools: readonly OfferedTool[], ...found: readonly (ToolCall | undefined)[]): ModelReply {
  const known = found.filter((call) => call !== undefined);
  return known.length === found.length
    ? { kind: 'tools', calls: known }
    : text(`No fitting tool among: ${tools.map(({ name }) => name).join(', ')}`);
}

const SHELL_TOOLS = ['run_shell_command', 'Bash', 'bash', 'exec_command', 'shell_command', 'shell'];
const WRITE_TOOLS = ['write_file', 'Write', 'write', 'apply_patch'];
const CHECKLIST_TOOLS = ['TodoWrite', 'todo_write', 'todowrite', 'write_todos', 'update_plan'];

const offered = (tools: readonly OfferedTool[], names: readonly string[]): OfferedTool | undefined =>
  names.map((name) => tools.find((tool) => tool.name === name)).find((tool) => tool !== undefined);

/** Without it Codex runs a command in its sandbox and does not ask. */
const LEAVES_SANDBOX = { sandbox_permissions: 'require_escalated', justification: 'The test needs it' };

function shellCall(
  tools: readonly OfferedTool[],
  command: string,
  more: Readonly<Record<string, string>> = {},
): ToolCall | undefined {
  const tool = offered(tools, SHELL_TOOLS);
  const description = 'Runs a command of the test';
  return tool && withArguments(tool, { command, cmd: command, description, ...more });
}

function writeCall(tools: readonly OfferedTool[], file: string, content: string): ToolCall | undefined {
  const patch = `*** Begin Patch\n*** Add File: ${file}\n+${content}\n*** End Patch\n`;
  const tool = offered(tools, WRITE_TOOLS);
  // An agent may take patches only through its shell.
  if (tool === undefined) return shellCall(tools, `apply_patch <<'PATCH'\n${patch}PATCH`);
  if (tool.parameters === null) return { name: tool.name, arguments: patch };
  return withArguments(tool, {
    file_path: file,
    filePath: file,
    path: file,
    content: `${content}\n`,
    input: patch,
  });
}

function checklistCall(tools: readonly OfferedTool[], items: readonly string[]): ToolCall | undefined {
  const tool = offered(tools, CHECKLIST_TOOLS);
  const entries = items.map((item, index) => ({
    id: String(index + 1),
    content: item,
    description: item,
    step: item,
    activeForm: item,
    priority: 'medium',
    status: index === 0 ? 'in_progress' : 'pending',
  }));
  return tool && withArguments(tool, { todos: entries, plan: entries });
}

/** A call with those of the values that the tool's schema names, in the form that it wants. */
function withArguments(tool: OfferedTool, values: Readonly<Record<string, unknown>>): ToolCall {
  return { name: tool.name, arguments: Object.fromEntries(fitting(tool.parameters ?? {}, values)) };
}

function fitting(schema: Schema, values: Readonly<Record<string, unknown>>): readonly [string, unknown][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, unknown][] => {
    const value = values[name];
    if (value === undefined) return [];
    if (property.type === 'array' && typeof value === 'string') return [[name, ['bash', '-lc', value]]];
    if (Array.isArray(value) && property.items?.properties !== undefined) {
      const { items } = property;
      return [[name, value.map((entry) => Object.fromEntries(fitting(items, entry)))]];
    }
    return [[name, value]];
  });
}

/** A value that satisfies the schema. */
function instanceOf(schema: Schema): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  const type = String(schema.type ?? 'string').toLowerCase();
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, value]) => [name, instanceOf(value)]),
    );
  if (type === 'array') return [];
  if (type === 'boolean') return false;
  if (type === 'number' || type === 'integer') return 1;
  return 'Stub';
}
