import { serverTimeText } from './text/iso-time.ts';
import { sanitise } from './text/sanitise.ts';
import type { Message } from './transcript.ts';

/**
 * A message's words, safe, without the blanks that a screen's width puts behind every line. What a longer content
 * begins with, this begins with too, so that a growing message can be written piece by piece.
 */
export const messageText = (message: Message): string =>
  trimEndCharacter(
    sanitise(message.content)
      .split('\n')
      .map((line) => trimEndCharacter(line, ' '))
      .join('\n'),
    '\n',
  );

/** Without this character at its end, however often. A regular expression would try at every one of a long run. */
function trimEndCharacter(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** The line above a message: who, and when in UTC. */
export const messageHeading = ({ from, at }: Message): string => `[${from} ${serverTimeText(at)}]\n`;

/** A whole conversation, oldest first. */
export const transcriptText = (messages: readonly Message[]): string =>
  messages.map((message) => `${messageHeading(message)}${messageText(message)}\n`).join('\n');
