import type { Delivery } from '../../domain/delivery.ts';
import { errorText } from '../../domain/errors.ts';
import { keyFor, withKeyNames } from '../../domain/key-placeholder.ts';
import type { Span, StyledRow } from '../../domain/markdown/styled-text.ts';
import { sliceRowColumns } from '../../domain/markdown/wrap-line.ts';
import type { Phase } from '../../domain/phase.ts';
import { isPlausibleTime } from '../../domain/plausible-time.ts';
import type { Task } from '../../domain/task.ts';
import { ageOf } from '../../domain/text/age.ts';
import { counted } from '../../domain/text/count.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { displayWidth, isWider, padEnd, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import type { Transcript } from '../../domain/transcript.ts';
import type { Heading } from '../../store/heading.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import { dataAge, phaseIn } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { hitRangesOn, hitsBefore, searchTranscript } from '../../store/transcript-search.ts';
import {
  INDENT,
  newLineCount,
  type TranscriptLine,
  type TranscriptView,
  transcriptView,
  visibleLines,
} from '../../store/transcript-view.ts';
import type { ViewState } from '../../store/view-state.ts';
import type { Theme } from '../theme.ts';
import { alignEnds } from '../widgets/frame.ts';
import { freshnessWords } from '../widgets/freshness-words.ts';
import { styledRow } from '../widgets/styled-row.ts';

/** The whole title where the frame cuts it; how the task is, since when, and what its agent reports. */
export function headingLines(
  { title, phase, age, report, reportRows, link, origin }: Heading,
  theme: Theme,
  width: number,
): string[] {
  const words = `${theme.phase(phase)(phase)} ${age}${report === '' ? '' : ` · ${report}`}`;
  const left = (room: number): string =>
    link === null
      ? truncate(words, room)
      : `${truncate(words, room - displayWidth(link.label) - 1)} ${theme.link(link.label, link.address)}`;
  const first =
    origin === ''
      ? truncate(left(width), width)
      : alignEnds(left(width - displayWidth(origin) - 1), theme.dim(origin), width);
  return [...title.map(theme.strong), first, ...reportRows];
}

/** The part of the conversation that is on screen. */
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
  return lines.map((line) => styled(withHits(line, state.view, task.id), state, theme, width, task.id));
}

/** The line with the words marked that are searched for. */
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

function styled(
  line: TranscriptLine,
  { view: { transcriptOptions, scrollColumn, messageCursor }, keyNames, now }: State,
  theme: Theme,
  width: number,
  taskId: string,
): string {
  switch (line.kind) {
    case 'blank':
      return '';
    case 'text':
      return `  ${transcriptOptions.wrap ? styledRow(line, theme.text) : horizontalSlice(line, scrollColumn, width - INDENT, theme)}`;
    case 'heading': {
      const { from, at, delivery, separator } = line.block;
      if (separator !== null && separator !== 'retracted')
        return separatorLine(separator, at, now, theme, width);
      const isPointed = messageCursor?.taskId === taskId && messageCursor.message === line.message;
      const who = from === 'you' ? theme.you('you') : theme.agent('agent');
      const name = isPointed ? theme.selected(from) : who;
      if (delivery !== null)
        return truncate(`${name} ${theme.attention(withKeyNames(deliveryWords(delivery), keyNames))}`, width);
      const gone = separator === 'retracted' ? theme.dim(' taken back since') : '';
      return transcriptOptions.times || gone !== ''
        ? truncate(`${name} ${theme.dim(timeOfDay(at))}${gone}`, width)
        : name;
    }
  }
}

/** A line between two messages, as wide as the pane. A day that cannot have begun yet has none. */
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
    gap: 'some messages were not seen',
    new: 'new since you looked',
    day: localDate(at),
  }[mark];
  const rule = theme.glyphs.horizontal.repeat(2);
  return truncate((mark === 'new' ? theme.attention : theme.dim)(`${rule} ${words} ${rule}`), width);
}

/** What a window of `room` columns shows of a line that runs on; marks at its edges say that there is more. */
function horizontalSlice(row: StyledRow, column: number, room: number, theme: Theme): string {
  const more = isWider(row.text, column + room);
  if (column === 0 && !more) return styledRow(row, theme.text);
  const before = column > 0 && row.text !== '';
  const width = room - (before ? 1 : 0) - (more ? 1 : 0);
  const start = column + (before ? 1 : 0);
  const shown = styledRow(sliceRowColumns(row, start, start + width), theme.text);
  return `${before ? theme.dim('‹') : ''}${more ? padEnd(shown, width) + theme.dim('›') : shown}`;
}

