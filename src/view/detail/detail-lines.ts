import { errorText } from '../../domain/errors.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Span, StyledRow } from '../../domain/markdown/styled-text.ts';
import { sliceRowColumns } from '../../domain/markdown/wrap-line.ts';
import type { Phase } from '../../domain/phase.ts';
import { isPlausibleTime } from '../../domain/plausible-time.ts';
import { buildNumberOf, coderFacts, type Task } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { counted } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { endOfDay, localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { displayWidth, isWider, padEnd, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { memoize } from '../../store/memoize.ts';
import { mergedTranscriptOf, type OlderPage } from '../../store/merged-transcript.ts';
import { isPaged } from '../../store/older-pages.ts';
import type { PendingMessage } from '../../store/pending-messages.ts';
import { questionsOf } from '../../store/questions.ts';
import { dataAge } from '../../store/selectors.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State, ViewState } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import { alignEnds } from '../rows/frame.ts';
import { freshnessWords } from '../rows/freshness-words.ts';
import { styledRow } from '../rows/styled-row.ts';
import type { Theme } from '../theme.ts';
import { linesOfPart } from '../transcript/message-body.ts';
import { type Block, statusRowsOf } from '../transcript/transcript-block.ts';
import { hitRangesOn, hitsBefore, searchTranscript } from '../transcript/transcript-search.ts';
import {
  INDENT,
  newLineCount,
  type TranscriptLine,
  type TranscriptView,
  transcriptView,
  visibleLines,
} from '../transcript/transcript-view.ts';
import type { Heading } from './heading.ts';
import { isWritten, liveStatusWords, WAITING, WRITING, WRITING_SIGN } from './live-words.ts';
import { pendingWords, queueHeading, UNSENT_HEADING } from './pending-words.ts';

/** The full title if the frame cuts it; phase, age, snooze, report and link; facts of a chat. */
export function headingLines(
  { title, phase, word, age, snooze, report, reportRows, facts, link, origin }: Heading,
  theme: Theme,
  width: number,
): string[] {
  const words = [`${theme.phase(phase)(word)} ${age}`, snooze, report].filter(Boolean).join(' · ');
  const left = (room: number): string =>
    link === null
      ? truncate(words, room)
      : `${truncate(words, room - displayWidth(link.label) - 1)} ${theme.link(link.label, link.address)}`;
  const first =
    origin === ''
      ? truncate(left(width), width)
      : alignEnds(left(width - displayWidth(origin) - 1), theme.dim(origin), width);
  return [...title.map(theme.strong), first, ...(facts === '' ? [] : [theme.dim(facts)]), ...reportRows];
}

/** The visible part of the transcript. */
export function transcriptLines(
  state: State,
  task: Task,
  theme: Theme,
  width: number,
  height: number,
): string[] {
  const view = transcriptView(state, task.id, width);
  if (view.total === 0)
    return wrap(withKeyNames(emptyWords(state, task), state.keyNames), width)
      .slice(0, height)
      .map(theme.dim);
  const { lines } = visibleLines(view, state.view.scrollAnchors.get(task.id), height);
  const firstDay = firstDayOf(view.blocks);
  return lines.map((line) => {
    const hasDate = line.kind === 'heading' && line.message < firstDay;
    return styled(withHits(line, state.view, task.id), state, theme, width, task.id, hasDate);
  });
}

/** The number of blocks before the first line of a day: nothing else says on which day they were written. */
const firstDayOf = memoize((blocks: TranscriptView['blocks']): number => {
  const index = blocks.findIndex(({ separator }) => separator === 'day');
  return index === -1 ? blocks.length : index;
});

/** The date of a message of an earlier day; empty for one of today, and for an unknown time. */
const dateWords = (at: number, now: number): string =>
  isPlausibleTime(at, now) && endOfDay(at) <= now ? `, ${localDate(at)}` : '';

/** The line with the search hits marked. */
function withHits(line: TranscriptLine, { transcriptSearch }: ViewState, taskId: string): TranscriptLine {
  if (
    line.kind !== 'text' ||
    transcriptSearch === null ||
    transcriptSearch.text === '' ||
    transcriptSearch.taskId !== taskId
  )
    return line;
  const ranges = hitRangesOn(line.block.body, transcriptSearch.text, line.line);
  if (ranges.length === 0) return line;
  const { hit } = transcriptSearch;
  const spans = ranges.map(({ start, end, place }): Span => {
    const isCurrent = hit?.message === line.message && hit.line === place.line && hit.start === place.start;
    return { start, end, style: isCurrent ? 'current-hit' : 'hit' };
  });
  return { ...line, spans: [...line.spans, ...spans] };
}

/** `hasDate`: a heading names the day of its message unless it is today. */
function styled(
  line: TranscriptLine,
  state: State,
  theme: Theme,
  width: number,
  taskId: string,
  hasDate: boolean,
): string {
  const { view, keyNames, now } = state;
  const { transcriptOptions, scrollColumn, messageCursor } = view;
  switch (line.kind) {
    case 'blank':
      return '';
    case 'text': {
      const pointer = isPointedPart(line, messageCursor, taskId)
        ? `${theme.accent(theme.glyphs.pointer)} `
        : '  ';
      const text = transcriptOptions.wrap
        ? styledRow(line, theme.text, theme.link)
        : horizontalSlice(line, scrollColumn, width - INDENT, theme);
      const isGrowing = isWritten(line, width) && !waitsForUser(state, taskId);
      return `${pointer}${text}${isGrowing ? theme.dim(WRITING_SIGN) : ''}`;
    }
    case 'status': {
      const { live } = line.block;
      const words = live === undefined ? '' : liveStatusWords(live, now, width - INDENT);
      return `  ${(live?.isInterrupting ? theme.dim : theme.attention)(words)}`;
    }
    case 'heading': {
      const { role, at, separator } = line.block;
      if (separator === 'queue' || separator === 'unsent') {
        const words = separator === 'queue' ? queueHeading(state, taskId) : UNSENT_HEADING;
        return rule(withKeyNames(words, keyNames), theme.attention, theme, width);
      }
      if (separator !== null && separator !== 'retracted')
        return separator === 'gap' && isPaged(state.transcripts.get(taskId)?.transcript)
          ? rule(olderWords(mergedTranscriptOf(state, taskId).olderPage), theme.dim, theme, width)
          : separatorLine(separator, at, now, theme, width);
      const isPointed =
        messageCursor?.taskId === taskId &&
        messageCursor.message === line.message &&
        messageCursor.part == null;
      const who = role === 'user' ? 'you' : 'agent';
      const name = isPointed ? theme.selected(who) : theme[who](who);
      const pending = pendingOf(line.block);
      if (pending !== null) {
        const words = withKeyNames(pendingWords(state, pending), keyNames);
        const style = pending.kind === 'queued' ? theme.dim : theme.attention;
        return truncate(`${name} ${style(words)}`, width);
      }
      const isLive = line.block.live !== undefined && statusRowsOf(line.block) === 0;
      const writing = isLive ? ` ${waitsForUser(state, taskId) ? WAITING : WRITING}` : '';
      const gone = separator === 'retracted' ? theme.dim(' retracted') : '';
      const time =
        transcriptOptions.times || gone !== '' ? ` ${timeOfDay(at)}${hasDate ? dateWords(at, now) : ''}` : '';
      const words = `${time}${writing}`;
      return words === '' && gone === '' ? name : truncate(`${name}${theme.dim(words)}${gone}`, width);
    }
  }
}

/** Whether the message cursor is on the part, or the message without a heading, whose first line this is. */
const isPointedPart = (
  line: Extract<TranscriptLine, { readonly kind: 'text' }>,
  cursor: ViewState['messageCursor'],
  taskId: string,
): boolean =>
  cursor?.taskId === taskId &&
  cursor.message === line.message &&
  (cursor.part == null
    ? line.block.isContinuation === true && line.line === 0
    : linesOfPart(line.block.body, cursor.part)?.line === line.line);

/** Whether the live turn stands still until its user answers. */
function waitsForUser(state: State, taskId: string): boolean {
  const task = taskById(state, taskId);
  return task !== null && questionsOf(state, task).length > 0;
}

/** The line in place of messages that only the server has. */
function olderWords(page: OlderPage | null): string {
  if (page === null) return 'older messages: scroll up to load them';
  return page.error === null
    ? 'loading older messages…'
    : `cannot load older messages, trying again: ${sanitiseLine(errorText(page.error))}`;
}

/** A separator between messages. A day in the future has none: its time is wrong. */
function separatorLine(
  mark: 'restart' | 'gap' | 'new' | 'day',
  at: number,
  now: number,
  theme: Theme,
  width: number,
): string {
  if (mark === 'day' && !isPlausibleTime(at, now)) return '';
  const words = {
    restart: `restarted ${timeOfDay(at)}`,
    gap: 'some messages are missing',
    new: 'new since you looked',
    day: localDate(at),
  }[mark];
  return rule(words, mark === 'new' ? theme.attention : theme.dim, theme, width);
}

function rule(words: string, style: (text: string) => string, { glyphs }: Theme, width: number): string {
  const line = glyphs.horizontal.repeat(2);
  return truncate(style(`${line} ${words} ${line}`), width);
}

const pendingOf = ({ delivery, queued }: Block): PendingMessage | null =>
  queued ??
  (delivery === null ? null : { kind: 'delivery', key: delivery.id, taskId: delivery.taskId, delivery });

/** The visible columns of an unwrapped line, with signs at the edges for more text. */
function horizontalSlice(row: StyledRow, column: number, room: number, theme: Theme): string {
  const more = isWider(row.text, column + room);
  if (column === 0 && !more) return styledRow(row, theme.text, theme.link);
  const before = column > 0 && row.text !== '';
  const width = room - (before ? 1 : 0) - (more ? 1 : 0);
  const start = column + (before ? 1 : 0);
  const visible = styledRow(sliceRowColumns(row, start, start + width), theme.text, theme.link);
  return `${before ? theme.dim('‹') : ''}${more ? padEnd(visible, width) + theme.dim('›') : visible}`;
}

/** The reason for an empty transcript. */
function emptyWords(state: State, task: Task): string {
  const phase: Phase = phaseIn(state, task);
  const entry = state.transcripts.get(task.id);
  switch (phase) {
    case 'error':
      return `Cannot read the messages: the start or the agent failed. ${keyFor('resume')} restarts the task.`;
    case 'unknown':
      return 'Cannot read the messages: the server does not know the status of this task.';
    case 'pausing':
      return 'The task is pausing. Its last messages appear when it is paused.';
    case 'deleting':
      return 'The task is being deleted.';
    case 'queued':
    case 'starting':
    case 'resuming':
      return `The task is ${phase}. Its messages appear when the agent answers.`;
    default:
      if (entry?.error != null) return sanitiseLine(errorText(entry.error));
      if (entry?.transcript == null) return 'Loading…';
      return isPauseSnapshot(state, task, entry.transcript)
        ? 'No messages were saved at the pause.'
        : 'No messages yet.';
  }
}

/**
 * Whether the transcript is a snapshot from a pause. Servers also report an empty snapshot without a time for a task that was
 * never paused: at its first start, and at the next one if that failed.
 */
function isPauseSnapshot(state: State, task: Task, { snapshot, snapshotAt, messages }: Transcript): boolean {
  if (!snapshot) return false;
  const phase = phaseIn(state, task);
  if (coderFacts(task)?.status === 'paused' || phase === 'pausing') return true;
  const wasTaken = messages.length > 0 || (snapshotAt !== null && isPlausibleTime(snapshotAt, state.now));
  return buildNumberOf(task) > 1 && wasTaken;
}

/** Without an age if the server reports no time or the year 1. */
function snapshotWords({ snapshotAt }: Transcript, now: number): string {
  const words = 'snapshot from the pause';
  return snapshotAt === null || !isPlausibleTime(snapshotAt, now)
    ? words
    : `${words}, ${ageOf(snapshotAt, now)} ago`;
}

/** The position among the search hits; empty without a search. */
function hitCountWords({ view: { transcriptSearch } }: State, taskId: string, view: TranscriptView): string {
  if (transcriptSearch === null || transcriptSearch.text === '' || transcriptSearch.taskId !== taskId)
    return '';
  const hits = searchTranscript(view, transcriptSearch.text);
  if (hits.total === 0) return 'no hits';
  return transcriptSearch.hit === null
    ? counted(hits.total, 'hit')
    : `${hitsBefore(hits, transcriptSearch.hit) + 1} of ${hits.total}`;
}

/** Position and freshness for the corner of the pane; longest variant first. */
export function detailStatus(state: State, task: Task, width: number, height: number): string[] {
  const entry = state.transcripts.get(task.id);
  const view = transcriptView(state, task.id, width);
  const anchor = state.view.scrollAnchors.get(task.id);
  const { top } = visibleLines(view, anchor, height);
  const below = Math.max(0, view.total - top - height);
  const arrived = newLineCount(state, task.id, view);
  const place =
    anchor === undefined
      ? ['', '']
      : arrived > 0
        ? [counted(arrived, 'new line'), `${arrived} new`]
        : below === 0
          ? ['not following', 'held']
          : [`${counted(below, 'line')} below`, `${below} below`];
  const isSnapshot = entry?.transcript?.snapshot === true;
  const isStored =
    entry?.transcript == null && mergedTranscriptOf(state, task.id).conversation.entries.length > 0;
  const origin =
    entry?.transcript != null && isPauseSnapshot(state, task, entry.transcript)
      ? [snapshotWords(entry.transcript, state.now), 'snapshot']
      : isStored
        ? ['stored conversation', 'stored']
        : ['', ''];
  const age = entry === undefined ? null : dataAge(entry, state.now);
  // A snapshot cannot change, so it is not live.
  const fresh = age === null || (isSnapshot && age.kind === 'live') ? ['', ''] : freshnessWords(age);
  const join = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ');
  const found = hitCountWords(state, task.id, view);
  // The search covers only loaded messages.
  const above =
    found !== '' && mergedTranscriptOf(state, task.id).older !== 'none' ? 'more stored above' : '';
  return [
    join(found, above, place[0], origin[0], fresh[0]),
    join(found, place[1], origin[1], fresh[1]),
    join(found || place[1] || fresh[1]),
  ];
}
