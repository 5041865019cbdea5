import type { PermissionMode } from '../../agents/acp-agent.ts';
import type { WirePart } from '../../chats/chat-row-types.ts';
import type { PermissionOutcome } from '../../chats/session.ts';
import { ErrorResponse, invalidJson } from '../../http/error-response.ts';

/** An object of a request; its fields are unchecked. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body of a request as an object. Throws a 400. */
export function fieldsOf(body: unknown): Fields {
  if (!isFields(body)) throw invalidJson('The body must be an object.');
  return body;
}

/** Absent and null are the same, as in Go. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Name and media type of an uploaded file; null if there is none with this id. */
export type FindFile = (id: string) => { readonly name: string; readonly media_type: string } | null;

/** The parts of a user's message: trimmed text, uploaded files and references to lines. Throws 400s as Coder does. */
export function contentOf(content: unknown, findFile: FindFile): readonly WirePart[] {
  if (!Array.isArray(content) || content.length === 0)
    throw new ErrorResponse(400, 'Content is required.', 'Content cannot be empty.');
  return content.map((part: unknown, index) => inputPart(part, `content[${index}]`, findFile));
}

function inputPart(part: unknown, where: string, findFile: FindFile): WirePart {
  if (!isFields(part)) throw invalidPart(`${where} must be an object.`);
  switch (part.type) {
    case 'text': {
      const text = typeof part.text === 'string' ? part.text.trim() : '';
      if (text === '') throw invalidPart(`${where}.text cannot be empty.`);
      return { type: 'text', text };
    }
    case 'file': {
      const id = part.file_id;
      if (typeof id !== 'string') throw invalidPart(`${where}.file_id is required for file.`);
      const file = findFile(id);
      if (file === null) throw invalidPart(`${where}.file_id references a file that does not exist.`);
      return { type: 'file', file_id: id.toLowerCase(), media_type: file.media_type, name: file.name };
    }
    case 'file-reference':
      return {
        type: 'file-reference',
        file_name: String(part.file_name ?? ''),
        start_line: Number(part.start_line) || 0,
        end_line: Number(part.end_line) || 0,
        content: String(part.content ?? ''),
      };
    default:
      throw invalidPart(`${where}.type "${String(part.type)}" is not supported.`);
  }
}

const invalidPart = (detail: string): ErrorResponse => new ErrorResponse(400, 'Invalid input part.', detail);

/** `plan_mode`; undefined if absent. */
export function planModeOf(value: unknown): boolean | undefined {
  if (!isGiven(value)) return undefined;
  if (value !== 'plan' && value !== '') throw new ErrorResponse(400, 'Invalid plan_mode value.');
  return value === 'plan';
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** `reasoning_effort`; undefined if absent. `offered`: further words of the agent. */
export function effortOf(value: unknown, offered: readonly string[]): string | undefined {
  if (!isGiven(value)) return undefined;
  const allowed = [...new Set([...EFFORTS, ...offered])];
  if (typeof value !== 'string' || !allowed.includes(value))
    throw new ErrorResponse(
      400,
      'Invalid reasoning_effort value.',
      `"${String(value)}" is not one of ${allowed.join(', ')}.`,
    );
  return value;
}

const MODES: readonly PermissionMode[] = ['ask', 'edits', 'all'];

/** `permission_mode`; undefined if absent. */
export function permissionModeOf(value: unknown): PermissionMode | undefined {
  if (!isGiven(value)) return undefined;
  const mode = MODES.find((each) => each === value);
  if (mode === undefined)
    throw new ErrorResponse(400, 'Invalid permission_mode value.', `Must be one of ${MODES.join(', ')}.`);
  return mode;
}

/** `labels`: at most 50, none empty. */
export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isGiven(value)) return {};
  const entries = isFields(value) ? Object.entries(value) : null;
  const isValid =
    entries !== null &&
    entries.length <= 50 &&
    entries.every(
      ([key, text]) =>
        /^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,63}$/u.test(key) &&
        typeof text === 'string' &&
        text !== '' &&
        text.length <= 256,
    );
  if (!isValid)
    throw new ErrorResponse(400, 'Invalid labels.', undefined, [
      { field: 'labels', detail: 'At most 50. Keys have 1 to 64 letters, digits, and . _ / -' },
    ]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

/** A title of the user, trimmed. */
export function titleOf(value: unknown): string {
  const title = typeof value === 'string' ? value.trim() : '';
  if (title === '') throw new ErrorResponse(400, 'Title cannot be empty.');
  if ([...title].length > 200) throw new ErrorResponse(400, 'Title must be at most 200 characters.');
  return title;
}

export function busyBehaviorOf(value: unknown): 'queue' | 'interrupt' {
  if (!isGiven(value) || value === 'queue') return 'queue';
  if (value === 'interrupt') return 'interrupt';
  throw new ErrorResponse(400, 'Invalid busy_behavior value.', 'Must be "queue" or "interrupt".');
}

export function clientTypeOf(value: unknown): 'ui' | 'api' {
  if (!isGiven(value) || value === 'api') return 'api';
  if (value === 'ui') return 'ui';
  throw new ErrorResponse(400, 'Invalid client_type.');
}

/** `environment` before its check by `validatedEnvironment`; undefined if absent. */
export function environmentFieldOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isGiven(value)) return undefined;
  if (isFields(value) && Object.values(value).every((each) => typeof each === 'string'))
    return value as Readonly<Record<string, string>>;
  throw new ErrorResponse(400, 'Unable to use the environment.', 'It must be an object of strings.');
}

/** `results` of an answer to permission requests. */
export function toolResultsOf(
  value: unknown,
): readonly { readonly id: string; readonly outcome: PermissionOutcome }[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new ErrorResponse(400, 'At least one tool result is required.');
  const results = value.map((result: unknown) => {
    const { tool_call_id: id, output } = isFields(result) ? result : {};
    if (typeof id !== 'string' || id === '')
      throw new ErrorResponse(400, 'Invalid tool result.', 'tool_call_id is required.');
    return { id, outcome: outcomeOf(output) };
  });
  if (new Set(results.map(({ id }) => id)).size < results.length)
    throw new ErrorResponse(400, 'Duplicate tool_call_id in results.');
  return results;
}

function outcomeOf(output: unknown): PermissionOutcome {
  const { outcome, option_id: option } = isFields(output) ? output : {};
  if (outcome === 'cancelled') return { outcome };
  if (outcome === 'selected' && typeof option === 'string') return { outcome, option_id: option };
  throw new ErrorResponse(
    400,
    'Invalid tool result.',
    'output must be {"outcome":"selected","option_id":…} or {"outcome":"cancelled"}.',
  );
}
