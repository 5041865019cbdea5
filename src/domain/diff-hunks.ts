import type { DiffDocument } from './diff-document.ts';

/** The lines of a hunk, or of a file without one: the index of the first, and the index after the last. */
export interface HunkRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The next hunk after a line of the document, or the one that begins before it; null for none. A file without hunks, such
 * as a binary one or a rename, counts as one.
 */
export function hunkFrom({ lines }: DiffDocument, index: number, step: -1 | 1): HunkRange | null {
  for (let at = index + step; at >= 0 && at < lines.length; at += step) {
    const kind = lines[at]?.kind;
    if (kind === 'hunk' || (kind === 'file' && !hasHunks(lines, at)))
      return { start: at, end: endOfHunk(lines, at) };
  }
  return null;
}

function hasHunks(lines: DiffDocument['lines'], heading: number): boolean {
  const line = lines[heading];
  return line?.kind === 'file' && line.file.hunks.length > 0;
}

function endOfHunk(lines: DiffDocument['lines'], start: number): number {
  let end = start + 1;
  while (lines[end]?.kind === 'line') end++;
  return end;
}
