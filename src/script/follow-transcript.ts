import type { Message } from '../domain/message.ts';
import type { LiveTurn } from '../domain/transcript.ts';
import { messageHeading, messageText, settledMessageText } from '../domain/transcript-text.ts';

/** The part of a transcript that was written so far. */
export interface FollowState {
  /** The written text of each message, by id. */
  readonly written: ReadonlyMap<number, string>;
  /** The message whose last line has no line break yet. */
  readonly openMessageId: number | null;
}

/** Of the text that the agent is writing; no message has it. */
const LIVE_ID = -1;

export const initialFollowState: FollowState = { written: new Map(), openMessageId: null };

/**
 * The text to write for the changes of a transcript. A message that grew continues where it ended. A message that
 * changed otherwise, as the agent's screen does, is written again under its own heading once it is final: `isSettled`, or
 * a later message exists. `live`: the text that the agent is writing; its message continues it.
 */
export function followTranscript(
  before: FollowState,
  messages: readonly Message[],
  isSettled: boolean,
  live?: LiveTurn,
): { readonly state: FollowState; readonly text: string } {
  const start = continueLive(before, messages);
  const written = new Map(start.written);
  let { openMessageId } = start;
  let text = '';
  const all = live === undefined ? messages : [...messages, liveMessage(live)];
  all.forEach((message, index) => {
    const writtenText = written.get(message.id);
    // A user's message arrives complete.
    const isFinal = isSettled || index < all.length - 1 || message.role === 'user';
    const words = isFinal ? messageText(message) : settledMessageText(message);
    if (words === writtenText) return;
    if (writtenText !== undefined && openMessageId === message.id && words.startsWith(writtenText)) {
      text += words.slice(writtenText.length);
    } else if (writtenText === undefined || isFinal) {
      // An agent's message starts empty; its heading waits for the first word.
      if (words === '' && !isFinal) return;
      text += `${separatorText(openMessageId, openMessageId !== null || written.size > 0 || text !== '')}${messageHeading(message)}${words}`;
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

const liveMessage = ({ parts, at }: LiveTurn): Message => ({ id: LIVE_ID, role: 'agent', parts, at });

/** The state in which the written live text belongs to its message, once the server has that. */
function continueLive({ written, openMessageId }: FollowState, messages: readonly Message[]): FollowState {
  const liveText = written.get(LIVE_ID);
  const message = messages.find(({ id, role }) => role === 'agent' && !written.has(id));
  if (liveText === undefined || message === undefined) return { written, openMessageId };
  const others = [...written].filter(([id]) => id !== LIVE_ID);
  const isContinued = openMessageId === LIVE_ID && messageText(message).startsWith(liveText);
  return isContinued
    ? { written: new Map([...others, [message.id, liveText]]), openMessageId: message.id }
    : { written: new Map(others), openMessageId };
}