/** What has become of a message so far; keys are not named yet. */
export function deliveryWords({ stage, resume }: Delivery): string {
  switch (stage) {
    case 'waiting':
      return resume ? 'queued; its task is resumed for it' : 'queued until the agent is ready';
    case 'resuming':
      return 'resuming the task, then it is sent';
    case 'sending':
      return 'sending…';
    case 'accepted':
      return 'sent';
    case 'unsure':
      return 'no answer: looking if it arrived';
    case 'asked':
      return `not known whether it arrived: ${keyFor('outbox')} asks`;
  }
}

/** Why there is no conversation to show. */
function emptyWords(state: State, task: Task): string {
  const phase: Phase = phaseIn(state, task);
  const entry = state.transcripts.get(task.id);
  switch (phase) {
    case 'error':
      return `The task is in error: its start or its agent failed, and its messages cannot be read. ${keyFor('resume')} starts it again.`;
    case 'unknown':
      return 'The server cannot tell how this task is, and its messages cannot be read now.';
    case 'pausing':
      return 'The task is pausing; its last messages can be read when it is paused.';
    case 'deleting':
      return 'The task is being deleted.';
    case 'queued':
    case 'starting':
    case 'resuming':
      return `The task is ${phase}. Its messages appear as soon as its agent answers.`;
    default:
      if (entry?.error != null) return sanitiseLine(errorText(entry.error));
      if (entry?.transcript == null) return 'Loading…';
      return isPauseSnapshot(state, task, entry.transcript)
        ? 'The agent left no messages behind when it was paused.'
        : 'No messages yet.';
  }
}

/**
 * Whether the transcript is a snapshot from a pause. Servers also answer an empty snapshot without a time for a task that
 * was never paused: on its first start, and on another one after that failed.
 */
function isPauseSnapshot(state: State, task: Task, { snapshot, snapshotAt, messages }: Transcript): boolean {
  if (!snapshot) return false;
  const phase = phaseIn(state, task);
  if (task.status === 'paused' || phase === 'pausing') return true;
  const wasTaken = messages.length > 0 || (snapshotAt !== null && isPlausibleTime(snapshotAt, state.now));
  return task.buildNumber > 1 && wasTaken;
}

/** The age is missing where the server does not report the time of the snapshot, or reports the year 1. */
function snapshotWords({ snapshotAt }: Transcript, now: number): string {
  const words = 'kept from before the pause';
  return snapshotAt === null || !isPlausibleTime(snapshotAt, now)
    ? words
    : `${words}, ${ageOf(snapshotAt, now)} ago`;
}

/** Which of the hits of a search is on screen; empty without a search. */
function hitCountWords({ view: { transcriptSearch } }: State, taskId: string, view: TranscriptView): string {
  if (transcriptSearch === null || transcriptSearch.text === '' || transcriptSearch.taskId !== taskId)
    return '';
  const hits = searchTranscript(view, transcriptSearch.text);
  if (hits.total === 0) return 'no hits';
  return transcriptSearch.hit === null
    ? counted(hits.total, 'hit')
    : `${hitsBefore(hits, transcriptSearch.hit) + 1} of ${hits.total}`;
}

/** Where the window stands and how fresh it is, for the corner of the pane: in more and in fewer words. */
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
  const isKept =
    entry?.transcript == null && mergedTranscriptOf(state, task.id).conversation.entries.length > 0;
  const kept =
    entry?.transcript != null && isPauseSnapshot(state, task, entry.transcript)
      ? [snapshotWords(entry.transcript, state.now), 'kept']
      : isKept
        ? ['kept here', 'kept']
        : ['', ''];
  const age = entry === undefined ? null : dataAge(entry, state.now);
  // What was kept cannot change: that is not what `live` means.
  const fresh = age === null || (isSnapshot && age.kind === 'live') ? ['', ''] : freshnessWords(age);
  const join = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(' · ');
  const found = hitCountWords(state, task.id, view);
  // Only what is here is searched.
  const above = found !== '' && mergedTranscriptOf(state, task.id).older !== 'none' ? 'more kept above' : '';
  return [
    join(found, above, place[0], kept[0], fresh[0]),
    join(found, place[1], kept[1], fresh[1]),
    join(found || place[1] || fresh[1]),
  ];
}
