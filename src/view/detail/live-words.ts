import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, isWider, truncate } from '../../domain/text/width.ts';
import { type LiveItem, secondsUntil } from '../../store/live-turn.ts';
import { statusRowsOf } from '../transcript/transcript-block.ts';
import { INDENT, type TranscriptLine } from '../transcript/transcript-view.ts';

/** After the name of the agent in the heading of a turn that is being written. */
export const WRITING = 'writing…';

/** The same while the turn waits for its user. */
export const WAITING = 'waits for you';

/** The status below a live turn in at most `width` columns: when a retry comes, or the interruption; else empty. */
export function liveStatusWords(
  { turn, isInterrupting }: LiveItem,
  now: number,
  width = Number.POSITIVE_INFINITY,
): string {
  if (isInterrupting) return truncate('Interrupting the turn…', width);
  const retry = turn?.retry ?? null;
  if (retry === null) return '';
  const seconds = secondsUntil(retry.at, now);
  const when = `Tries again ${seconds === 0 ? 'now' : `in ${seconds} s`} (attempt ${retry.attempt}).`;
  const error = sanitiseLine(retry.error).trim();
  if (error === '') return truncate(when, width);
  const sentence = /[.!?…]$/u.test(error) ? error : `${error}.`;
  // The time must stay visible after a long error.
  const room = width - displayWidth(when) - 1;
  return room < MIN_ERROR_WIDTH ? truncate(when, width) : `${truncate(sentence, room)} ${when}`;
}

/** A shorter beginning of an error says nothing, columns. */
const MIN_ERROR_WIDTH = 8;

/** At the end of a text that the agent is writing. */
export const WRITING_SIGN = ' …';

/** Whether the agent is writing at the end of this line, and a pane of `width` columns has room for the sign. */
export const isWritten = (
  { block, line, text }: Extract<TranscriptLine, { readonly kind: 'text' }>,
  width: number,
): boolean =>
  block.live !== undefined &&
  line === block.lines.length - 1 &&
  statusRowsOf(block) === 0 &&
  !isWider(text, width - INDENT - displayWidth(WRITING_SIGN));
