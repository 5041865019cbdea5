import { isoSeconds } from './text/iso-time.ts';
import { sanitise } from './text/sanitise.ts';
import type { Message } from './transcript.ts';

/**
 * A message's words, safe, without the blanks that a screen's width puts behind every line. What a longer content
 * begins with, this begins with too, so that a growing message can be written piece by piece.
 */
export const wordsOf = (message: Message): string =>
  sanitise(message.content).replaceAll(/ +$/gm, '').replace(/\n+$/, '');

/** The line above a message: who, and when in UTC. */
export const headingOf = ({ from, at }: Message): string => `[${from} ${isoSeconds(at)}]\n`;

/** A whole conversation, oldest first. */
export const transcriptText = (messages: readonly Message[]): string =>
  messages.map((message) => `${headingOf(message)}${wordsOf(message)}\n`).join('\n');
