import type { DiffDocument } from './diff-document.ts';

/** The lines of a hunk, or of a file without one, as indexes of the document. */
export interface HunkRange {
  readonly start: number;
  /** The line after the last one. */
  readonly end: number;
  /** Its first changed line; `start` without one. */
  readonly change: number;
}

/**
 * The hunk whose first changed line is the next after a line of the document, or the next before it; null for none. A file
 * without hunks, such as a binary one or a rename, counts as one.
 */
export function hunkFrom({ lines }: DiffDocument, index: number, step: -1 | 1): HunkRange | null {
  let at = Math.min(index, lines.length - 1);
  while (lines[at]?.kind === 'line') at--;
  for (; at >= 0 && at < lines.length; at += step) {
    const hunk = hunkAt(lines, at);
    if (hunk !== null && (step === 1 ? hunk.change > index : hunk.change < index)) return hunk;
  }
  return null;
}

/** The hunk that begins at a line; null if none does. */
function hunkAt(lines: DiffDocument['lines'], start: number): HunkRange | null {
  const first = lines[start];
  if (first?.kind === 'file' && first.file.hunks.length === 0)
    return { start, end: start + 1, change: start };
  if (first?.kind !== 'hunk') return null;
  let end = start + 1;
  let change = start;
  for (let line = lines[end]; line?.kind === 'line'; line = lines[++end])
    if (change === start && (line.line.kind === 'added' || line.line.kind === 'removed')) change = end;
  return { start, end, change };
}
