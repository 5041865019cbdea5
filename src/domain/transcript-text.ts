import { knownSeconds } from './text/iso-time.ts';
import { sanitise } from './text/sanitise.ts';
import type { Message } from './transcript.ts';

/**
 * A message's words, safe, without the blanks that a screen's width puts behind every line. What a longer content
 * begins with, this begins with too, so that a growing message can be written piece by piece.
 */
export const wordsOf = (message: Message): string =>
  withoutEnd(
    sanitise(message.content)
      .split('\n')
      .map((line) => withoutEnd(line, ' '))
      .join('\n'),
    '\n',
  );

/** Without this character at its end, however often. A regular expression would try at every one of a long run. */
function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return text.slice(0, end);
}

/** The line above a message: who, and when in UTC. */
export const headingOf = ({ from, at }: Message): string => `[${from} ${knownSeconds(at)}]\n`;

/** A whole conversation, oldest first. */
export const transcriptText = (messages: readonly Message[]): string =>
  messages.map((message) => `${headingOf(message)}${wordsOf(message)}\n`).join('\n');
