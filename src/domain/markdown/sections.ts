import { codeLines, diffLines, languageLine } from './code.ts';
import type { ProseRenderer } from './prose.ts';
import type { StyledRow } from './styled-text.ts';
import { wrapStyledLine } from './wrap-line.ts';

/** Consecutive lines that are shown in one way. The sections of a text contain all of its lines, in order. */
export type Section =
  | { readonly kind: 'plain'; readonly lines: readonly string[] }
  /** Rendered as Markdown. Includes the blank lines at its end. */
  | { readonly kind: 'prose'; readonly lines: readonly string[] }
  /** The lines between two fences; `opens` is false when the opening fence is in an earlier text. */
  | {
      readonly kind: 'code';
      readonly lines: readonly string[];
      readonly language: string;
      readonly indent: string;
      readonly opens: boolean;
    }
  | { readonly kind: 'diff'; readonly lines: readonly string[] };

/** A code fence that is still open at the end of a text. */
export interface Fence {
  readonly marker: string;
  readonly language: string;
  readonly indent: string;
}

/** A visible section is rendered as a whole, so its length is limited: UTF-16 units and lines. */
const MAX_PROSE_LENGTH = 4_000;
const MAX_SECTION_LINES = 100;
/** A longer text without a blank line is not a paragraph. */
const MAX_PARAGRAPH_LENGTH = 12_000;

const FENCE = /^( {0,8})(`{3,}(?=[^`]*$)|~{3,})\s*(.*)$/u;
const ITEM = /^ *(?:[-*+]|\d{1,9}[.)])\s/u;
/** Text without any of this markup is shown unchanged, at no cost. */
const MARKUP =
  /^ {0,3}#{1,6} \S|^ *(?:[-*+]|\d{1,9}[.)]) +\S|^ {0,3}>|\*\*\S|__\S|~~\S|(?:^|[\s(])[*_][^\s*_]|`[^`\n]+`|\]\(|^ *\|?[ :|-]*-{3,}[ :|-]*\|/mu;
/** Characters of drawn screens, agents' bullets included: such text is already laid out. */
const SCREEN_DRAWING = /^\s*[│┃║╭╰╮╯┌└┐┘├┏┗╔╚█▀▄▌▐⏺●⎿✻✽✢✶⧉]/mu;
const BARRED = /^\s*\|/mu;
const TABLE_RULE = /^ *(?=.*\|)\|?[ :|-]*-{3,}[ :|-]*$/mu;

/**
 * Splits sanitised text into sections, line by line and in linear time. Code blocks, diffs and drawn screens are never
 * parsed as Markdown. `open` is the fence that is open before the first line.
 */
export function splitSections(
  lines: readonly string[],
  open: Fence | null = null,
): { readonly sections: readonly Section[]; readonly open: Fence | null } {
  const sections: Section[] = [];
  let fence = open;
  let opens = false;
  let run: string[] = [];
  let size = 0;

  const flush = (): void => {
    if (fence !== null) {
      if (run.length > 0 || opens)
        sections.push({ kind: 'code', lines: run, language: fence.language, indent: fence.indent, opens });
      opens = false;
    } else if (run.length > 0) sections.push({ kind: isProse(run) ? 'prose' : 'plain', lines: run });
    run = [];
    size = 0;
  };
  const addLine = (line: string): void => {
    run.push(line);
    size += line.length + 1;
  };

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (fence !== null) {
      if (closesFence(line, fence)) {
        flush();
        fence = null;
      } else {
        if (run.length >= MAX_SECTION_LINES) flush();
        addLine(
          fence.indent !== '' && line.startsWith(fence.indent) ? line.slice(fence.indent.length) : line,
        );
      }
      continue;
    }
    const opened = line.includes('```') || line.includes('~~~') ? FENCE.exec(line) : null;
    if (opened !== null) {
      flush();
      const [, indent = '', marker = '', language = ''] = opened;
      fence = { indent, marker, language: language.trim() };
      opens = true;
      continue;
    }
    const diff = diffEnd(lines, at);
    if (diff > at) {
      flush();
      for (let from = at; from < diff; from += MAX_SECTION_LINES)
        sections.push({ kind: 'diff', lines: lines.slice(from, Math.min(diff, from + MAX_SECTION_LINES)) });
      at = diff - 1;
      continue;
    }
    addLine(line);
    if (size > MAX_PARAGRAPH_LENGTH || (line === '' && endsSection(lines, at, run, size))) flush();
  }
  flush();
  return { sections, open: fence };
}

