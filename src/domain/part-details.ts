import { argumentsOf, editArguments, editsOf, type FileEdit } from './call-arguments.ts';
import { diffOfLines } from './line-diff.ts';
import { codeLines } from './markdown/code.ts';
import type { SpanStyle, StyledLine } from './markdown/styled-text.ts';
import type { MessagePart, ToolCallPart } from './message.ts';
import { counted } from './text/format.ts';
import { sanitise, sanitiseLine } from './text/sanitise.ts';

/** How much of a part is shown. Infinity shows all. */
export interface DetailLimits {
  /** Of an output, a thought or a summary the end is kept: lines and UTF-16 units. */
  readonly outputLines: number;
  readonly outputLength: number;
  /** Of an argument, a change or a quoted text the beginning is kept: lines and UTF-16 units. */
  readonly lines: number;
  readonly length: number;
}

/** On the screen. The pager and saved files have the rest. */
const SCREEN_LIMITS: DetailLimits = {
  outputLines: 50,
  outputLength: 64_000,
  lines: 120,
  length: 32_000,
};

/** For the clipboard, files and the pager. */
export const NO_LIMITS: DetailLimits = {
  outputLines: Number.POSITIVE_INFINITY,
  outputLength: Number.POSITIVE_INFINITY,
  lines: Number.POSITIVE_INFINITY,
  length: Number.POSITIVE_INFINITY,
};

/** Whether there is more of a part than its row. */
export function hasDetails(part: MessagePart): boolean {
  switch (part.type) {
    case 'tool-call':
      return true;
    case 'reasoning':
    case 'notice':
      return part.text.trim() !== '';
    case 'file-reference':
      return part.content.trim() !== '';
    case 'skill':
      return part.description.trim() !== '';
    case 'unknown':
      return part.data !== undefined;
    default:
      return false;
  }
}

const screenDetails = new WeakMap<MessagePart, readonly StyledLine[]>();

/** The lines of an opened part below its row, sanitised and before wrapping. */
export function partDetails(part: MessagePart, limits: DetailLimits = SCREEN_LIMITS): readonly StyledLine[] {
  const known = limits === SCREEN_LIMITS ? screenDetails.get(part) : undefined;
  if (known !== undefined) return known;
  const lines = detailsOf(part, limits);
  if (limits === SCREEN_LIMITS) screenDetails.set(part, lines);
  return lines;
}

const textsOfDetails = new WeakMap<MessagePart, string>();

/** The same as one text without prefixes, for the search. */
export function detailsText(part: MessagePart): string {
  const known = textsOfDetails.get(part);
  if (known !== undefined) return known;
  const text = hasDetails(part)
    ? partDetails(part)
        .map((line) => line.text)
        .join('\n')
    : '';
  textsOfDetails.set(part, text);
  return text;
}

function detailsOf(part: MessagePart, limits: DetailLimits): readonly StyledLine[] {
  switch (part.type) {
    case 'tool-call':
      return callDetails(part, limits);
    case 'reasoning':
    case 'notice':
      return quoted(lastLines(part.text, limits), 'words');
    case 'file-reference':
      return quoted(firstLines(part.content, limits), 'anywhere');
    case 'skill':
      return quoted(firstLines(part.description, limits), 'words');
    case 'unknown':
      return part.data === undefined ? [] : quoted(firstLines(jsonText(part.data), limits), 'anywhere');
    default:
      return [];
  }
}

function callDetails(call: ToolCallPart, limits: DetailLimits): readonly StyledLine[] {
  const details = [...argumentLines(call, limits), ...editLines(call, limits), ...outputLines(call, limits)];
  return details.length > 0 ? details : [label('no arguments and no output')];
}

/** An argument of one line beside its name, a longer one below it. */
function argumentLines(call: ToolCallPart, limits: DetailLimits): readonly StyledLine[] {
  const { input } = call;
  if (typeof input === 'string') return input.trim() === '' ? [] : argument('input', input, limits);
  if (Array.isArray(input)) return input.length === 0 ? [] : argument('input', jsonText(input), limits);
  const hidden = editArguments(call);
  return [...argumentsOf(call)].flatMap(([name, value]) =>
    hidden.includes(name)
      ? []
      : argument(sanitiseLine(name), typeof value === 'string' ? value : jsonText(value), limits),
  );
}

function argument(name: string, value: string, limits: DetailLimits): readonly StyledLine[] {
  const { lines, note } = firstLines(value, limits);
  const [first = ''] = lines;
  if (lines.length > 1 || note !== '') return [label(`${name}:`), ...quoted({ lines, note }, 'anywhere')];
  const text = `${name}: ${first}`;
  return [{ ...label(text), spans: [{ start: 0, end: name.length + 1, style: 'mark' }] }];
}

/** The changes by file: all of a file below its path, in their order. */
function editLines(call: ToolCallPart, limits: DetailLimits): readonly StyledLine[] {
  return [...Map.groupBy(editsOf(call), ({ path }) => path)].flatMap(([path, edits]) => {
    const lines = edits.flatMap((edit, index) => [
      ...(edits.length === 1 ? [] : [diffLine(`@@ change ${index + 1} of ${edits.length} @@`, 'hunk')]),
      ...changeLines(edit),
    ]);
    const shown = lines.slice(0, limits.lines);
    const more = lines.length - shown.length;
    const isNew = edits.every(({ oldText }) => oldText === null);
    return [
      label(`${sanitiseLine(path)}${isNew ? ' (written as a whole)' : ''} · ${changeCounts(lines)}`),
      ...shown,
      ...(more === 0 ? [] : [note(`${counted(more, 'more line')} hidden`)]),
    ];
  });
}

