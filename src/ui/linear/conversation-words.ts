import { comparePlaces, messageOf, type Place } from '../../domain/history.ts';
import { isKnownTime } from '../../domain/known-time.ts';
import { isMoving } from '../../domain/phase.ts';
import { endOfDay, localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { conversationOf } from '../../store/conversation.ts';
import { readingWidth } from '../../store/detail-layout.ts';
import { bodyOf } from '../../store/message-body.ts';
import { phaseIn, selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Block } from '../../store/transcript-block.ts';
import { INDENT, type Line, transcriptView, windowOf, withMessageRead } from '../../store/transcript-view.ts';

/** Of what comes unasked so many lines are read out, and of what was asked for so many. */
const UNASKED = 12;
const ASKED = 40;

/** How far the conversation of the selected task was read out. */
export interface Heard {
  readonly taskId: string | null;
  /** The last message, and how much of it; null until the conversation is there. */
  readonly at: (Place & { readonly length: number }) | null;
  /** When the day ends that was spoken last, or that the listener began in, Unix ms; NaN while no time is known. */
  readonly dayEnds: number;
}

export const NOTHING_HEARD: Heard = { taskId: null, at: null, dayEnds: Number.NaN };

/** What the agent has said since, message by message: one that still grows waits until it is whole. */
export function newWords(
  state: State,
  before: Heard,
): { readonly lines: readonly string[]; readonly heard: Heard } {
  const task = selectedTask(state);
  if (task === null) return { lines: [], heard: NOTHING_HEARD };
  const { entries } = conversationOf(state, task.id).history;
  const last = entries.at(-1);
  const heard = before.taskId === task.id ? before : { ...NOTHING_HEARD, taskId: task.id };
  if (last === undefined) return { lines: [], heard };
  const lengthOf = (entry: typeof last): number => (entry.kind === 'said' ? entry.message.content.length : 0);
  if (heard.at === null) {
    const times = entries.map((entry) => messageOf(entry)?.at ?? Number.NaN);
    const dayEnds = endOfDay(times.findLast((at) => isKnownTime(at, state.now)) ?? Number.NaN);
    const at = { run: last.run, id: last.id, length: lengthOf(last) };
    return { lines: [], heard: { taskId: task.id, at, dayEnds } };
  }
  const phase = phaseIn(state, task);
  const isGrowing = phase === 'working' || isMoving(phase);
  let { at, dayEnds } = heard;
  const lines: string[] = [];
  for (const entry of entries) {
    const order = comparePlaces(entry, at);
    const length = lengthOf(entry);
    if (order < 0 || (order === 0 && length <= at.length)) continue;
    if (entry === last && isGrowing) break;
    if (entry.kind === 'said' && entry.message.from === 'agent') {
      const words = spoken(state, entry.message.content.slice(order === 0 ? at.length : 0));
      const writtenAt = entry.message.at;
      // A day often begins with a message that is not spoken: the first spoken one after it says the date.
      if (words.length > 0 && isKnownTime(writtenAt, state.now) && !(writtenAt < dayEnds)) {
        if (writtenAt >= dayEnds) lines.push(`${localDate(writtenAt)}.`);
        dayEnds = endOfDay(writtenAt);
      }
      lines.push(...words);
    }
    at = { run: entry.run, id: entry.id, length };
  }
  return {
    lines: lines.length === 0 ? [] : ['Agent:', ...atMost(lines, UNASKED)],
    heard: { ...heard, at, dayEnds },
  };
}

/** A text of an agent's as it is shown, without the blank lines. */
function spoken(state: State, content: string): readonly string[] {
  const prose = state.view.reading.raw ? null : state.markdown;
  return bodyOf(content, { width: Math.max(1, readingWidth(state) - INDENT), prose }).lines.filter(isWords);
}

const isWords = (line: string): boolean => line.trim() !== '';

function atMost(lines: readonly string[], most: number): readonly string[] {
  const rest = lines.length - most;
  return rest <= 1 ? lines : [...lines.slice(0, most), `And ${rest} more lines.`];
}

/** One message, or a mark between two of them, after the name of who says it. */
export function messageWords(state: State, taskId: string, message: number): readonly string[] {
  const view = withMessageRead(state, transcriptView(state, taskId, readingWidth(state)), message);
  const block = view.blocks[message];
  if (block === undefined) return [];
  const lines = block.lines.filter(isWords);
  const place = countMessages(view.blocks.slice(0, message + 1));
  return [
    `${headingWords(block, state.now)} Message ${place} of ${countMessages(view.blocks)}.`,
    ...atMost(lines, ASKED).map((line) => `  ${line}`),
  ];
}

/** How many of them are messages, and no lines between two. */
export const countMessages = (blocks: readonly Block[]): number => blocks.filter(isMessage).length;

const isMessage = ({ mark }: Block): boolean => mark === null || mark === 'retracted';

function headingWords({ mark, from, at, delivery }: Block, now: number): string {
  switch (mark) {
    case 'restart':
      return `The conversation was restarted${isKnownTime(at) ? ` at ${timeOfDay(at)}` : ''}.`;
    case 'gap':
      return 'Some messages were not seen.';
    case 'new':
      return 'New since you looked:';
    case 'day':
      return isKnownTime(at, now) ? `${localDate(at)}.` : '';
    case 'retracted':
      return `${from === 'you' ? 'You' : 'Agent'}, ${spokenTime(at)}, taken back since.`;
    default: {
      const who = from === 'you' ? 'You' : 'Agent';
      return delivery === null ? `${who}, ${spokenTime(at)}.` : `${who}, on its way.`;
    }
  }
}

/** The last message of a task; empty where there is none. */
export function lastMessageWords(state: State, taskId: string): readonly string[] {
  const { blocks } = transcriptView(state, taskId, readingWidth(state));
  const last = blocks.findLastIndex(isMessage);
  return last === -1 ? [] : messageWords(state, taskId, last);
}

/** The lines of a window that was moved which were not in it before. */
export function scrolledWords(
  before: State,
  after: State,
  taskId: string,
  height: number,
): readonly string[] {
  const lines = (state: State) => {
    const view = transcriptView(state, taskId, readingWidth(state));
    return { view, ...windowOf(view, state.view.scroll.get(taskId), height) };
  };
  const [old, now] = [lines(before), lines(after)];
  if (old.view.total !== now.view.total) return [];
  const fresh = now.lines.filter((_, index) => {
    const line = now.top + index;
    return line < old.top || line >= old.top + old.lines.length;
  });
  const words = fresh.map((line) => lineWords(line, after.now)).filter(isWords);
  const end = now.top + now.lines.length >= now.view.total ? ['End of the conversation.'] : [];
  return fresh.length === 0 ? [] : [...words, ...end];
}

/** The line that a search moved to. */
export function lineWordsAt(state: State, taskId: string, message: number, line: number): readonly string[] {
  const { blocks } = withMessageRead(state, transcriptView(state, taskId, readingWidth(state)), message);
  return [blocks[message]?.lines[line] ?? ''].filter(isWords);
}

const spokenTime = (at: number): string => (isKnownTime(at) ? timeOfDay(at) : 'at an unknown time');

const lineWords = (line: Line, now: number): string =>
  line.kind === 'text' ? line.text : line.kind === 'heading' ? headingWords(line.block, now) : '';
