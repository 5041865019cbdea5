import type { ProseRenderer } from '../domain/markdown/prose.ts';
import { sectionRows } from '../domain/markdown/section-rows.ts';
import { type Fence, type Section, splitSections } from '../domain/markdown/sections.ts';
import { NO_SPANS, type Span, type StyledRow } from '../domain/markdown/styled-text.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { wrapLine } from '../domain/text/wrap.ts';
import { lastStartAtOrBefore } from './binary-search.ts';

/**
 * More prose than this in one message is not read as markdown but shown as it was written: reading takes about a
 * millisecond for every two kilobytes. Code and diffs are coloured all the same. UTF-16 units.
 */
export const MAX_PROSE = 64 * 1_024;
/** A longer message is shown as it was written, code and all: looking for markup in it takes too long. UTF-16 units. */
export const MAX_HIGHLIGHTED = 256 * 1_024;
/** A long message is worked out in pieces of about this size, so that one that grows costs only its last. UTF-16 units. */
const CHUNK_SIZE = 16 * 1_024;

/** How a body is worked out. */
export interface BodyOptions {
  /** Columns of the rows; infinite where they are not wrapped. */
  readonly width: number;
  /** How markdown is read; null to leave the text as it was written. */
  readonly prose: ProseRenderer | null;
}

/** The text of one message as rows of one width. */
export interface MessageBody extends BodyOptions {
  readonly content: string;
  readonly lines: readonly string[];
  /** The lines that only go on with the one before them, in ascending order. */
  readonly continuedLines: readonly number[];
  readonly sections: readonly RenderedSection[];
  /** The first row of each part. */
  readonly starts: readonly number[];
  readonly chunks: readonly Chunk[];
}

interface RenderedSection {
  readonly section: Section;
  readonly lines: readonly string[];
  /** Null where no line has a style. */
  readonly rows: readonly StyledRow[] | null;
  /** The lines that only go on with the one before them, in ascending order. */
  readonly continuedLines: readonly number[];
}

interface Chunk {
  /** Where in the content it ends. */
  readonly end: number;
  /** The fence that is open there. */
  readonly open: Fence | null;
  /** How many parts there are up to its end. */
  readonly sectionCount: number;
}

/** Works a message out. What it has in common with `before`, the same message when it was shorter, is taken over. */
export function bodyOf(
  content: string,
  requested: BodyOptions,
  before: MessageBody | null = null,
): MessageBody {
  const options = content.length > MAX_HIGHLIGHTED ? { ...requested, prose: null } : requested;
  const usable = before?.width === options.width && before.prose === options.prose ? before : null;
  const pieces: Chunk[] = [...reusableChunks(content, usable)];
  const known = usable?.sections ?? [];
  const sections = known.slice(0, pieces.at(-1)?.sectionCount ?? 0).map(({ section }) => section);
  for (
    let from = pieces.at(-1)?.end ?? 0;
    from < content.length;
    from = pieces.at(-1)?.end ?? content.length
  ) {
    const end = chunkEnd(content, from);
    const lines = safeLines(content.slice(from, end), from === 0, end === content.length);
    const read = options.prose === null ? null : splitSections(lines, pieces.at(-1)?.open ?? null);
    sections.push(
      ...(read === null ? [{ kind: 'plain' as const, lines }] : mergePlainSections(read.sections)),
    );
    pieces.push({ end, open: read?.open ?? null, sectionCount: sections.length });
  }
  const prose = proseLength(sections) <= MAX_PROSE ? options.prose : null;
  const parts = sections.map((section, index): RenderedSection => {
    const old = known[index];
    const takesOver =
      old !== undefined &&
      (section.kind !== 'prose' || (old.rows === null) === (prose === null)) &&
      isSameSection(old.section, section);
    return takesOver ? old : renderSection(section, options.width, prose);
  });
  return { ...options, content, chunks: pieces, ...assembleBody(parts) };
}

const proseLength = (sections: readonly Section[]): number =>
  sections.reduce(
    (sum, { kind, lines }) =>
      kind === 'prose' ? lines.reduce((size, line) => size + line.length + 1, sum) : sum,
    0,
  );

/** Whether two sections read the same; one that was taken over is the same object. */
function isSameSection(a: Section, b: Section): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.lines.length !== b.lines.length) return false;
  if (a.kind === 'code' && b.kind === 'code') {
    if (a.language !== b.language || a.indent !== b.indent || a.opens !== b.opens) return false;
  }
  return a.lines.every((line, index) => line === b.lines[index]);
}

/** The pieces of `before` that can be no other in a content that goes on as `before` did. */
function reusableChunks(content: string, before: MessageBody | null): readonly Chunk[] {
  if (before === null) return [];
  const { chunks, content: old } = before;
  let from = 0;
  // The last piece grows.
  const changed = chunks.slice(0, -1).findIndex(({ end }) => {
    const same = content.length > end && content.slice(from, end) === old.slice(from, end);
    from = end;
    return !same;
  });
  return chunks.slice(0, changed === -1 ? Math.max(0, chunks.length - 1) : changed);
}

/** Behind a blank line where there is one near, else behind a line, so that it stays when more is added. */
function chunkEnd(content: string, from: number): number {
  const least = from + CHUNK_SIZE;
  const most = least + CHUNK_SIZE;
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
function mergePlainSections(sections: readonly Section[]): readonly Section[] {
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

function renderSection(section: Section, width: number, prose: ProseRenderer | null): RenderedSection {
  const rows = sectionRows(section, width, prose);
  if (rows === null) return { section, rows: null, ...renderPlain(section.lines, width) };
  const goingOn = rows.flatMap(({ isContinuation }, index) => (isContinuation === true ? [index] : []));
  return { section, lines: rows.map(({ text }) => text), rows, continuedLines: goingOn };
}

function renderPlain(
  lines: readonly string[],
  width: number,
): Pick<RenderedSection, 'lines' | 'continuedLines'> {
  if (width === Number.POSITIVE_INFINITY) return { lines, continuedLines: [] };
  const columns = Math.max(1, Math.floor(width));
  const rows: string[] = [];
  const goingOn: number[] = [];
  for (const line of lines) {
    const first = rows.length;
    wrapLine(line, columns, rows);
    for (let row = first + 1; row < rows.length; row++) goingOn.push(row);
  }
  return { lines: rows, continuedLines: goingOn };
}

function assembleBody(
  parts: readonly RenderedSection[],
): Pick<MessageBody, 'sections' | 'starts' | 'lines' | 'continuedLines'> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return { sections: parts, starts: [0], lines: only.lines, continuedLines: only.continuedLines };
  const starts: number[] = [];
  const lines: string[] = [];
  const goingOn: number[] = [];
  for (const part of parts) {
    starts.push(lines.length);
    for (const line of part.continuedLines) goingOn.push(lines.length + line);
    for (const line of part.lines) lines.push(line);
  }
  return { sections: parts, starts, lines, continuedLines: goingOn };
}

/** What the parts of a row are. */
export function spansAt({ sections, starts }: MessageBody, line: number): readonly Span[] {
  const part = lastStartAtOrBefore(starts, line);
  return sections[part]?.rows?.[line - (starts[part] ?? 0)]?.spans ?? NO_SPANS;
}
