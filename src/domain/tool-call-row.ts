import { argumentsOf, editsOf, isRecord, recordsIn, wordsOf } from './call-arguments.ts';
import type { Span, SpanStyle, StyledRow } from './markdown/styled-text.ts';
import type { ToolCallPart } from './message.ts';
import { PERMISSION_TOOL, permissionOutcome } from './permission.ts';
import { exactDuration } from './text/age.ts';
import { sanitiseLine } from './text/sanitise.ts';
import { displayWidth, truncate } from './text/width.ts';
import { COMPACTION_TOOL, isSubAgentTool, tellingArguments, toolTitle } from './tool-names.ts';
import { parseWebUrl } from './web-link.ts';

/** A longer result is no answer about a sub-agent. UTF-16 units. */
const MAX_RESULT = 8_000;

/** The id of the chat that a call starts or is about; empty if unknown. Untrusted text. */
function childIdOf(call: ToolCallPart): string {
  if (call.childId !== undefined) return call.childId;
  const argument = argumentsOf(call).get('chat_id');
  if (typeof argument === 'string') return argument;
  const result = resultObject(call.output);
  return typeof result?.chat_id === 'string' ? result.chat_id : '';
}

/** The title of that chat as its result says; empty if unknown. Untrusted text. */
function childTitleOf({ output }: ToolCallPart): string {
  const title = resultObject(output)?.title;
  return typeof title === 'string' ? title : '';
}

