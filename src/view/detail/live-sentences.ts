import { textParts } from '../../domain/message.ts';
import { plainTextOf } from '../../domain/message-text.ts';
import { type LiveItem, liveMessage } from '../../store/live-turn.ts';
import { liveStatusWords } from './live-words.ts';

/** How far the live turn of the selected task was announced. */
export interface AnnouncedTurn {
  /** The announced beginning of its plain text. */
  readonly text: string;
  /** The announced status; empty for none. */
  readonly status: string;
}

export const NO_TURN_ANNOUNCED: AnnouncedTurn = { text: '', status: '' };

/** The news of a live turn: whole sentences, and a new status once. */
interface NewSentences {
  /** Text parts, untrusted. */
  readonly parts: ReturnType<typeof textParts> | readonly [];
  /** Plain text; empty for none. */
  readonly status: string;
  readonly announced: AnnouncedTurn;
}

export function newSentences(item: LiveItem | null, before: AnnouncedTurn, now: number): NewSentences {
  const text = item?.turn == null ? '' : plainTextOf(liveMessage(item.turn));
  const known = text.slice(0, sharedLength(text, before.text));
  const end = Math.max(known.length, sentencesEnd(text));
  const key = item === null ? '' : statusKey(item);
  return {
    parts: end === known.length ? [] : textParts(text.slice(known.length, end).replace(/^ +/u, '')),
    status: item === null || key === before.status ? '' : liveStatusWords(item, now),
    announced: { text: text.slice(0, end), status: key },
  };
}

/** Another countdown is another status; a second less is not. */
const statusKey = ({ turn, isInterrupting }: LiveItem): string =>
  isInterrupting ? 'interrupting' : turn?.retry == null ? '' : `retry ${turn.retry.attempt}`;

/** The number of first UTF-16 units that a message has from the announced text of its live turn. */
export function sharedLength(text: string, announced: string): number {
  if (text.startsWith(announced)) return announced.length;
  let length = 0;
  while (length < announced.length && text[length] === announced[length]) length++;
  return length;
}

/** A sentence ends before a blank, or with a sign of East Asian texts. */
const SENTENCE_END = /[.!?…:]["'”’)\]*_`]*(?=\s)|[\u3002\uff01\uff1f]/gu;

/** The end of the last whole sentence or line of a text that grows; 0 for none. */
export function sentencesEnd(text: string): number {
  const line = text.lastIndexOf('\n') + 1;
  let end = line;
  for (const match of text.slice(line).matchAll(SENTENCE_END)) end = line + match.index + match[0].length;
  return end;
}
