import type { ProseReader } from '../domain/markdown/prose.ts';
import { NO_SPANS, type Row, type Span } from '../domain/markdown/rich.ts';
import { sectionRows } from '../domain/markdown/section-rows.ts';
import { type Fence, type Section, sectionsOf } from '../domain/markdown/sections.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { wrapLine } from '../domain/text/wrap.ts';
import { partAt } from './part-at.ts';

/**
 * More prose than this in one message is not read as markdown but shown as it was written: reading takes about a
 * millisecond for every two kilobytes. Code and diffs are coloured all the same. UTF-16 units.
 */
export const MOST_PROSE = 64 * 1_024;
/** A longer message is shown as it was written, code and all: looking for markup in it takes too long. UTF-16 units. */
export const LONGEST_READ = 256 * 1_024;
/** A long message is worked out in pieces of about this size, so that one that grows costs only its last. UTF-16 units. */
const PIECE = 16 * 1_024;

/** How a body is worked out. */
export interface BodyOptions {
  /** Columns of the rows; infinite where they are not wrapped. */
  readonly width: number;
  /** How markdown is read; null to leave the text as it was written. */
  readonly prose: ProseReader | null;
}

/** The text of one message as rows of one width. */
export interface Body extends BodyOptions {
  readonly content: string;
  readonly lines: readonly string[];
  /** The lines that only go on with the one before them, in ascending order. */
  readonly goingOn: readonly number[];
  readonly parts: readonly Part[];
  /** The first row of each part. */
  readonly starts: readonly number[];
  readonly pieces: readonly Piece[];
}

interface Part {
  readonly section: Section;
  readonly lines: readonly string[];
  /** Null where no line has a style. */
  readonly rows: readonly Row[] | null;
  /** The lines that only go on with the one before them, in ascending order. */
  readonly goingOn: readonly number[];
}

interface Piece {
  /** Where in the content it ends. */
  readonly end: number;
  /** The fence that is open there. */
  readonly open: Fence | null;
  /** How many parts there are up to its end. */
  readonly parts: number;
}

/** Works a message out. What it has in common with `before`, the same message when it was shorter, is taken over. */
export function bodyOf(content: string, wanted: BodyOptions, before: Body | null = null): Body {
  const options = content.length > LONGEST_READ ? { ...wanted, prose: null } : wanted;
  const usable = before?.width === options.width && before.prose === options.prose ? before : null;
  const pieces: Piece[] = [...settled(content, usable)];
  const known = usable?.parts ?? [];
  const sections = known.slice(0, pieces.at(-1)?.parts ?? 0).map(({ section }) => section);
  for (
    let from = pieces.at(-1)?.end ?? 0;
    from < content.length;
    from = pieces.at(-1)?.end ?? content.length
  ) {
    const end = pieceEnd(content, from);
    const lines = safeLines(content.slice(from, end), from === 0, end === content.length);
    const read = options.prose === null ? null : sectionsOf(lines, pieces.at(-1)?.open ?? null);
    sections.push(...(read === null ? [{ kind: 'plain' as const, lines }] : joined(read.sections)));
    pieces.push({ end, open: read?.open ?? null, parts: sections.length });
  }
  const prose = proseIn(sections) <= MOST_PROSE ? options.prose : null;
  const parts = sections.map((section, index): Part => {
    const old = known[index];
    const takesOver =
      old !== undefined &&
      (section.kind !== 'prose' || (old.rows === null) === (prose === null)) &&
      isSame(old.section, section);
    return takesOver ? old : partOf(section, options.width, prose);
  });
  return { ...options, content, pieces, ...laidOut(parts) };
}

const proseIn = (sections: readonly Section[]): number =>
  sections.reduce(
    (sum, { kind, lines }) =>
      kind === 'prose' ? lines.reduce((size, line) => size + line.length + 1, sum) : sum,
    0,
  );

