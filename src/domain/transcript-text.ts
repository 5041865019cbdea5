import type { Message } from './message.ts';
import { plainTextOf } from './message-text.ts';
import { serverTimeText } from './text/iso-time.ts';
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

/** A regular expression would be quadratic on long runs. */
function trimEndCharacter(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** The sender and the time in UTC. */
export const messageHeading = ({ role, at }: Message): string =>
  `[${role === 'user' ? 'you' : role} ${serverTimeText(at)}]\n`;

/** All messages with headings, oldest first. */
export const transcriptText = (messages: readonly Message[]): string =>
  messages.map((message) => `${messageHeading(message)}${messageText(message)}\n`).join('\n');
