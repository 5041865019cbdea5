import type { Diff, DiffOf } from './ports/source.ts';
import { capitalize, counted } from './text/format.ts';
import { applyLineControls } from './text/line-controls.ts';
import { sanitise, sanitiseLine } from './text/sanitise.ts';
import { type DiffLine, type FileDiff, parseUnifiedDiff } from './unified-diff.ts';

/** The changes of a task as lines to read: a summary, then the files with their headings. */
export interface DiffDocument {
  readonly of: DiffOf;
  readonly diff: Diff;
  readonly lines: readonly DocumentLine[];
  readonly files: readonly DocumentFile[];
  /** The highest line number in it. */
  readonly maxLineNumber: number;
}

/** A file of the document. */
export interface DocumentFile {
  readonly file: FileDiff;
  /** Unique in the document, and the same after its changes are loaded again. */
  readonly key: string;
  /** The index of its heading in `lines`. */
  readonly start: number;
}

type DocumentLine =
  | { readonly kind: 'summary' | 'repository' | 'hunk'; readonly text: string }
  | { readonly kind: 'file'; readonly file: FileDiff }
  | { readonly kind: 'line'; readonly line: DiffLine; readonly showsCr: boolean }
  | { readonly kind: 'blank' };

const BLANK: DocumentLine = { kind: 'blank' };

/** More files are not listed in the summary. */
const MAX_LISTED_FILES = 50;

export const isEmptyDiff = ({ repositories }: Diff): boolean =>
  repositories.every(({ text }) => text.trim() === '');

/** Parses the changes. Total; linear time. */
export function diffDocument(diff: Diff, of: DiffOf): DiffDocument {
  const repositories = diff.repositories.filter(({ text }) => text.trim() !== '');
  const parsed = repositories.map((repository) => ({ ...repository, ...parseUnifiedDiff(repository.text) }));
  const all = parsed.flatMap(({ files }) => files);
  const lines: DocumentLine[] = summaryOf({ repositories }, of, all).map((text) => ({
    kind: 'summary',
    text,
  }));
  const files: DocumentFile[] = [];
  let maxLineNumber = 0;
  for (const { name, branch, preamble, files: changed } of parsed) {
    if (parsed.length > 1)
      lines.push(BLANK, { kind: 'repository', text: [name, branch].filter(Boolean).join(' · ') });
    for (const text of preamble) lines.push(plainLine(text));
    for (const file of changed) {
      lines.push(BLANK);
      files.push({ file, key: `${name}\n${file.path}`, start: lines.length });
      lines.push({ kind: 'file', file });
      for (const text of file.rest) lines.push(plainLine(text));
      for (const { header, lines: changes } of file.hunks) {
        lines.push({ kind: 'hunk', text: header });
        for (const line of changes) {
          lines.push({ kind: 'line', line, showsCr: file.hasMixedLineEnds });
          maxLineNumber = Math.max(maxLineNumber, line.oldLine, line.newLine);
        }
      }
    }
  }
  return { of, diff, lines, files, maxLineNumber };
}

const plainLine = (text: string): DocumentLine => ({
  kind: 'line',
  line: { kind: 'plain', text, oldLine: 0, newLine: 0 },
  showsCr: false,
});

/** The totals of the changes, then one line a file. */
function summaryOf(
  { repositories }: Pick<Diff, 'repositories'>,
  of: DiffOf,
  files: readonly FileDiff[],
): readonly string[] {
  const count = (side: 'additions' | 'deletions'): number => files.reduce((sum, file) => sum + file[side], 0);
  const branches = [...new Set(repositories.map(({ branch }) => branch).filter(Boolean))];
  const head = [
    capitalize(diffTitle(of)),
    branches.length === 0 ? '' : `branch ${branches.join(', ')}`,
    counted(files.length, 'file'),
    `+${count('additions')} -${count('deletions')}`,
  ];
  if (files.length < 2) return [head.filter(Boolean).join(' · ')];
  const more = files.length - MAX_LISTED_FILES;
  return [
    head.filter(Boolean).join(' · '),
    ...files.slice(0, MAX_LISTED_FILES).map((file) => `  ${fileText(file)}`),
    ...(more > 0 ? [`  and ${counted(more, 'more file')}`] : []),
  ];
}

export const diffTitle = (of: DiffOf): string =>
  of === 'base' ? 'changes against the base' : 'uncommitted changes';