/** Whether two sections read the same; one that was taken over is the same object. */
function isSame(a: Section, b: Section): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.lines.length !== b.lines.length) return false;
  if (a.kind === 'code' && b.kind === 'code') {
    if (a.language !== b.language || a.indent !== b.indent || a.opens !== b.opens) return false;
  }
  return a.lines.every((line, index) => line === b.lines[index]);
}

/** The pieces of `before` that can be no other in a content that goes on as `before` did. */
function settled(content: string, before: Body | null): readonly Piece[] {
  if (before === null) return [];
  const { pieces, content: old } = before;
  let from = 0;
  // The last piece grows.
  const changed = pieces.slice(0, -1).findIndex(({ end }) => {
    const same = content.length > end && content.slice(from, end) === old.slice(from, end);
    from = end;
    return !same;
  });
  return pieces.slice(0, changed === -1 ? Math.max(0, pieces.length - 1) : changed);
}

/** Behind a blank line where there is one near, else behind a line, so that it stays when more is added. */
function pieceEnd(content: string, from: number): number {
  const least = from + PIECE;
  const most = least + PIECE;
  if (content.length <= most) return content.length;
  const blank = content.indexOf('\n\n', least);
  if (blank !== -1 && blank < most) return blank + 2;
  const line = content.lastIndexOf('\n', most);
  if (line >= least) return line + 1;
  const next = content.indexOf('\n', most);
  return next === -1 ? content.length : next + 1;
}

/** Lines without their padding; at the ends of the message also without the blank ones that a screen region brings along. */
function safeLines(text: string, isFirst: boolean, isLast: boolean): readonly string[] {
  const whole = text.endsWith('\n') && !isLast ? text.slice(0, -1) : text;
  const lines = sanitise(whole)
    .split('\n')
    .map((line) => line.trimEnd());
  const first = isFirst ? lines.findIndex((line) => line !== '') : 0;
  const last = isLast ? lines.findLastIndex((line) => line !== '') : lines.length - 1;
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** Text as it was written needs no sections of its own beside each other. */
function joined(sections: readonly Section[]): readonly Section[] {
  const result: Section[] = [];
  let run: string[] | null = null;
  for (const section of sections) {
    if (section.kind !== 'plain') {
      result.push(section);
      run = null;
    } else if (run === null) {
      run = [...section.lines];
      result.push({ kind: 'plain', lines: run });
    } else for (const line of section.lines) run.push(line);
  }
  return result;
}

function partOf(section: Section, width: number, prose: ProseReader | null): Part {
  const rows = sectionRows(section, width, prose);
  if (rows === null) return { section, rows: null, ...asWritten(section.lines, width) };
  const goingOn = rows.flatMap(({ goesOn }, index) => (goesOn === true ? [index] : []));
  return { section, lines: rows.map(({ text }) => text), rows, goingOn };
}

function asWritten(lines: readonly string[], width: number): Pick<Part, 'lines' | 'goingOn'> {
  if (width === Number.POSITIVE_INFINITY) return { lines, goingOn: [] };
  const columns = Math.max(1, Math.floor(width));
  const rows: string[] = [];
  const goingOn: number[] = [];
  for (const line of lines) {
    const first = rows.length;
    wrapLine(line, columns, rows);
    for (let row = first + 1; row < rows.length; row++) goingOn.push(row);
  }
  return { lines: rows, goingOn };
}

function laidOut(parts: readonly Part[]): Pick<Body, 'parts' | 'starts' | 'lines' | 'goingOn'> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return { parts, starts: [0], lines: only.lines, goingOn: only.goingOn };
  const starts: number[] = [];
  const lines: string[] = [];
  const goingOn: number[] = [];
  for (const part of parts) {
    starts.push(lines.length);
    for (const line of part.goingOn) goingOn.push(lines.length + line);
    for (const line of part.lines) lines.push(line);
  }
  return { parts, starts, lines, goingOn };
}

/** What the parts of a row are. */
export function spansAt({ parts, starts }: Body, line: number): readonly Span[] {
  const part = partAt(starts, line);
  return parts[part]?.rows?.[line - (starts[part] ?? 0)]?.spans ?? NO_SPANS;
}