const closesFence = (line: string, { marker }: Fence): boolean => {
  const trimmed = line.trim();
  return trimmed.length >= marker.length && trimmed === (marker[0] ?? '').repeat(trimmed.length);
};

/** Whether a blank line ends the section: not when the next line may belong to the same block. */
function endsSection(lines: readonly string[], at: number, run: readonly string[], size: number): boolean {
  const next = lines[at + 1];
  if (next === undefined || next === '') return false;
  if (size > MAX_PROSE_LENGTH) return true;
  if (next.startsWith(' ')) return !ITEM.test(run[0] ?? '');
  return !(ITEM.test(next) && ITEM.test(run[0] ?? ''));
}

function isProse(run: readonly string[]): boolean {
  const text = run.join('\n');
  if (text.length > MAX_PARAGRAPH_LENGTH + MAX_PROSE_LENGTH || !MARKUP.test(text)) return false;
  return !SCREEN_DRAWING.test(text) && (!BARRED.test(text) || TABLE_RULE.test(text));
}

/**
 * The end of a unified diff that starts at this line, by the lengths in its hunk headers; the line itself when there is
 * no diff.
 */
function diffEnd(lines: readonly string[], start: number): number {
  // Fast exit for most lines.
  if (!'d@-'.includes((lines[start] ?? '').charAt(0) || ' ')) return start;
  const isStart =
    /^(?:diff --git |@@ -\d)/u.test(lines[start] ?? '') ||
    (/^--- \S/u.test(lines[start] ?? '') && /^\+\+\+ \S/u.test(lines[start + 1] ?? ''));
  if (!isStart) return start;
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/u.exec(line);
    if (hunk !== null) at = hunkEnd(lines, at + 1, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1));
    else if (DIFF_HEADER.test(line)) at++;
    else break;
  }
  return at;
}

const DIFF_HEADER =
  /^(?:diff --git |index [\da-f]|--- \S|\+\+\+ \S|(?:new|deleted) file mode|(?:old|new) mode|similarity index|(?:rename|copy) (?:from|to)|Binary files|\\ No newline)/u;

function hunkEnd(lines: readonly string[], start: number, before: number, after: number): number {
  let removed = before;
  let added = after;
  let at = start;
  while (at < lines.length && (removed > 0 || added > 0)) {
    const line = lines[at] ?? '';
    if (line.startsWith('+')) added--;
    else if (line.startsWith('-')) removed--;
    else if (line === '' || line.startsWith(' ')) {
      removed--;
      added--;
    } else if (!line.startsWith('\\')) break;
    at++;
  }
  return at;
}

/**
 * The rows of a section in `columns` columns; null for text that is shown unchanged: plain sections, and prose without
 * a renderer.
 */
export function sectionRows(
  section: Section,
  columns: number,
  renderProse: ProseRenderer | null,
): readonly StyledRow[] | null {
  switch (section.kind) {
    case 'plain':
      return null;
    case 'prose':
      return renderProse?.(section.lines, columns) ?? null;
    case 'diff':
      return diffLines(section.lines).flatMap((line) => wrapStyledLine(line, columns));
    case 'code': {
      const { lines, language, indent, opens } = section;
      const label = opens && language !== '' ? [languageLine(language, indent)] : [];
      return [...label, ...codeLines(lines, { language, indent })].flatMap((line) =>
        wrapStyledLine(line, columns),
      );
    }
  }
}