/** The heading of a file: its path, what happened to it, and its changed lines. Safe to show. */
export function fileText({ path, from, change, modes, isBinary, additions, deletions }: FileDiff): string {
  const words = [
    change === 'added' ? 'new' : change === 'deleted' ? 'deleted' : '',
    from === null ? '' : `${change} from ${from}`,
    modes === null ? '' : `mode ${modes.join(' to ')}`,
    isBinary ? 'binary' : '',
    additions + deletions === 0 ? '' : `+${additions} -${deletions}`,
  ].filter(Boolean);
  return sanitiseLine([path === '' ? '(no path)' : path, ...words].join(' · '));
}

/** Longer lines are cut; UTF-16 units. The pager has them whole. */
const MAX_LINE = 20_000;
const textsOf = new WeakMap<DiffDocument, string[]>();

/** A line of the document as one line of text, with the sign of a change before it. Safe to show. */
export function documentText(document: DiffDocument, index: number): string {
  const texts = textsOf.get(document) ?? [];
  if (!textsOf.has(document)) textsOf.set(document, texts);
  const known = texts[index];
  if (known !== undefined) return known;
  const text = textOfLine(document.lines[index]);
  texts[index] = text;
  return text;
}

function textOfLine(line: DocumentLine | undefined): string {
  if (line === undefined) return '';
  switch (line.kind) {
    case 'line': {
      const { kind, text } = line.line;
      return `${SIGNS[kind]}${safeLine(text, line.showsCr)}`;
    }
    case 'file':
      return fileText(line.file);
    case 'blank':
      return '';
    default:
      return safeLine(line.text, false);
  }
}

const SIGNS = { context: ' ', added: '+', removed: '-', plain: '' } as const;

/** One line of untrusted text. Other line breaks than LF would hide text, or add lines: they become blanks. */
function safeLine(text: string, showsCr: boolean): string {
  const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
  // Most lines of code, many times as fast as the general case.
  if (ASCII_WITH_TABS.test(cut)) return applyLineControls(cut);
  const end = cut.endsWith('\r') ? cut.length - 1 : cut.length;
  return `${sanitise(cut.slice(0, end).replaceAll(BREAKS, ' '))}${showsCr && end < cut.length ? '^M' : ''}`;
}

const ASCII_WITH_TABS = /^[\t\x20-\x7e]*$/u;
const BREAKS = /[\r\v\f\x85\u2028\u2029]/gu;

/** The changes as a patch for the clipboard and the pager: `key` names a file, null is all. */
export function patchText({ diff, files }: DiffDocument, key: string | null): string {
  const texts =
    key === null
      ? diff.repositories.map(({ text }) => text)
      : files.filter((file) => file.key === key).map(({ file }) => file.text);
  // The sanitiser keeps only what comes after a CR.
  return sanitise(texts.join('\n').replaceAll(/\r(?=[^\n\r])|[\v\f\x85\u2028\u2029]/gu, ' '));
}

/** The file that the line is in; null before the first one. */
export function fileAt({ files }: DiffDocument, index: number): DocumentFile | null {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle]?.start ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return files[low - 1] ?? null;
}

/**
 * The line of `after` that is at the place of a line of `before`: the one with the same number in the same file, else the
 * nearest one before it. In a file that is gone: the same distance from the beginning.
 */
export function samePlace(before: DiffDocument, after: DiffDocument, index: number): number {
  const last = Math.max(0, after.lines.length - 1);
  const from = fileAt(before, index);
  if (from === null) return Math.min(index, Math.max(0, (after.files[0]?.start ?? 1) - 1), last);
  const to = after.files.find(({ key }) => key === from.key);
  if (to === undefined) return Math.min(index, last);
  const end = after.files.find(({ start }) => start > to.start)?.start ?? after.lines.length;
  const side = sideOf(before.lines[index]);
  if (side === null) return Math.min(to.start + index - from.start, end - 1);
  for (let at = end - 1; at > to.start; at--) {
    const line = after.lines[at];
    const number = line?.kind === 'line' ? line.line[side.name] : 0;
    if (number > 0 && number <= side.number) return at;
  }
  return to.start;
}

function sideOf(
  line: DocumentLine | undefined,
): { readonly name: 'newLine' | 'oldLine'; readonly number: number } | null {
  if (line?.kind !== 'line') return null;
  const { oldLine, newLine } = line.line;
  if (newLine > 0) return { name: 'newLine', number: newLine };
  return oldLine > 0 ? { name: 'oldLine', number: oldLine } : null;
}
