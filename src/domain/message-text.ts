import type { StyledRow } from './markdown/styled-text.ts';
import { type Message, type MessagePart, onlyTextOf, textParts } from './message.ts';
import { hasDetails, NO_LIMITS, partDetails } from './part-details.ts';
import { exactDuration } from './text/age.ts';
import { sanitise, sanitiseLine } from './text/sanitise.ts';
import { displayWidth, truncate } from './text/width.ts';
import { inParentheses, mainArgument, toolCallRow } from './tool-call-row.ts';
import { parseWebUrl } from './web-link.ts';

/** The longest text of a part in its row, columns. */
const MAX_DETAIL_WIDTH = 200;

/**
 * A part that is not text as one row of at most `width` columns, sanitised: the same on the screen and in plain text.
 * Null for text.
 */
export function partRow(part: MessagePart, width = Number.POSITIVE_INFINITY): StyledRow | null {
  switch (part.type) {
    case 'text':
      return null;
    case 'tool-call':
      return toolCallRow(part, width);
    case 'reasoning':
      return reasoningRow(part, width);
    case 'file':
      return rowWithLabel(
        part,
        'file',
        `${sanitiseLine(part.path ?? part.name)}${inParentheses(part.mediaType)}`,
        width,
      );
    case 'file-reference':
      return rowWithLabel(part, 'file reference', `${sanitiseLine(part.path)}${lineRange(part)}`, width);
    case 'context-file':
      return rowWithLabel(
        part,
        'context file',
        `${sanitiseLine(part.path)}${part.isTruncated ? ' (beginning only)' : ''}`,
        width,
      );
    case 'skill':
      return rowWithLabel(part, 'skill', sanitiseLine(part.name), width);
    case 'citation': {
      const [title, url] = [sanitiseLine(part.title), sanitiseLine(part.url)];
      return rowWithLabel(part, 'citation', title === '' ? url : `${title}${inParentheses(url)}`, width);
    }
    case 'notice':
      return rowWithLabel(part, noticeLabel(part), shortened(sanitiseLine(part.text)), width);
    case 'unknown':
      return rowWithLabel(part, 'unknown part', sanitiseLine(part.name), width);
  }
}

/** A notice says by itself who it is from: the name of Coder's parts and of ours says nothing more. */
const noticeLabel = ({ name = '' }: Extract<MessagePart, { readonly type: 'notice' }>): string =>
  name === 'hook-notice' ? 'notice' : sanitiseLine(name) || 'notice';

/** The web page of a part: of a citation, of a file, and of a call whose argument is a URL. Null without one. */
export function partAddress(part: MessagePart): string | null {
  switch (part.type) {
    case 'citation':
    case 'file':
      return parseWebUrl(part.url ?? '');
    case 'tool-call':
      return parseWebUrl(mainArgument(part));
    default:
      return null;
  }
}

const labelled = (label: string, text: string): string => (text === '' ? label : `${label}: ${text}`);

const shortened = (text: string): string => truncate(text, MAX_DETAIL_WIDTH);

function rowWithLabel(part: MessagePart, label: string, words: string, width: number): StyledRow {
  const text = truncate(labelled(label, words), width);
  const end = Math.min(label.length, text.length);
  const address = partAddress(part);
  const start = label.length + 2;
  return {
    text,
    spans: [
      { start: 0, end, style: 'mark' },
      ...(address === null || start >= text.length
        ? []
        : [{ start, end: text.length, style: 'link' as const, address }]),
    ],
  };
}

/** The beginning of a thought, with the time that it took. */
function reasoningRow(
  { text, startedAt, endedAt }: Extract<MessagePart, { readonly type: 'reasoning' }>,
  width: number,
): StyledRow {
  const ms = startedAt == null || endedAt == null ? 0 : endedAt - startedAt;
  const time = ms < 1_000 ? '' : ` · ${exactDuration(ms)}`;
  const words = labelled('thinking', shortened(sanitiseLine(text)));
  const row = truncate(truncate(words, Math.max(1, width - displayWidth(time))) + time, width);
  return { text: row, spans: [{ start: 0, end: row.length, style: 'mark' }] };
}

/** The lines of a reference after its path; empty if unknown. */
function lineRange({ startLine, endLine }: { readonly startLine: number; readonly endLine: number }): string {
  if (startLine < 1) return '';
  return endLine > startLine ? `:${startLine}-${endLine}` : `:${startLine}`;
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

/** A part with all of its details as plain text, sanitised; text as it is. */
export function partText(part: MessagePart): string {
  if (part.type === 'text') return part.text;
  const details = hasDetails(part) ? partDetails(part, NO_LIMITS) : [];
  return [partRow(part)?.text ?? '', ...details.map(({ firstPrefix, text }) => `${firstPrefix}${text}`)]
    .map((line) => line.trimEnd())
    .join('\n');
}
