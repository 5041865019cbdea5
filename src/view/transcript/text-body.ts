import { linkSpans } from '../../domain/markdown/code.ts';
import type { ProseRenderer } from '../../domain/markdown/prose.ts';
import { type Fence, type Section, sectionRows, splitSections } from '../../domain/markdown/sections.ts';
import { NO_SPANS, type Span, type StyledRow, sliceRow } from '../../domain/markdown/styled-text.ts';
import { rowRanges } from '../../domain/markdown/wrap-line.ts';
import { sanitise } from '../../domain/text/sanitise.ts';
import { wrapLine } from '../../domain/text/wrap.ts';
import { lastStartAtOrBefore } from './binary-search.ts';

/**
 * A text with more prose than this shows it as plain text, since markdown takes about 1 ms per 2 KB. Code and diffs
 * are still highlighted. UTF-16 units.
 */
export const MAX_PROSE = 64 * 1_024;
/** A longer text is plain, without highlighting: finding its markup takes too long. UTF-16 units. */
export const MAX_HIGHLIGHTED = 256 * 1_024;
/** A growing text is laid out in chunks of about this size; only the last one changes. UTF-16 units. */
const CHUNK_SIZE = 16 * 1_024;

export interface BodyOptions {
  /** Columns; Infinity without wrapping. */
  readonly width: number;
  /** Null for plain text. */
  readonly prose: ProseRenderer | null;
}

/** A text as rows of one width. */
export interface TextBody extends BodyOptions {
  readonly content: string;
  readonly lines: readonly string[];
  /** Indexes of lines that continue the one before, in ascending order. */
  readonly continuedLines: readonly number[];
  readonly sections: readonly RenderedSection[];
  /** The first row of each section. */
  readonly starts: readonly number[];
  readonly chunks: readonly Chunk[];
}

interface RenderedSection {
  readonly section: Section;
  readonly lines: readonly string[];
  /** Null when no line has a style. */
  readonly rows: readonly StyledRow[] | null;
  /** As in TextBody. */
  readonly continuedLines: readonly number[];
}

interface Chunk {
  /** The offset of its end in the content. */
  readonly end: number;
  /** The code fence that is open at the end. */
  readonly open: Fence | null;
  /** The number of sections up to the end. */
  readonly sectionCount: number;
}

/** Lays out a text. Reuses chunks and sections of `before`, the same text when it was shorter. */
export function textBody(content: string, requested: BodyOptions, before: TextBody | null = null): TextBody {
  const options = content.length > MAX_HIGHLIGHTED ? { ...requested, prose: null } : requested;
  const usable = before?.width === options.width && before.prose === options.prose ? before : null;
  const chunks: Chunk[] = [...reusableChunks(content, usable)];
  const known = usable?.sections ?? [];
  const sections = known.slice(0, chunks.at(-1)?.sectionCount ?? 0).map(({ section }) => section);
  for (
    let from = chunks.at(-1)?.end ?? 0;
    from < content.length;
    from = chunks.at(-1)?.end ?? content.length
  ) {
    const end = chunkEnd(content, from);
    const lines = safeLines(content.slice(from, end), from === 0, end === content.length);
    const split = options.prose === null ? null : splitSections(lines, chunks.at(-1)?.open ?? null);
    sections.push(
      ...(split === null ? [{ kind: 'plain' as const, lines }] : mergePlainSections(split.sections)),
    );
    chunks.push({ end, open: split?.open ?? null, sectionCount: sections.length });
  }
  const prose = proseLength(sections) <= MAX_PROSE ? options.prose : null;
  const rendered = sections.map((section, index): RenderedSection => {
    const old = known[index];
    const isReusable =
      old !== undefined &&
      (section.kind !== 'prose' || (old.rows === null) === (prose === null)) &&
      isSameSection(old.section, section);
    return isReusable ? old : renderSection(section, options.width, prose);
  });
  return { ...options, content, chunks, ...assembleBody(rendered) };
}

const proseLength = (sections: readonly Section[]): number =>
  sections.reduce(
    (sum, { kind, lines }) =>
      kind === 'prose' ? lines.reduce((size, line) => size + line.length + 1, sum) : sum,
    0,
  );

function isSameSection(a: Section, b: Section): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.lines.length !== b.lines.length) return false;
  if (a.kind === 'code' && b.kind === 'code') {
    if (a.language !== b.language || a.indent !== b.indent || a.opens !== b.opens) return false;
  }
  return a.lines.every((line, index) => line === b.lines[index]);
}

