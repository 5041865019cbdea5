import type { Message } from '../domain/transcript.ts';
import { headingOf, wordsOf } from '../domain/transcript-text.ts';

/** What of a conversation was written so far. */
export interface Followed {
  /** The words written of each message, by its id. */
  readonly written: ReadonlyMap<number, string>;
  /** The message that the next characters would belong to, while its last line is open. */
  readonly open: number | null;
}

export const nothingFollowed: Followed = { written: new Map(), open: null };

/**
 * What has to be written for what is new in a conversation. A message that grows is continued where it ended. One that
 * was redrawn, as screens are while an agent works, is written anew under a heading of its own, and only once it is
 * `settled`: the agent rests, or a later message stands.
 */
export function follow(
  before: Followed,
  messages: readonly Message[],
  settled: boolean,
): { readonly followed: Followed; readonly text: string } {
  const written = new Map(before.written);
  let { open } = before;
  let text = '';
  messages.forEach((message, index) => {
    const words = wordsOf(message);
    const known = written.get(message.id);
    if (words === known) return;
    // What a person said is there all at once.
    const final = settled || index < messages.length - 1 || message.from === 'you';
    if (known !== undefined && open === message.id && words.startsWith(known)) {
      text += words.slice(known.length);
    } else if (known === undefined || final) {
      // An agent's message is there before its first word is: its heading waits for it.
      if (words === '' && !final) return;
      text += `${separation(open, written.size > 0 || text !== '')}${headingOf(message)}${words}`;
      open = message.id;
    } else return;
    written.set(message.id, words);
  });
  if (settled && open !== null) {
    text += '\n';
    open = null;
  }
  return { followed: { written, open }, text };
}

/** Ends the open line, and leaves an empty one between two messages. */
const separation = (open: number | null, later: boolean): string =>
  `${open === null ? '' : '\n'}${later ? '\n' : ''}`;
