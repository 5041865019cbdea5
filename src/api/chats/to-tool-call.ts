import { decodedJson } from '../../domain/call-arguments.ts';
import type { ToolCallPart } from '../../domain/message.ts';
import { PERMISSION_TOOL } from '../../domain/permission.ts';
import type { WireChatPart } from '../../wire/chat.ts';

/** The result of a tool call. `at`: when its message was written, Unix ms. */
export interface ToolResult {
  readonly part: WireChatPart;
  readonly at: number;
}

/** Source: the tools of Coder Agents. Tools of other programs have other names. */
const KINDS: ReadonlyMap<string, ToolCallPart['kind']> = new Map([
  ['read_file', 'read'],
  ['read_skill', 'read'],
  ['read_skill_file', 'read'],
  ['read_template', 'read'],
  ['write_file', 'edit'],
  ['edit_files', 'edit'],
  ['execute', 'execute'],
  ['process_output', 'execute'],
  ['process_list', 'execute'],
  ['process_signal', 'execute'],
  ['list_templates', 'search'],
  ['web_search', 'search'],
  ['web_fetch', 'fetch'],
  ['propose_plan', 'think'],
  ['chat_summarized', 'think'],
]);

/** A tool call with its result; null while there is none. `at`: when the call's message was written, Unix ms. */
export function toToolCall(call: WireChatPart, at: number, result: ToolResult | null): ToolCallPart {
  const name = call.tool_name || (result?.part.tool_name ?? '');
  const input = call.args ?? null;
  const answer = result?.part.result ?? null;
  const fields = recordOf(answer);
  const exitCode = exitCodeOf(fields);
  const endedAt = result === null ? null : (result.part.created_at ?? result.at);
  const childId = textIn(fields, 'chat_id');
  const status = statusOf(call, result, fields, exitCode);
  const isOver = status !== 'pending' && status !== 'running';
  const [diffs, places] = [reportedDiffs(call), reportedPlaces(call)];
  return {
    type: 'tool-call',
    id: call.tool_call_id,
    name,
    title: call.title,
    kind: REPORTED_KINDS.find((kind) => kind === call.kind) ?? KINDS.get(name) ?? 'other',
    input,
    status,
    output: result === null ? '' : outputOf(result.part, fields),
    diffs: diffs.length > 0 ? diffs : diffsOf(name, recordOf(decodedJson(input))),
    places: places.length > 0 ? places : placesOf(name, recordOf(decodedJson(input))),
    startedAt: startOf(call, at, endedAt, fields),
    endedAt: isOver ? endedAt : null,
    ...(exitCode === null ? {} : { exitCode }),
    ...(name === 'spawn_agent' && childId !== '' ? { childId } : {}),
  };
}

const REPORTED_KINDS: readonly ToolCallPart['kind'][] = [
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'other',
];

/** By the word of taskdeck's own server, which also sends results of calls that still run. */
const REPORTED_STATUSES: ReadonlyMap<string, ToolCallPart['status']> = new Map([
  ['pending', 'pending'],
  ['in_progress', 'running'],
  ['completed', 'done'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
]);

function statusOf(
  call: WireChatPart,
  result: ToolResult | null,
  fields: Fields,
  exitCode: number | null,
): ToolCallPart['status'] {
  const reported = REPORTED_STATUSES.get(call.status);
  const isAnswered = call.tool_name === PERMISSION_TOOL && result !== null;
  if (reported !== undefined && !isAnswered) return reported;
  if (result === null) return 'running';
  return hasFailed(result.part, fields, exitCode) ? 'failed' : 'done';
}

const reportedDiffs = ({ diff }: WireChatPart): ToolCallPart['diffs'] =>
  recordsOf(diff).map((change) => ({
    path: textIn(change, 'path'),
    oldText: typeof change.old_text === 'string' ? change.old_text : null,
    newText: textIn(change, 'new_text'),
  }));

const reportedPlaces = ({ locations }: WireChatPart): ToolCallPart['places'] =>
  recordsOf(locations)
    .map((place) => ({ path: textIn(place, 'path'), line: numberIn(place, 'line') }))
    .filter(({ path }) => path !== '');

type Fields = Readonly<Record<string, unknown>>;

const recordOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textIn = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
};

const numberIn = (fields: Fields, name: string): number | null => {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
};

const recordsOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(recordOf) : []);

const recordsIn = (fields: Fields, name: string): readonly Fields[] => recordsOf(decodedJson(fields[name]));

/** Null for a command that still runs in the background: its code is only a zero value. */
const exitCodeOf = (fields: Fields): number | null =>
  textIn(fields, 'background_process_id') === '' && fields.running !== true
    ? numberIn(fields, 'exit_code')
    : null;

const hasFailed = (part: WireChatPart, fields: Fields, exitCode: number | null): boolean =>
  part.is_error || (exitCode ?? 0) !== 0 || fields.success === false;

/** The result as text: the output of a command and its error, else the text that it holds, else its JSON. */
function outputOf({ result, is_media: isMedia }: WireChatPart, fields: Fields): string {
  if (typeof result === 'string') return result;
  if (result === undefined || result === null) return '';
  // Its data is the picture itself.
  if (isMedia) return textIn(fields, 'text') || `[${textIn(fields, 'mime_type') || 'media'}]`;
  const words = ['output', 'error', 'note'].map((name) => textIn(fields, name)).filter((text) => text !== '');
  if (words.length > 0) return words.join(words[0]?.endsWith('\n') ? '' : '\n');
  // A command without output: how it ended is not part of it.
  if ('exit_code' in fields || 'output' in fields) return '';
  return textIn(fields, 'content') || textIn(fields, 'text') || asJson(result);
}

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);

/** A command reports how long it ran; the call itself may have waited. */
function startOf(call: WireChatPart, at: number, endedAt: number | null, fields: Fields): number {
  const duration = numberIn(fields, 'wall_duration_ms');
  if (endedAt !== null && duration !== null && duration > 0) return endedAt - duration;
  return call.created_at ?? at;
}

/** Newer servers take a list of edits with paths, older ones a list of files with edits, with older names. */
function diffsOf(name: string, args: Fields): ToolCallPart['diffs'] {
  if (name === 'write_file') {
    const path = textIn(args, 'path');
    return path === '' ? [] : [{ path, oldText: null, newText: textIn(args, 'content') }];
  }
  if (name !== 'edit_files') return [];
  const edits = [
    ...recordsIn(args, 'edits').map((edit) => ({ path: textIn(edit, 'path'), edit })),
    ...recordsIn(args, 'files').flatMap((file) =>
      recordsIn(file, 'edits').map((edit) => ({ path: textIn(file, 'path'), edit })),
    ),
  ];
  return edits.map(({ path, edit }) => ({
    path,
    oldText: textIn(edit, 'old_text') || textIn(edit, 'search'),
    newText: textIn(edit, 'new_text') || textIn(edit, 'replace'),
  }));
}

function placesOf(name: string, args: Fields): ToolCallPart['places'] {
  const path = textIn(args, 'path');
  if (path !== '') return [{ path, line: name === 'read_file' ? numberIn(args, 'offset') : null }];
  const paths = [...recordsIn(args, 'edits'), ...recordsIn(args, 'files')].map((each) =>
    textIn(each, 'path'),
  );
  return [...new Set(paths)].filter((each) => each !== '').map((each) => ({ path: each, line: null }));
}