function resultObject(output: string): Readonly<Record<string, unknown>> | null {
  if (output.length > MAX_RESULT || !output.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(output);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The longest argument, list of files or reason in a row, columns. */
const MAX_DETAIL_WIDTH = 200;
const MAX_REASON_WIDTH = 60;
/** A shorter beginning of the argument says nothing, columns. */
const MIN_ARGUMENT_WIDTH = 6;
/** The length of a chat's id that identifies it, as in commands for scripts. */
const SHORT_ID = 8;

const SIGNS: Readonly<Record<ToolCallPart['status'], string>> = {
  pending: '·',
  running: '…',
  done: '✓',
  failed: '✗',
  cancelled: '✗',
};
const SIGN_STYLES: Readonly<Record<ToolCallPart['status'], SpanStyle>> = {
  pending: 'mark',
  running: 'mark',
  done: 'added',
  failed: 'removed',
  cancelled: 'mark',
};

/**
 * A call in one row of at most `width` columns, sanitised: its sign, what it does, on what, how it ended and how long it
 * took. The argument is shortened first, so that the end stays visible.
 */
export function toolCallRow(call: ToolCallPart, width: number): StyledRow {
  const sign = SIGNS[call.status];
  const title = titleOf(call);
  const subject = subjectOf(call, title);
  const ending = endingOf(call);
  const duration = durationOf(call);
  const head = displayWidth(sign) + 1 + displayWidth(title);
  // Nothing else says how a call without a subject ended, such as a permission request.
  const isOnly = subject === '' && width - head >= MIN_ARGUMENT_WIDTH;
  const shortEnding = isOnly ? truncate(ending, width - head) : '';
  for (const tail of [`${ending}${duration}`, ending, shortEnding]) {
    const room = width - head - displayWidth(tail);
    if (room < 0 || (tail !== '' && subject !== '' && room < MIN_ARGUMENT_WIDTH)) continue;
    const middle = subject === '' ? '' : truncate(subject, room);
    return rowOf(call, sign, title, middle, tail);
  }
  const row = rowOf(call, sign, title, '', '');
  return { ...row, text: truncate(row.text, width) };
}

function rowOf(call: ToolCallPart, sign: string, title: string, subject: string, tail: string): StyledRow {
  const start = sign.length + 1;
  const spans: Span[] = [
    { start: 0, end: sign.length, style: SIGN_STYLES[call.status] },
    { start, end: start + title.length, style: 'strong' },
  ];
  const subjectStart = start + title.length;
  const address = parseWebUrl(mainArgument(call));
  if (address !== null && subject.startsWith(': '))
    spans.push({ start: subjectStart + 2, end: subjectStart + subject.length, style: 'link', address });
  const tailStart = subjectStart + subject.length;
  if (tail !== '')
    spans.push({
      start: tailStart,
      end: tailStart + tail.length,
      style: call.status === 'failed' ? 'removed' : 'mark',
    });
  return { text: `${sign} ${title}${subject}${tail}`, spans };
}

const titleOf = ({ title, name, kind }: ToolCallPart): string =>
  (name === PERMISSION_TOOL ? '' : sanitiseLine(title)) || toolTitle(name) || sanitiseLine(name) || kind;

/** The subject of the call, with the separator before it; empty for none. */
function subjectOf(call: ToolCallPart, title: string): string {
  // The row above it is the call that it is about.
  if (call.name === PERMISSION_TOOL) return '';
  const argument = truncate(sanitiseLine(mainArgument(call)), MAX_DETAIL_WIDTH);
  const words = argument === '' || title.includes(argument) ? '' : `: ${argument}`;
  return `${words}${inParentheses(changedFiles(call, `${title}${words}`))}${inParentheses(childWords(call))}`;
}

export const inParentheses = (text: string): string => {
  const line = sanitiseLine(text);
  return line === '' ? '' : ` (${line})`;
};

/** The argument that says most about a call. Untrusted text. */
export function mainArgument(call: ToolCallPart): string {
  const { input, name, places } = call;
  if (typeof input === 'string') return input;
  const values = argumentsOf(call);
  if (name === 'ask_user_question') return questionsIn(values);
  if (name === COMPACTION_TOOL) return '';
  if (isSubAgentTool(name)) {
    const title = childTitleOf(call);
    if (title !== '') return title;
  }
  const named = tellingArguments(name)
    .map((key) => wordsOf(values.get(key)))
    .find((text) => text !== '');
  if (named !== undefined) return name === 'read_file' ? `${named}${linesIn(values)}` : named;
  const [place] = places;
  if (place !== undefined) return place.line === null ? place.path : `${place.path}:${place.line}`;
  if (editsOf(call).length > 0 || childIdOf(call) !== '') return '';
  return [...values.values()].map(wordsOf).find((text) => text !== '') ?? '';
}

/** The lines that `read_file` reads, after a path. */
function linesIn(values: ReadonlyMap<string, unknown>): string {
  const [offset, limit] = [values.get('offset'), values.get('limit')];
  if (typeof offset !== 'number' || offset < 1) return '';
  return typeof limit === 'number' && limit > 1 ? `:${offset}-${offset + limit - 1}` : `:${offset}`;
}

const questionsIn = (values: ReadonlyMap<string, unknown>): string =>
  recordsIn(values.get('questions'))
    .map(({ question }) => wordsOf(question))
    .filter((question) => question !== '')
    .join(' · ');

/** The names of the changed files that `words` do not name. */
function changedFiles(call: ToolCallPart, words: string): string {
  const names = editsOf(call).map(({ path }) => sanitiseLine(path.slice(path.lastIndexOf('/') + 1)));
  return truncate([...new Set(names)].filter((name) => !words.includes(name)).join(', '), MAX_DETAIL_WIDTH);
}

function childWords(call: ToolCallPart): string {
  if (!isSubAgentTool(call.name) && call.childId === undefined) return '';
  const id = sanitiseLine(childIdOf(call));
  return id === '' ? '' : `chat ${id.slice(0, SHORT_ID)}`;
}

/** How the call ended, with the separator before it; empty for success. */
function endingOf(call: ToolCallPart): string {
  const { status, exitCode } = call;
  switch (status) {
    case 'pending':
      return ' · waiting';
    case 'running':
      return ' · running';
    case 'done':
      if (call.name === PERMISSION_TOOL)
        return ` · ${truncate(sanitiseLine(permissionOutcome(call)), MAX_REASON_WIDTH)}`;
      return exitCode === undefined || exitCode === null || exitCode === 0 ? '' : ` · exit ${exitCode}`;
    case 'cancelled':
      return ' · cancelled';
    case 'failed':
      if (exitCode !== undefined && exitCode !== null && exitCode !== 0) return ` · exit ${exitCode}`;
      return ` · ${truncate(firstLine(call.output), MAX_REASON_WIDTH) || 'failed'}`;
  }
}

/** Of a long output only the beginning is looked at. */
const firstLine = (output: string): string =>
  sanitiseLine((/\S.*/u.exec(output.slice(0, 1_000))?.[0] ?? '').trimEnd());

function durationOf({ startedAt, endedAt }: ToolCallPart): string {
  if (startedAt === null || endedAt === null || endedAt < startedAt) return '';
  const ms = endedAt - startedAt;
  return ms < 1_000 ? '' : ` · ${exactDuration(ms)}`;
}
