import { type DiffDocument, type DocumentFile, fileAt } from '../diff-document.ts';
import type { DiffOf } from '../ports/source.ts';
import type { DiffLine } from '../unified-diff.ts';

/** A comment of the user on a line of a diff, or on a whole file. Texts of the diff in it are as received. */
export interface ReviewComment {
  readonly taskId: string;
  /** Unique in its task. */
  readonly id: string;
  /** The diff in which the user wrote it. */
  readonly of: DiffOf;
  /** The name of the repository in the diff. */
  readonly repository: string;
  readonly path: string;
  /** A removed line is on the old side, every other line on the new one. */
  readonly side: DiffSide;
  /** The number of the line on its side, from 1; 0 for the whole file. */
  readonly line: number;
  /** The line without its sign, cut to MAX_TEXT; empty for the whole file. */
  readonly lineText: string;
  /** The nearest lines of the same side before and after it in the same hunk, nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The user's words; empty until it is kept for the first time. */
  readonly text: string;
}

export type DiffSide = 'old' | 'new';

/** Lines before and after a commented line that help to find it again. */
const CONTEXT_LINES = 3;
/** Longer texts of lines are cut; UTF-16 units. */
const MAX_TEXT = 2_000;

/** The start of the keys under which comments are stored among the drafts. */
const KEY_START = 'comment ';

/** The key of a comment in the state and on disk. No task id contains a blank. */
export const commentKey = ({ taskId, id }: Pick<ReviewComment, 'taskId' | 'id'>): string =>
  `${KEY_START}${taskId} ${id}`;

export const isCommentKey = (key: string): boolean => key.startsWith(KEY_START);

/** The key of the draft of a comment's text. */
export const commentDraftKey = (key: string): string => `text of ${key}`;

export const cutText = (text: string): string => (text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text);

const sideOfLine = ({ kind }: DiffLine): DiffSide => (kind === 'removed' ? 'old' : 'new');

/** The number of a line on a side; 0 where the side does not have it. */
export const numberOn = ({ oldLine, newLine }: DiffLine, side: DiffSide): number =>
  side === 'old' ? oldLine : newLine;

/** The place in the diff of a comment on a line of the document; null where no comment can be. `index`: into `lines`. */
export function commentPlaceAt(
  document: DiffDocument,
  index: number,
): Omit<ReviewComment, 'taskId' | 'id' | 'text'> | null {
  const line = document.lines[index];
  const file = fileAt(document, index);
  if (file === null || line === undefined) return null;
  const place = { of: document.of, repository: repositoryOf(file), path: file.file.path };
  if (line.kind === 'file') return { ...place, side: 'new', line: 0, lineText: '', before: [], after: [] };
  if (line.kind !== 'line' || line.line.kind === 'plain') return null;
  const side = sideOfLine(line.line);
  const number = numberOn(line.line, side);
  // A diff of a merge has no numbers.
  if (number === 0) return null;
  return {
    ...place,
    side,
    line: number,
    lineText: cutText(line.line.text),
    before: linesBeside(document, index, side, -1),
    after: linesBeside(document, index, side, 1),
  };
}

/** The key of a file is the name of its repository, a line feed and its path. */
export const repositoryOf = ({ key, file }: DocumentFile): string =>
  key.slice(0, key.length - file.path.length - 1);

/** The lines of one side next to a line of a hunk, nearest first. */
export function linesBeside(
  { lines }: DiffDocument,
  index: number,
  side: DiffSide,
  step: -1 | 1,
): readonly string[] {
  const found: string[] = [];
  for (let at = index + step; found.length < CONTEXT_LINES; at += step) {
    const line = lines[at];
    if (line?.kind !== 'line') break;
    if (numberOn(line.line, side) > 0) found.push(cutText(line.line.text));
  }
  return found;
}

/** The stored form of a comment. */
export const storedComment = (comment: ReviewComment): string => JSON.stringify(comment);

/** A stored comment, possibly of another version; null for anything else. */
export function parseComment(key: string, json: string): ReviewComment | null {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null) return null;
  const { taskId, id, of, repository, path, side, line, lineText, before, after, text } = value as Readonly<
    Partial<Record<keyof ReviewComment, unknown>>
  >;
  if (typeof taskId !== 'string' || typeof id !== 'string' || commentKey({ taskId, id }) !== key) return null;
  if (typeof path !== 'string' || typeof text !== 'string') return null;
  return {
    taskId,
    id,
    of: of === 'base' ? 'base' : 'uncommitted',
    repository: typeof repository === 'string' ? repository : '',
    path,
    side: side === 'old' ? 'old' : 'new',
    line: typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : 0,
    lineText: typeof lineText === 'string' ? lineText : '',
    before: textsOf(before),
    after: textsOf(after),
    text,
  };
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
