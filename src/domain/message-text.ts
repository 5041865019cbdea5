import type { Span, SpanStyle, StyledRow } from './markdown/styled-text.ts';
import { type Message, type MessagePart, onlyTextOf, type ToolCallPart, textParts } from './message.ts';
import { sanitise, sanitiseLine } from './text/sanitise.ts';
import { truncate } from './text/width.ts';

/** The longest argument of a tool call, thought or list of files in a row, columns. */
const MAX_DETAIL_WIDTH = 200;

const SIGNS: Readonly<Record<ToolCallPart['status'], string>> = {
  pending: '·',
  running: '…',
  done: '✓',
  failed: '✗',
};
const STATUS_WORDS: Readonly<Record<ToolCallPart['status'], string>> = {
  pending: ' (waiting)',
  running: ' (running)',
  done: '',
  failed: ' (failed)',
};
const SIGN_STYLES: Readonly<Record<ToolCallPart['status'], SpanStyle>> = {
  pending: 'mark',
  running: 'mark',
  done: 'added',
  failed: 'removed',
};

/** A part that is not text as one row, sanitised: the same on the screen and in plain text. Null for text. */
export function partRow(part: MessagePart): StyledRow | null {
  switch (part.type) {
    case 'text':
      return null;
    case 'tool-call':
      return toolCallRow(part);
    case 'reasoning':
      return styledRow(labelled('thinking', truncate(sanitiseLine(part.text), MAX_DETAIL_WIDTH)), 'mark');
    case 'file':
      return rowWithLabel('file', `${sanitiseLine(part.name)}${inParentheses(part.mediaType)}`);
    case 'citation': {
      const [title, url] = [sanitiseLine(part.title), sanitiseLine(part.url)];
      return rowWithLabel('citation', title === '' ? url : `${title}${inParentheses(url)}`);
    }
    case 'notice':
      return rowWithLabel('notice', sanitiseLine(part.text));
    case 'unknown':
      return rowWithLabel('unknown part', sanitiseLine(part.name));
  }
}

const labelled = (label: string, text: string): string => (text === '' ? label : `${label}: ${text}`);

const styledRow = (text: string, style: SpanStyle, end = text.length): StyledRow => ({
  text,
  spans: [{ start: 0, end, style }],
});

const rowWithLabel = (label: string, text: string): StyledRow =>
  styledRow(labelled(label, text), 'mark', label.length);

const inParentheses = (text: string): string => {
  const line = sanitiseLine(text);
  return line === '' ? '' : ` (${line})`;
};

function toolCallRow(call: ToolCallPart): StyledRow {
  const sign = SIGNS[call.status];
  const title = sanitiseLine(call.title) || sanitiseLine(call.name) || call.kind;
  const argument = truncate(sanitiseLine(mainArgument(call)), MAX_DETAIL_WIDTH);
  const head = `${title}${STATUS_WORDS[call.status]}`;
  const words = title.includes(argument) ? head : labelled(head, argument);
  const spans: readonly Span[] = [
    { start: 0, end: sign.length, style: SIGN_STYLES[call.status] },
    { start: sign.length + 1, end: sign.length + 1 + title.length, style: 'strong' },
  ];
  return { text: `${sign} ${words}${inParentheses(changedFiles(call, words))}`, spans };
}

/** The usual names of the argument that says most about a call, the most telling first. */
const MAIN_ARGUMENTS = ['command', 'cmd', 'path', 'file_path', 'url', 'query', 'pattern', 'prompt'] as const;

function mainArgument({ input, places }: ToolCallPart): string {
  if (typeof input === 'string') return input;
  const values = new Map<string, unknown>(
    typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [],
  );
  const named = MAIN_ARGUMENTS.map((name) => argumentText(values.get(name))).find((text) => text !== '');
  if (named !== undefined) return named;
  const [place] = places;
  if (place !== undefined) return place.line === null ? place.path : `${place.path}:${place.line}`;
  return [...values.values()].map(argumentText).find((text) => text !== '') ?? '';
}

/** Some agents send a command as the list of its words. Empty for other data. */
function argumentText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value.join(' ') : '';
}

/** The names of the changed files that `words` do not name. */
function changedFiles({ diffs }: ToolCallPart, words: string): string {
  const names = diffs.map(({ path }) => sanitiseLine(path.slice(path.lastIndexOf('/') + 1)));
  return truncate([...new Set(names)].filter((name) => !words.includes(name)).join(', '), MAX_DETAIL_WIDTH);
}

/** A blank line separates text from the other parts, which are rows of a list. */
export const isSeparated = (before: MessagePart, after: MessagePart): boolean =>
  before.type === 'text' || after.type === 'text';

/** A part in the plain text of its message. */
interface PlainPart {
  readonly part: MessagePart;
  /** The offset in the plain text. */
  readonly start: number;
  readonly text: string;
}

interface PlainText {
  readonly text: string;
  readonly parts: readonly PlainPart[];
}

const plainTexts = new WeakMap<Message, PlainText>();

function plainPartsOf(message: Message): PlainText {
  const known = plainTexts.get(message);
  if (known !== undefined) return known;
  const parts: PlainPart[] = [];
  let text = '';
  for (const part of message.parts) {
    const words = part.type === 'text' ? sanitise(part.text) : (partRow(part)?.text ?? '');
    if (words.trim() === '') continue;
    const before = parts.at(-1)?.part;
    if (before !== undefined) text += isSeparated(before, part) ? '\n\n' : '\n';
    parts.push({ part, start: text.length, text: words });
    text += words;
  }
  const plain = { text, parts };
  plainTexts.set(message, plain);
  return plain;
}

/**
 * The whole message as plain text. The text of a message that is only text is returned as it is, so it is untrusted;
 * several parts are sanitised one by one, so that none can hide the next.
 */
export const plainTextOf = (message: Message): string => onlyTextOf(message) ?? plainPartsOf(message).text;

/** The parts after the first `length` UTF-16 units of the plain text, a text part that goes on there included. */
export function partsAfter(message: Message, length: number): readonly MessagePart[] {
  if (length === 0) return message.parts;
  const only = onlyTextOf(message);
  if (only !== null) return textParts(only.slice(length));
  return plainPartsOf(message).parts.flatMap(({ part, start, text }): readonly MessagePart[] => {
    if (start >= length) return [part];
    return part.type === 'text' && start + text.length > length ? textParts(text.slice(length - start)) : [];
  });
}
