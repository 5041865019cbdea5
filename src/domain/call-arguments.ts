import type { ToolCallPart } from './message.ts';

/** The arguments of a call by name; empty when they are no object. */
export const argumentsOf = ({ input }: Pick<ToolCallPart, 'input'>): ReadonlyMap<string, unknown> =>
  new Map(isRecord(input) ? Object.entries(input) : []);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Some models send JSON data as the text of it. Other values, and broken text, stay as they are. */
export function decodedJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/u.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Some agents send a command as the list of its words. Empty for other data. */
export function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value.join(' ') : '';
}

/** A change of a file by a call. `oldText` is null for a new or completely written file. */
export type FileEdit = ToolCallPart['diffs'][number];

const editsByCall = new WeakMap<ToolCallPart, readonly FileEdit[]>();

/**
 * The changes that a call makes, in order, several of a file included: those that the agent reports, else those in the
 * arguments of Coder's tools.
 */
export function editsOf(call: ToolCallPart): readonly FileEdit[] {
  if (call.diffs.length > 0) return call.diffs;
  const known = editsByCall.get(call);
  if (known !== undefined) return known;
  const edits = editsInArguments(call);
  editsByCall.set(call, edits);
  return edits;
}

function editsInArguments(call: ToolCallPart): readonly FileEdit[] {
  const values = argumentsOf(call);
  if (call.name === 'write_file') {
    const [path, content] = [values.get('path'), values.get('content')];
    return typeof path === 'string' && typeof content === 'string'
      ? [{ path, oldText: null, newText: content }]
      : [];
  }
  if (call.name !== 'edit_files') return [];
  return recordsIn(values.get('files')).flatMap((file) =>
    recordsIn(file.edits).map((edit) => ({
      path: wordsOf(file.path),
      oldText: wordsOf(edit.search),
      newText: wordsOf(edit.replace),
    })),
  );
}

/** The arguments that `editsOf` shows as changes. */
export const editArguments = ({ name, diffs }: ToolCallPart): readonly string[] =>
  name === 'edit_files' ? ['files'] : name === 'write_file' && diffs.length === 0 ? ['content'] : [];

export const recordsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
