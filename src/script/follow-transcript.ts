import type { Message } from '../domain/transcript.ts';
import { messageHeading, messageText } from '../domain/transcript-text.ts';

/** What of a conversation was written so far. */
export interface FollowState {
  /** The words written of each message, by its id. */
  readonly written: ReadonlyMap<number, string>;
  /** The message that the next characters would belong to, while its last line is open. */
  readonly openMessageId: number | null;
}

export const initialFollowState: FollowState = { written: new Map(), openMessageId: null };

/**
 * What has to be written for what is new in a conversation. A message that grows is continued where it ended. One that
 * was redrawn, as screens are while an agent works, is written anew under a heading of its own, and only once it is
 * `settled`: the agent rests, or a later message stands.
 */
export function followTranscript(
  before: FollowState,
  messages: readonly Message[],
  isSettled: boolean,
): { readonly followed: FollowState; readonly text: string } {
  const written = new Map(before.written);
  let { openMessageId } = before;
  let text = '';
  messages.forEach((message, index) => {
    const words = messageText(message);
    const known = written.get(message.id);
    if (words === known) return;
    // What a person said is there all at once.
    const final = isSettled || index < messages.length - 1 || message.from === 'you';
    if (known !== undefined && openMessageId === message.id && words.startsWith(known)) {
      text += words.slice(known.length);
    } else if (known === undefined || final) {
      // An agent's message is there before its first word is: its heading waits for it.
      if (words === '' && !final) return;
      text += `${separatorText(openMessageId, written.size > 0 || text !== '')}${messageHeading(message)}${words}`;
      openMessageId = message.id;
    } else return;
    written.set(message.id, words);
  });
  if (isSettled && openMessageId !== null) {
    text += '\n';
    openMessageId = null;
  }
  return { followed: { written, openMessageId }, text };
}

/** Ends the open line, and leaves an empty one between two messages. */
const separatorText = (open: number | null, later: boolean): string =>
  `${open === null ? '' : '\n'}${later ? '\n' : ''}`;
