import type { Message } from '../domain/message.ts';
import { messageHeading, messageText, settledMessageText } from '../domain/transcript-text.ts';

/** The part of a transcript that was written so far. */
export interface FollowState {
  /** The written text of each message, by id. */
  readonly written: ReadonlyMap<number, string>;
  /** The message whose last line has no line break yet. */
  readonly openMessageId: number | null;
}

export const initialFollowState: FollowState = { written: new Map(), openMessageId: null };

/**
 * The text to write for the changes of a transcript. A message that grew continues where it ended. A message that
 * changed otherwise, as the agent's screen does, is written again under its own heading once it is final: `isSettled`, or
 * a later message exists.
 */
export function followTranscript(
  before: FollowState,
  messages: readonly Message[],
  isSettled: boolean,
): { readonly state: FollowState; readonly text: string } {
  const written = new Map(before.written);
  let { openMessageId } = before;
  let text = '';
  messages.forEach((message, index) => {
    const writtenText = written.get(message.id);
    // A user's message arrives complete.
    const isFinal = isSettled || index < messages.length - 1 || message.role === 'user';
    const words = isFinal ? messageText(message) : settledMessageText(message);
    if (words === writtenText) return;
    if (writtenText !== undefined && openMessageId === message.id && words.startsWith(writtenText)) {
      text += words.slice(writtenText.length);
    } else if (writtenText === undefined || isFinal) {
      // An agent's message starts empty; its heading waits for the first word.
      if (words === '' && !isFinal) return;
      text += `${separatorText(openMessageId, written.size > 0 || text !== '')}${messageHeading(message)}${words}`;
      openMessageId = message.id;
    } else return;
    written.set(message.id, words);
  });
  if (isSettled && openMessageId !== null) {
    text += '\n';
    openMessageId = null;
  }
  return { state: { written, openMessageId }, text };
}

/** Ends the open line and adds a blank line between messages. */
const separatorText = (openMessageId: number | null, isLater: boolean): string =>
  `${openMessageId === null ? '' : '\n'}${isLater ? '\n' : ''}`;