/** The leading chunks of `before` with the same text in `content`. */
function reusableChunks(content: string, before: TextBody | null): readonly Chunk[] {
  if (before === null) return [];
  const { chunks, content: old } = before;
  let from = 0;
  // The last chunk can grow.
  const changed = chunks.slice(0, -1).findIndex(({ end }) => {
    const same = content.length > end && content.slice(from, end) === old.slice(from, end);
    from = end;
    return !same;
  });
  return chunks.slice(0, changed === -1 ? Math.max(0, chunks.length - 1) : changed);
}

/** After a nearby blank line, else after a line, so that the end stays when the text grows. */
function chunkEnd(content: string, from: number): number {
  const min = from + CHUNK_SIZE;
  const max = min + CHUNK_SIZE;
  if (content.length <= max) return content.length;
  const blank = content.indexOf('\n\n', min);
  if (blank !== -1 && blank < max) return blank + 2;
  const line = content.lastIndexOf('\n', max);
  if (line >= min) return line + 1;
  const next = content.indexOf('\n', max);
  return next === -1 ? content.length : next + 1;
}

/** Without trailing blanks, and without blank lines at the ends of the text: agents copy both from their screen. */
function safeLines(text: string, isFirst: boolean, isLast: boolean): readonly string[] {
  const chunk = text.endsWith('\n') && !isLast ? text.slice(0, -1) : text;
  const lines = sanitise(chunk)
    .split('\n')
    .map((line) => line.trimEnd());
  const first = isFirst ? lines.findIndex((line) => line !== '') : 0;
  const last = isLast ? lines.findLastIndex((line) => line !== '') : lines.length - 1;
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** Joins adjacent plain sections. */
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
  const continuedLines = rows.flatMap(({ isContinuation }, index) =>
    isContinuation === true ? [index] : [],
  );
  return { section, lines: rows.map(({ text }) => text), rows, continuedLines };
}

function renderPlain(
  lines: readonly string[],
  width: number,
): Pick<RenderedSection, 'lines' | 'continuedLines'> {
  if (width === Number.POSITIVE_INFINITY) return { lines, continuedLines: [] };
  const columns = Math.max(1, Math.floor(width));
  const rows: string[] = [];
  const continuedLines: number[] = [];
  for (const line of lines) {
    const first = rows.length;
    wrapLine(line, columns, rows);
    for (let row = first + 1; row < rows.length; row++) continuedLines.push(row);
  }
  return { lines: rows, continuedLines };
}

function assembleBody(
  sections: readonly RenderedSection[],
): Pick<TextBody, 'sections' | 'starts' | 'lines' | 'continuedLines'> {
  const [only] = sections;
  if (only !== undefined && sections.length === 1)
    return { sections, starts: [0], lines: only.lines, continuedLines: only.continuedLines };
  const starts: number[] = [];
  const lines: string[] = [];
  const continuedLines: number[] = [];
  for (const section of sections) {
    starts.push(lines.length);
    for (const line of section.continuedLines) continuedLines.push(lines.length + line);
    for (const line of section.lines) lines.push(line);
  }
  return { sections, starts, lines, continuedLines };
}

/** The styled parts of a row. */
export function spansAt({ sections, starts }: TextBody, line: number): readonly Span[] {
  const index = lastStartAtOrBefore(starts, line);
  const section = sections[index];
  if (section === undefined) return NO_SPANS;
  const row = line - (starts[index] ?? 0);
  return (section.rows === null ? plainLinksOf(section).get(row) : section.rows[row]?.spans) ?? NO_SPANS;
}

type LinksByRow = ReadonlyMap<number, readonly Span[]>;

const linksOfSections = new WeakMap<RenderedSection, LinksByRow>();

/** The links of a plain section by row. Found when its first row is drawn: most sections are never on the screen. */
function plainLinksOf(section: RenderedSection): LinksByRow {
  const known = linksOfSections.get(section);
  if (known !== undefined) return known;
  const found = findPlainLinks(section);
  linksOfSections.set(section, found);
  return found;
}

function findPlainLinks({ section, lines, continuedLines }: RenderedSection): LinksByRow {
  const found = new Map<number, readonly Span[]>();
  let row = 0;
  let continued = 0;
  for (const text of section.lines) {
    const first = row;
    row++;
    while (continuedLines[continued] === row) {
      row++;
      continued++;
    }
    const spans = linkSpans(text);
    if (spans.length === 0) continue;
    const ranges = rowRanges(text, lines.slice(first, row));
    ranges.forEach(({ start, end, indent }, index) => {
      const here = sliceRow({ text, spans }, start, end, indent).spans;
      if (here.length > 0) found.set(first + index, here);
    });
  }
  return found;
}
