import { type DiffDocument, type DocumentFile, samePlace } from '../diff-document.ts';
import {
  commentPlaceAt,
  cutText,
  linesBeside,
  numberOn,
  type ReviewComment,
  repositoryOf,
} from './review-comment.ts';

/** Where a comment is in a document. */
export interface PlacedComment {
  readonly comment: ReviewComment;
  /** The index of its line in the document; that of the file's heading, or of the summary, if its line is gone. */
  readonly index: number;
  /** The line is no longer in the diff. */
  readonly isOutdated: boolean;
  /** The number of its line in this document, on its side; as it was for an outdated one. */
  readonly line: number;
}

/**
 * Finds the comments in a document by file, text of the line and the lines around it; in the order of the document. A
 * comment whose line is gone is at the heading of its file, or at the summary if that is gone, too. One of the other
 * diff of the task is left out where its line is not in this one.
 */
export function placeComments(
  document: DiffDocument,
  comments: readonly ReviewComment[],
): readonly PlacedComment[] {
  const texts = new Set(comments.map(({ lineText }) => lineText));
  const byFile = new Map<DocumentFile, ReadonlyMap<string, readonly number[]>>();
  const linesLike = (file: DocumentFile, { lineText }: ReviewComment): readonly number[] => {
    const known = byFile.get(file) ?? linesByText(document, file, texts);
    byFile.set(file, known);
    return known.get(lineText) ?? [];
  };
  return comments
    .flatMap((comment): readonly PlacedComment[] => {
      const files = filesOf(document, comment);
      for (const file of files) {
        const index = comment.line === 0 ? file.start : findLine(document, linesLike(file, comment), comment);
        if (index === null) continue;
        const line = document.lines[index];
        const number = line?.kind === 'line' ? numberOn(line.line, comment.side) : 0;
        return [{ comment, index, isOutdated: false, line: number }];
      }
      if (comment.of !== document.of) return [];
      return [{ comment, index: files[0]?.start ?? 0, isOutdated: true, line: comment.line }];
    })
    .sort((one, other) => one.index - other.index);
}

/** The index in `after` of a line of `before`: by its text as for a comment, else that of the same place. */
export function followLine(before: DiffDocument, after: DiffDocument, index: number): number {
  const place = commentPlaceAt(before, index);
  if (place === null) return samePlace(before, after, index);
  const [found] = placeComments(after, [{ ...place, taskId: '', id: '', text: '' }]);
  return found === undefined || found.isOutdated ? samePlace(before, after, index) : found.index;
}

/** The files of the document that can have the line of the comment, the most likely first. */
function filesOf({ files }: DiffDocument, comment: ReviewComment): readonly DocumentFile[] {
  const named = files.filter(({ file }) => file.path === comment.path);
  const found = named.length > 0 ? named : files.filter(({ file }) => file.from === comment.path);
  const same = found.filter((file) => repositoryOf(file) === comment.repository);
  // Both diffs of a task may name the same repository differently.
  return same.length > 0 ? same : found.length === 1 ? found : [];
}

/** The index of the line in the file; null when it is gone. `candidates`: the lines with its text. */
function findLine(
  document: DiffDocument,
  candidates: readonly number[],
  comment: ReviewComment,
): number | null {
  const [best] = candidates
    .filter((index) => numberAt(document, index, comment) > 0)
    .map((index) => ({
      index,
      context: contextInCommon(document, index, comment),
      distance: Math.abs(numberAt(document, index, comment) - comment.line),
    }))
    .sort((one, other) => other.context - one.context || one.distance - other.distance);
  if (best === undefined) return null;
  const isCertain =
    best.context > 0 || best.distance === 0 || (candidates.length === 1 && isTelling(comment.lineText));
  return isCertain ? best.index : null;
}

/** The lines of a file by their text, of these texts: one pass for all comments. */
function linesByText(
  { lines }: DiffDocument,
  file: DocumentFile,
  texts: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (let index = file.start + 1; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined || line.kind === 'file' || line.kind === 'repository') break;
    if (line.kind !== 'line') continue;
    const text = cutText(line.line.text);
    if (!texts.has(text)) continue;
    const known = found.get(text);
    if (known === undefined) found.set(text, [index]);
    else known.push(index);
  }
  return found;
}

function numberAt({ lines }: DiffDocument, index: number, { side }: ReviewComment): number {
  const line = lines[index];
  return line?.kind === 'line' ? numberOn(line.line, side) : 0;
}

/** The number of neighbours that are as they were, of lines with letters or digits. */
function contextInCommon(document: DiffDocument, index: number, comment: ReviewComment): number {
  const inCommon = (step: -1 | 1, before: readonly string[]): number => {
    const now = linesBeside(document, index, comment.side, step);
    return before.filter((text, at) => text === now[at] && isTelling(text)).length;
  };
  return inCommon(-1, comment.before) + inCommon(1, comment.after);
}

/** Many lines are only a bracket, or empty. */
const isTelling = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
