import { headerPaths, pathOf, unquoted } from './diff-paths.ts';

/** A unified diff. All texts in it are untrusted, and as received. */
export interface UnifiedDiff {
  /** The lines before the first file. Everything, when the text is no diff. */
  readonly preamble: readonly string[];
  readonly files: readonly FileDiff[];
}

/** The changes of one file. */
export interface FileDiff {
  /** Its new path; its old one when it is deleted. */
  readonly path: string;
  /** The path before a rename or copy; null for other changes. */
  readonly from: string | null;
  readonly change: 'changed' | 'added' | 'deleted' | 'renamed' | 'copied';
  /** Its mode before and after, such as `100755`; null when it did not change. */
  readonly modes: readonly [before: string, after: string] | null;
  readonly isBinary: boolean;
  readonly hunks: readonly Hunk[];
  /** Its lines that are not part of the format. */
  readonly rest: readonly string[];
  /** Lines. */
  readonly additions: number;
  readonly deletions: number;
  /** Some lines end in CR LF, and others in LF. */
  readonly hasMixedLineEnds: boolean;
  /** Its part of the diff. */
  readonly text: string;
}

/** Changed lines with the unchanged ones around them. */
interface Hunk {
  /** Its first line, as received. */
  readonly header: string;
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  /** `plain`: it is not part of the format, or a remark of git about the line before. */
  readonly kind: 'context' | 'added' | 'removed' | 'plain';
  /** Without the sign; a CR at its end belongs to it. */
  readonly text: string;
  /** Its number in the old file, or 0. */
  readonly oldLine: number;
  /** Its number in the new file, or 0. */
  readonly newLine: number;
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/u;
const FILE = /^diff --(?:git|cc|combined) /u;

/** Parses a diff as git writes it. Total: what does not follow the format stays as plain lines. Linear time. */
export function parseUnifiedDiff(text: string): UnifiedDiff {
  const preamble: string[] = [];
  const files: FileDiff[] = [];
  let file: FileParser | null = null;
  let end = 0;
  for (let start = 0; start < text.length; start = end + 1) {
    end = lineEnd(text, start);
    const line = text.slice(start, end);
    if (file?.takeHunkLine(line)) continue;
    const begins =
      FILE.test(line) || (line.startsWith('--- ') && file?.isOpen !== true && isPlainHeader(text, end));
    if (begins) {
      if (file !== null) files.push(file.finish(text, start));
      file = new FileParser(line, start);
    }
    if (file === null) preamble.push(line);
    else file.takeLine(line);
  }
  if (file !== null) files.push(file.finish(text, text.length));
  return { preamble, files };
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** Whether the line after `end` is the second one of a file's header without `diff --git`. */
const isPlainHeader = (text: string, end: number): boolean => text.startsWith('+++ ', end + 1);

class FileParser {
  /** Its header has no `---` and no hunk yet. */
  isOpen: boolean;
  readonly #start: number;
  #old: string | null;
  #new: string | null;
  #from: string | null = null;
  #change: FileDiff['change'] = 'changed';
  #oldMode = '';
  #newMode = '';
  #isBinary = false;
  #isInBinaryPatch = false;
  readonly #hunks: Hunk[] = [];
  readonly #rest: string[] = [];
  #lines: DiffLine[] | null = null;
  #oldLeft = 0;
  #newLeft = 0;
  #oldLine = 0;
  #newLine = 0;
  #additions = 0;
  #deletions = 0;
  #crLines = 0;
  #lfLines = 0;

  constructor(header: string, start: number) {
    this.#start = start;
    this.isOpen = header.startsWith('diff ');
    [this.#old, this.#new] = headerPaths(header);
  }

  /** Takes a line if the last hunk has room for it. False otherwise. */
  takeHunkLine(line: string): boolean {
    if (this.#lines === null) return false;
    if (line.startsWith('\\')) return this.#push('plain', line);
    if (this.#oldLeft <= 0 && this.#newLeft <= 0) return false;
    switch (line[0]) {
      case '+':
        if (this.#newLeft <= 0) return false;
        this.#additions++;
        return this.#push('added', line.slice(1));
      case '-':
        if (this.#oldLeft <= 0) return false;
        this.#deletions++;
        return this.#push('removed', line.slice(1));
      case ' ':
      case '\r':
      case undefined:
        // Some programs remove the blank of an empty line.
        return this.#push('context', line.startsWith(' ') ? line.slice(1) : line);
      default:
        this.#oldLeft = 0;
        this.#newLeft = 0;
        return false;
    }
  }

  #push(kind: DiffLine['kind'], text: string): true {
    const isOld = kind === 'context' || kind === 'removed';
    const isNew = kind === 'context' || kind === 'added';
    this.#lines?.push({ kind, text, oldLine: isOld ? this.#oldLine : 0, newLine: isNew ? this.#newLine : 0 });
    if (isOld) {
      this.#oldLine++;
      this.#oldLeft--;
    }
    if (isNew) {
      this.#newLine++;
      this.#newLeft--;
    }
    if (kind === 'plain') return true;
    if (text.endsWith('\r')) this.#crLines++;
    else this.#lfLines++;
    return true;
  }

  /** Takes a line outside of hunks. */
  takeLine(received: string): void {
    const line = received.endsWith('\r') ? received.slice(0, -1) : received;
    if (this.#takeHunk(line) || this.#isInBinaryPatch || FILE.test(line)) return;
    if (this.#lines === null && this.#takeHeader(line)) return;
    if (this.#lines !== null) this.#push('plain', received);
    else if (line !== '') this.#rest.push(received);
  }

  #takeHunk(line: string): boolean {
    if (!line.startsWith('@@')) return false;
    const found = HUNK.exec(line);
    // A merge has more columns of signs: its lines stay plain.
    if (found === null && !line.startsWith('@@@ ')) return false;
    const [, oldLine = 0, oldCount = 1, newLine = 0, newCount = 1] = found ?? [];
    this.#oldLine = Number(oldLine);
    this.#newLine = Number(newLine);
    this.#oldLeft = found === null ? 0 : Number(oldCount);
    this.#newLeft = found === null ? 0 : Number(newCount);
    this.#lines = [];
    this.#hunks.push({ header: line, lines: this.#lines });
    this.isOpen = false;
    return true;
  }

  #takeHeader(line: string): boolean {
    for (const [start, take] of HEADERS) {
      if (!line.startsWith(start)) continue;
      take(this, line.slice(start.length));
      return true;
    }
    return false;
  }

  setOld(path: string): void {
    this.#old = pathOf(path);
    this.isOpen = false;
    if (this.#old === null) this.#change = 'added';
  }

  setNew(path: string): void {
    this.#new = pathOf(path);
    if (this.#new === null) this.#change = 'deleted';
  }

  setModes(before: string | null, after: string | null, change?: 'added' | 'deleted'): void {
    this.#oldMode = before ?? this.#oldMode;
    this.#newMode = after ?? this.#newMode;
    this.#change = change ?? this.#change;
  }

  setMoved(change: 'renamed' | 'copied', from: string | null, to: string | null): void {
    this.#change = change;
    this.#from = from === null ? this.#from : unquoted(from);
    this.#new = to === null ? this.#new : unquoted(to);
  }

  setBinary(isPatch: boolean): void {
    this.#isBinary = true;
    this.#isInBinaryPatch = isPatch;
  }

  /** `end`: where the next file begins. */
  finish(text: string, end: number): FileDiff {
    const isMoved = this.#change === 'renamed' || this.#change === 'copied';
    return {
      path: this.#new ?? this.#old ?? '',
      from: isMoved ? (this.#from ?? this.#old) : null,
      change: this.#change,
      modes:
        this.#oldMode === '' || this.#newMode === '' || this.#oldMode === this.#newMode
          ? null
          : [this.#oldMode, this.#newMode],
      isBinary: this.#isBinary,
      hunks: this.#hunks,
      rest: this.#rest,
      additions: this.#additions,
      deletions: this.#deletions,
      hasMixedLineEnds: this.#crLines > 0 && this.#lfLines > 0,
      text: text.slice(this.#start, end),
    };
  }
}

const ignore = (): void => {};

/** The lines of a file's header by their beginning. */
const HEADERS: readonly (readonly [start: string, take: (file: FileParser, rest: string) => void])[] = [
  ['--- ', (file, path) => file.setOld(path)],
  ['+++ ', (file, path) => file.setNew(path)],
  ['old mode ', (file, mode) => file.setModes(mode, null)],
  ['new mode ', (file, mode) => file.setModes(null, mode)],
  ['new file mode ', (file) => file.setModes(null, null, 'added')],
  ['deleted file mode ', (file) => file.setModes(null, null, 'deleted')],
  ['rename from ', (file, path) => file.setMoved('renamed', path, null)],
  ['rename to ', (file, path) => file.setMoved('renamed', null, path)],
  ['copy from ', (file, path) => file.setMoved('copied', path, null)],
  ['copy to ', (file, path) => file.setMoved('copied', null, path)],
  ['Binary files ', (file) => file.setBinary(false)],
  ['GIT binary patch', (file) => file.setBinary(true)],
  ['similarity index ', ignore],
  ['dissimilarity index ', ignore],
  ['index ', ignore],
  ['mode ', ignore],
];
