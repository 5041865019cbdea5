import type { MessagePart } from '../../domain/message.ts';
import { partsAfter, plainTextOf } from '../../domain/message-text.ts';
import { isTransitional } from '../../domain/phase.ts';
import { isPlausibleTime } from '../../domain/plausible-time.ts';
import { comparePositions, type EntryPosition, messageOf } from '../../domain/stored-conversation.ts';
import { endOfDay, localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { liveItemOf } from '../../store/live-turn.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import { selectedTask } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import { bodyOf } from '../transcript/message-body.ts';
import type { Block } from '../transcript/transcript-block.ts';
import {
  INDENT,
  type TranscriptLine,
  transcriptView,
  visibleLines,
  withMessageRendered,
} from '../transcript/transcript-view.ts';
import { transcriptWidth } from './detail-layout.ts';
import { type AnnouncedTurn, NO_TURN_ANNOUNCED, newSentences, sharedLength } from './live-sentences.ts';
import { liveStatusWords } from './live-words.ts';

/** The maximum of lines for unsolicited updates, and for those that the user requests. */
const MAX_UNSOLICITED_LINES = 12;
const MAX_REQUESTED_LINES = 40;

/** How far the transcript of the selected task was announced. */
export interface AnnouncedPosition {
  readonly taskId: string | null;
  /** The last announced message and its length; null until the transcript has loaded. */
  readonly at: (EntryPosition & { readonly length: number }) | null;
  /** The end of the last announced day, Unix ms; NaN while unknown. */
  readonly dayEnds: number;
  readonly turn: AnnouncedTurn;
}

export const NOTHING_ANNOUNCED: AnnouncedPosition = {
  taskId: null,
  at: null,
  dayEnds: Number.NaN,
  turn: NO_TURN_ANNOUNCED,
};

/**
 * New messages of the agent. A message that still grows is announced when it is complete, a live turn in whole sentences.
 */
export function newMessageWords(
  state: State,
  before: AnnouncedPosition,
): { readonly lines: readonly string[]; readonly position: AnnouncedPosition } {
  const task = selectedTask(state);
  if (task === null) return { lines: [], position: NOTHING_ANNOUNCED };
  const { entries } = mergedTranscriptOf(state, task.id).conversation;
  const last = entries.at(-1);
  const position = before.taskId === task.id ? before : { ...NOTHING_ANNOUNCED, taskId: task.id };
  if (last === undefined) return { lines: [], position };
  const live = liveItemOf(state, task.id);
  const lengthOf = (entry: typeof last): number =>
    entry.kind === 'message' ? plainTextOf(entry.message).length : 0;
  if (position.at === null) {
    const times = entries.map((entry) => messageOf(entry)?.at ?? Number.NaN);
    const dayEnds = endOfDay(times.findLast((at) => isPlausibleTime(at, state.now)) ?? Number.NaN);
    const at = { run: last.run, id: last.id, length: lengthOf(last) };
    // The user has just come to this turn.
    const { announced } = newSentences(live, NO_TURN_ANNOUNCED, state.now);
    return { lines: [], position: { taskId: task.id, at, dayEnds, turn: announced } };
  }
  const phase = phaseIn(state, task);
  const isGrowing = phase === 'working' || isTransitional(phase);
  let { at, dayEnds, turn } = position;
  const lines: string[] = [];
  const isContinued = turn.text !== '';
  for (const entry of entries) {
    const order = comparePositions(entry, at);
    const length = lengthOf(entry);
    if (order < 0 || (order === 0 && length <= at.length)) continue;
    // The message of a live turn is complete.
    if (entry === last && isGrowing && turn.text === '') break;
    if (entry.kind === 'message' && entry.message.role === 'agent') {
      const known = order === 0 ? at.length : sharedLength(plainTextOf(entry.message), turn.text);
      turn = { ...turn, text: '' };
      const words = spokenLines(state, partsAfter(entry.message, known));
      const writtenAt = entry.message.at;
      // A day often begins with a user message, which is not announced: the next agent message announces the date.
      if (words.length > 0 && isPlausibleTime(writtenAt, state.now) && !(writtenAt < dayEnds)) {
        if (writtenAt >= dayEnds) lines.push(`${localDate(writtenAt)}.`);
        dayEnds = endOfDay(writtenAt);
      }
      // The rest of a sentence may begin with a blank.
      lines.push(...words.map((word, index) => (known > 0 && index === 0 ? word.trimStart() : word)));
    }
    at = { run: entry.run, id: entry.id, length };
  }
  const fresh = newSentences(live, turn, state.now);
  lines.push(...spokenLines(state, fresh.parts));
  return {
    lines: [
      ...(lines.length === 0
        ? []
        : [...(isContinued ? [] : ['Agent:']), ...limitLines(lines, MAX_UNSOLICITED_LINES)]),
      ...(fresh.status === '' ? [] : [fresh.status]),
    ],
    position: { ...position, at, dayEnds, turn: fresh.announced },
  };
}

/** Parts of an agent's message as displayed, without blank lines. */
function spokenLines(state: State, parts: readonly MessagePart[]): readonly string[] {
  const prose = state.view.transcriptOptions.raw ? null : state.proseRenderer;
  return bodyOf(parts, { width: Math.max(1, transcriptWidth(state) - INDENT), prose }).lines.filter(
    isNotBlank,
  );
}

const isNotBlank = (line: string): boolean => line.trim() !== '';

function limitLines(lines: readonly string[], most: number): readonly string[] {
  const rest = lines.length - most;
  return rest <= 1 ? lines : [...lines.slice(0, most), `And ${rest} more lines.`];
}

/** One message or separator with its heading. */
export function messageWords(state: State, taskId: string, message: number): readonly string[] {
  const view = withMessageRendered(state, transcriptView(state, taskId, transcriptWidth(state)), message);
  const block = view.blocks[message];
  if (block === undefined) return [];
  const lines = block.lines.filter(isNotBlank);
  const place = countMessages(view.blocks.slice(0, message + 1));
  return [
    `${headingWords(block, state.now)} Message ${place} of ${countMessages(view.blocks)}.`,
    ...limitLines(lines, MAX_REQUESTED_LINES).map((line) => `  ${line}`),
  ];
}

/** A part of a message: its row, whether it is open, and its details when it is. */
export function partWords(state: State, taskId: string, message: number, key: string): readonly string[] {
  const body = transcriptView(state, taskId, transcriptWidth(state)).blocks[message]?.body;
  const part = body?.parts.find((each) => each.key === key);
  if (part === undefined || part.text !== null) return [];
  const [row, ...details] = part.rows.map(({ text }) => text).filter(isNotBlank);
  const words = part.isOpen ? ' Open.' : part.isFolded ? ' Folded.' : '';
  return [
    `${row ?? ''}${/[.?!…]$/u.test(row ?? '') ? '' : '.'}${words}`,
    ...limitLines(details, MAX_REQUESTED_LINES),
  ];
}

/** The number of messages, without separators. */
export const countMessages = (blocks: readonly Block[]): number => blocks.filter(isMessage).length;

const isMessage = ({ separator }: Block): boolean => separator === null || separator === 'retracted';

function headingWords({ separator, role, at, delivery, queued, live }: Block, now: number): string {
  switch (separator) {
    case 'restart':
      return `The conversation was restarted${isPlausibleTime(at) ? ` at ${timeOfDay(at)}` : ''}.`;
    case 'gap':
      return 'Some messages are missing.';
    case 'new':
      return 'New since you looked:';
    case 'day':
      return isPlausibleTime(at, now) ? `${localDate(at)}.` : '';
    case 'retracted':
      return `${role === 'user' ? 'You' : 'Agent'}, ${spokenTime(at)}, retracted.`;
    case 'queue':
      return 'In the server’s queue:';
    case 'unsent':
      return 'Not on the server yet:';
    default: {
      const who = role === 'user' ? 'You' : 'Agent';
      if (live !== undefined) return `${who}, being written.`;
      if (queued !== undefined) return `${who}, queued on the server.`;
      return delivery === null ? `${who}, ${spokenTime(at)}.` : `${who}, in the outbox.`;
    }
  }
}

/** The last message of a task; empty if there is none. */
export function lastMessageWords(state: State, taskId: string): readonly string[] {
  const { blocks } = transcriptView(state, taskId, transcriptWidth(state));
  const last = blocks.findLastIndex(isMessage);
  return last === -1 ? [] : messageWords(state, taskId, last);
}

/** The lines that were not visible before a scroll. */
export function scrolledWords(
  before: State,
  after: State,
  taskId: string,
  height: number,
): readonly string[] {
  const lines = (state: State) => {
    const view = transcriptView(state, taskId, transcriptWidth(state));
    return { view, ...visibleLines(view, state.view.scrollAnchors.get(taskId), height) };
  };
  const [old, now] = [lines(before), lines(after)];
  if (old.view.total !== now.view.total) return [];
  const fresh = now.lines.filter((_, index) => {
    const line = now.top + index;
    return line < old.top || line >= old.top + old.lines.length;
  });
  const words = fresh.map((line) => lineWords(line, after.now)).filter(isNotBlank);
  const end = now.top + now.lines.length >= now.view.total ? ['End of the transcript.'] : [];
  return fresh.length === 0 ? [] : [...words, ...end];
}

/** The line of a search hit. */
export function lineWordsAt(state: State, taskId: string, message: number, line: number): readonly string[] {
  const { blocks } = withMessageRendered(
    state,
    transcriptView(state, taskId, transcriptWidth(state)),
    message,
  );
  return [blocks[message]?.lines[line] ?? ''].filter(isNotBlank);
}

const spokenTime = (at: number): string => (isPlausibleTime(at) ? timeOfDay(at) : 'at an unknown time');

const lineWords = (line: TranscriptLine, now: number): string =>
  line.kind === 'text'
    ? line.text
    : line.kind === 'heading'
      ? headingWords(line.block, now)
      : line.kind === 'status' && line.block.live !== undefined
        ? liveStatusWords(line.block.live, now)
        : '';
