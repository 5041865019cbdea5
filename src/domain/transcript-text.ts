import type { Message } from './message.ts';
import { isSeparated, partText, plainTextOf } from './message-text.ts';
import { partKeysOf } from './part-key.ts';
import { serverTimeText } from './text/format.ts';
import { sanitise } from './text/sanitise.ts';

/**
 * A message as plain text, sanitised and without trailing blanks. The text of a growing message only grows, so that it can be
 * written in pieces.
 */
export const messageText = (message: Message): string =>
  trimEndCharacter(
    sanitise(plainTextOf(message))
      .split('\n')
      .map((line) => trimEndCharacter(line, ' '))
      .join('\n'),
    '\n',
  );

/** The text of a message up to the first tool call that has not ended, whose row would still change. */
export function settledMessageText(message: Message): string {
  const { parts } = message;
  const first = parts.findIndex(
    (part) => part.type === 'tool-call' && (part.status === 'running' || part.status === 'pending'),
  );
  return messageText(first === -1 ? message : { ...message, parts: parts.slice(0, first) });
}

/** The text of a message with all details of its open parts. `open`: the keys of the open parts. */
function messageTextWithDetails(message: Message, open: ReadonlySet<string>): string {
  const keys = open.size === 0 ? [] : partKeysOf(message);
  const isOpen = (index: number): boolean => open.has(keys[index] ?? '');
  if (!message.parts.some((_, index) => isOpen(index))) return messageText(message);
  return message.parts
    .map((part, index): string => {
      const text = messageText({ ...message, parts: [part] });
      const before = message.parts[index - 1];
      const separator = before === undefined ? '' : isSeparated(before, part) ? '\n\n' : '\n';
      return separator + (isOpen(index) ? partText(part) : text);
    })
    .join('');
}

/** A regular expression would be quadratic on long runs. */
function trimEndCharacter(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** The sender and the time in UTC. */
export const messageHeading = ({ role, at }: Message): string =>
  `[${role === 'user' ? 'you' : role} ${serverTimeText(at)}]\n`;

/** All messages with headings, oldest first. Of the parts with the keys `open`, with all details. */
export const transcriptText = (messages: readonly Message[], open: ReadonlySet<string> = new Set()): string =>
  messages
    .map((message) => `${messageHeading(message)}${messageTextWithDetails(message, open)}\n`)
    .join('\n');
