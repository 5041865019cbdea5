import { type MessagePart, type ToolCallPart, textParts } from '../domain/message.ts';
import { truncateStart } from '../domain/retracted-text.ts';

/**
 * The columns of a message's parts. Most messages are only text, which is stored as it is; `parts` is the JSON of any
 * other list of parts, and then the text is empty.
 */
export interface PartsColumns {
  readonly content: string;
  readonly parts: string | null;
}

export function toColumns(parts: readonly MessagePart[]): PartsColumns {
  const [part] = parts;
  return parts.length === 1 && part?.type === 'text'
    ? { content: part.text, parts: null }
    : { content: '', parts: JSON.stringify(parts) };
}

/** Unreadable parts are the text in `content`; fields that another version did not store get their empty values. */
export function fromColumns({ content, parts }: PartsColumns): readonly MessagePart[] {
  const stored = parts === null ? null : parseJson(parts);
  return Array.isArray(stored) ? stored.flatMap(parsePart) : textParts(content);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function parsePart(value: unknown): readonly MessagePart[] {
  if (!isRecord(value)) return [];
  const { type } = value;
  switch (type) {
    case 'text':
      return [{ type, text: text(value.text) }];
    case 'reasoning':
      return [{ type, text: text(value.text), ...optionalNumbers(value, ['startedAt', 'endedAt']) }];
    case 'notice':
      return [{ type, text: text(value.text), ...optionalTexts(value, ['name']) }];
    case 'file':
      return [
        {
          type,
          name: text(value.name),
          mediaType: text(value.mediaType),
          ...optionalTexts(value, ['url', 'path']),
        },
      ];
    case 'file-reference':
      return [
        {
          type,
          path: text(value.path),
          startLine: numberOrNull(value.startLine) ?? 0,
          endLine: numberOrNull(value.endLine) ?? 0,
          content: text(value.content),
        },
      ];
    case 'context-file':
      return [{ type, path: text(value.path), isTruncated: value.isTruncated === true }];
    case 'skill':
      return [{ type, name: text(value.name), description: text(value.description) }];
    case 'citation':
      return [{ type, title: text(value.title), url: text(value.url) }];
    case 'unknown':
      return [{ type, name: text(value.name), ...('data' in value && { data: value.data }) }];
    case 'tool-call':
      return [parseToolCall(value)];
    default:
      return [{ type: 'unknown', name: text(type) }];
  }
}

const parseToolCall = (call: Readonly<Record<string, unknown>>): ToolCallPart => ({
  type: 'tool-call',
  id: text(call.id),
  name: text(call.name),
  title: text(call.title),
  kind: oneOf(KINDS, call.kind, 'other'),
  input: call.input ?? null,
  status: oneOf(STATUSES, call.status, 'done'),
  output: text(call.output),
  diffs: records(call.diffs).map(({ path, oldText, newText }) => ({
    path: text(path),
    oldText: typeof oldText === 'string' ? oldText : null,
    newText: text(newText),
  })),
  places: records(call.places).map(({ path, line }) => ({ path: text(path), line: numberOrNull(line) })),
  startedAt: numberOrNull(call.startedAt),
  endedAt: numberOrNull(call.endedAt),
  ...optionalNumbers(call, ['exitCode']),
  ...optionalTexts(call, ['childId']),
});

/** The fields that hold a number or null. */
const optionalNumbers = <Name extends string>(
  value: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, number | null>> =>
  pickFields(value, names, (field): field is number | null => typeof field === 'number' || field === null);

/** The fields that hold a string. */
const optionalTexts = <Name extends string>(
  value: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, string>> =>
  pickFields(value, names, (field): field is string => typeof field === 'string');

const pickFields = <Name extends string, Value>(
  value: Readonly<Record<string, unknown>>,
  names: readonly Name[],
  isValid: (field: unknown) => field is Value,
): Partial<Record<Name, Value>> =>
  Object.fromEntries(names.flatMap((name) => (isValid(value[name]) ? [[name, value[name]]] : []))) as Partial<
    Record<Name, Value>
  >;

const KINDS = ['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'other'] as const;
const STATUSES = ['pending', 'running', 'done', 'failed', 'cancelled'] as const;

const oneOf = <Word extends string>(words: readonly Word[], value: unknown, otherwise: Word): Word =>
  words.find((word) => word === value) ?? otherwise;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const records = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/**
 * The parts with at most about `maxLength` UTF-16 units, from the end: a text is cut at its start, a tool call loses its
 * results, and a notice stands for the parts before. Returns the same parts when they are short enough.
 */
export function truncateParts(parts: readonly MessagePart[], maxLength: number): readonly MessagePart[] {
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'text')
    return only.text.length <= maxLength ? parts : textParts(truncateStart(only.text, maxLength));
  let left = maxLength;
  const kept: MessagePart[] = [];
  for (const part of parts.toReversed()) {
    if (lengthOf(part) > left && (part.type === 'text' || part.type === 'reasoning')) {
      kept.unshift({ ...part, text: truncateStart(part.text, left) });
      break;
    }
    const short = lengthOf(part) > left && part.type === 'tool-call' ? withoutResults(part) : part;
    if (lengthOf(short) > left) break;
    left -= lengthOf(short);
    kept.unshift(short);
  }
  const dropped = parts.length - kept.length;
  if (dropped === 0) return kept.every((part, index) => part === parts[index]) ? parts : kept;
  return [{ type: 'notice', text: `The first ${dropped} parts of this message are not stored.` }, ...kept];
}

/** The length in JSON, which contains every string of the part. */
const lengthOf = (part: MessagePart): number => JSON.stringify(part).length;

const withoutResults = (call: ToolCallPart): ToolCallPart => ({
  ...call,
  output: '',
  diffs: call.diffs.map(({ path }) => ({ path, oldText: null, newText: '' })),
});