function changeCounts(lines: readonly StyledLine[]): string {
  const count = (sign: string): number => lines.filter(({ text }) => text.startsWith(sign)).length;
  return `+${count('+')} -${count('-')}`;
}

const changeLines = ({ oldText, newText }: FileEdit): readonly StyledLine[] =>
  diffOfLines(sanitise(oldText ?? ''), sanitise(newText)).map((line) => {
    switch (line.kind) {
      case 'skipped':
        return diffLine(`@@ ${counted(line.count, 'unchanged line')} @@`, 'hunk');
      case 'same':
        return diffLine(` ${line.text}`, null);
      default:
        return diffLine(`${line.kind === 'added' ? '+' : '-'}${line.text}`, line.kind);
    }
  });

const diffLine = (text: string, style: SpanStyle | null): StyledLine => ({
  text,
  spans: style === null ? [] : [{ start: 0, end: text.length, style }],
  firstPrefix: BAR,
  nextPrefix: CONTINUATION,
  wrapMode: 'anywhere',
});

function outputLines(call: ToolCallPart, limits: DetailLimits): readonly StyledLine[] {
  const { lines, note: hidden } = lastLines(call.output, limits);
  const [first] = lines;
  if (first === undefined || isOnlySuccess(call)) return [];
  const head = call.status === 'failed' && call.exitCode == null ? 'error:' : 'output:';
  return [
    label(head),
    ...(hidden === '' ? [] : [note(hidden)]),
    ...indented(codeLines(lines, { language: '' })),
  ];
}

/** Coder's edits answer with no more than that. Their changes are shown. */
const isOnlySuccess = (call: ToolCallPart): boolean =>
  call.status === 'done' &&
  editsOf(call).length > 0 &&
  /^\{\s*"ok":\s*true\s*\}$/u.test(call.output.slice(0, 40));

/** Colours a diff in the output, and nothing else: an output is no code. */
const indented = (lines: readonly StyledLine[]): readonly StyledLine[] =>
  lines.map((line) => ({
    ...line,
    spans: line.spans.filter(({ style }) => style !== 'code'),
    firstPrefix: BAR,
    nextPrefix: CONTINUATION,
  }));

const BAR = '  │ ';
const CONTINUATION = '  ↳ ';

interface LimitedLines {
  readonly lines: readonly string[];
  /** A remark about hidden lines; empty for none. */
  readonly note: string;
}

function quoted({ lines, note: hidden }: LimitedLines, wrapMode: StyledLine['wrapMode']): StyledLine[] {
  const rows = lines.map(
    (text): StyledLine => ({
      text,
      spans: [],
      firstPrefix: text === '' ? BAR.trimEnd() : BAR,
      nextPrefix: wrapMode === 'words' ? BAR : CONTINUATION,
      wrapMode,
    }),
  );
  if (hidden === '') return rows;
  return hidden.startsWith(EARLIER) ? [note(hidden), ...rows] : [...rows, note(hidden)];
}

const label = (text: string): StyledLine => ({
  text,
  spans: [{ start: 0, end: text.length, style: 'mark' }],
  firstPrefix: '  ',
  nextPrefix: '    ',
  wrapMode: 'words',
});

const note = (words: string): StyledLine => {
  const text = `… ${words}`;
  return {
    text,
    spans: [{ start: 0, end: text.length, style: 'mark' }],
    firstPrefix: BAR,
    nextPrefix: BAR,
    wrapMode: 'words',
  };
};

/** The end of a text. Processes no more than that, apart from counting the lines before it. */
function lastLines(text: string, { outputLines: most, outputLength }: DetailLimits): LimitedLines {
  const end = text.trimEnd().length;
  let from = end;
  for (let count = 0; count < most && from > 0; count++) {
    const at = text.lastIndexOf('\n', from - 1);
    from = at === -1 ? 0 : at;
    if (at === 0 || end - from > outputLength) break;
  }
  const isCutLine = end - from > outputLength;
  const start = isCutLine ? end - outputLength : from === 0 && text[0] !== '\n' ? 0 : from + 1;
  const lines = safeLines(text.slice(start, end));
  const hidden = countLines(text, start) - (isCutLine ? 1 : 0);
  if (start === 0 || lines.length === 0) return { lines, note: '' };
  return {
    lines: isCutLine ? [`…${lines[0] ?? ''}`, ...lines.slice(1)] : lines,
    note: hidden <= 0 ? '' : `${EARLIER} ${counted(hidden, 'line')} hidden`,
  };
}

const EARLIER = 'the first';

/** The number of lines that begin before `end`. */
function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = 0; at !== -1 && at < end; count++) {
    const next = text.indexOf('\n', at);
    at = next === -1 ? -1 : next + 1;
  }
  return count;
}

/** The beginning of a text. */
function firstLines(text: string, { lines: most, length }: DetailLimits): LimitedLines {
  const beginning = text.length > length ? text.slice(0, length) : text;
  const all = safeLines(beginning);
  const lines = all.slice(0, most);
  if (beginning === text && lines.length === all.length) return { lines, note: '' };
  const shown = lines.length;
  const total = countLines(text, text.length);
  return {
    lines,
    note: total > shown ? `${counted(total - shown, 'more line')} hidden` : 'more text hidden',
  };
}

/** Sanitised lines without blank lines at the ends. */
function safeLines(text: string): readonly string[] {
  const lines = sanitise(text)
    .split('\n')
    .map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}

const jsonText = (value: unknown): string => JSON.stringify(value, null, 2) ?? '';
