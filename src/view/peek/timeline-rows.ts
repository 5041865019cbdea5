import { phaseSince } from '../../domain/phase-since.ts';
import type { Task } from '../../domain/task.ts';
import { roundDuration } from '../../domain/text/age.ts';
import { localDate, timeOfDay } from '../../domain/text/time-of-day.ts';
import { padEnd, truncate } from '../../domain/text/width.ts';
import {
  observedSegment,
  segmentWord,
  type TimelineSpan,
  type TimelineTotal,
} from '../../domain/timeline.ts';
import type { State } from '../../store/state.ts';
import { percentOf, wholeOf } from '../detail/timeline-line.ts';
import { timelineBarCells, timelineView } from '../detail/timeline-view.ts';
import type { PeekRow } from './peek-row.ts';
import { section } from './peek-row.ts';

/** More changes are only counted. */
const MAX_CHANGES = 50;
/** Columns of the bar. */
const MAX_BAR = 80;
/** The columns of the longest word, of a date with its time, and of a duration with a blank. */
const WORD_COLUMNS = 8;
const DATE_COLUMNS = 21;
const TIME_COLUMNS = 9;

/** Two signs and a blank. */
const SIGN_COLUMNS = 3;

const MINUTE = 60_000;

const durationOf = (ms: number): string => (ms < MINUTE ? '<1m' : roundDuration(ms));

/** `42 % of 3h 10m`; empty for less than a minute. */
const shareOf = (total: TimelineTotal, whole: number): string =>
  whole < MINUTE ? '' : `${percentOf(total)} of ${roundDuration(whole)}`;

/** The present phase; null for one that the timeline does not have. */
function presentSpan({ now }: State, task: Task): TimelineSpan | null {
  const observed = observedSegment(task, now);
  return observed === null ? null : { activity: observed.activity, from: phaseSince(task, now), until: now };
}

/** The timeline with the meaning of its signs, then the changes of the phase, the newest first; none without data. */
export function timelineRows(state: State, task: Task, width: number): readonly PeekRow[] {
  const view = timelineView(state, task);
  if (view === null) return [];
  const room = Math.max(1, width - SIGN_COLUMNS);
  const whole = wholeOf(view.totals);
  const isShown = ({
    activity,
    time,
  }: {
    readonly activity: TimelineSpan['activity'];
    readonly time: number;
  }) => activity !== 'unknown' || time >= MINUTE;
  const legend = view.totals.filter(isShown).map((total): PeekRow => {
    const word = padEnd(segmentWord(total.activity), WORD_COLUMNS);
    const time = padEnd(durationOf(total.time), TIME_COLUMNS);
    return {
      kind: 'sign',
      activity: total.activity,
      text: truncate(`${word} ${time} ${shareOf(total, whole)}`.trimEnd(), room),
    };
  });
  const spans = view.spans.filter(({ activity, from, until }) => isShown({ activity, time: until - from }));
  const present = presentSpan(state, task);
  // The timeline has no phase of less than a minute at its end.
  const isListed = present === null || spans.at(-1)?.activity === present.activity;
  const all = isListed ? spans : [...spans, present];
  const changes = all.toReversed().map(({ activity, from, until }, index): PeekRow => {
    const date = padEnd(`${localDate(from)} ${timeOfDay(from)}`, DATE_COLUMNS);
    const isPresent = index === 0 && activity === present?.activity;
    const time = `${durationOf(until - from)}${isPresent ? ' so far' : ''}`;
    const words = `${date} ${padEnd(segmentWord(activity), WORD_COLUMNS)} ${time}`;
    return { kind: 'sign', activity, text: truncate(words, room) };
  });
  const more = changes.length - MAX_CHANGES;
  return [
    ...section('Timeline', [
      { kind: 'bar', cells: timelineBarCells(view, Math.min(MAX_BAR, Math.max(1, width))), text: '' },
      ...legend,
    ]),
    ...section(truncate('Changes of the phase, as far as seen from here', Math.max(1, width)), [
      ...changes.slice(0, MAX_CHANGES),
      ...(more > 0 ? [{ kind: 'dim', text: `… ${more} earlier` } as const] : []),
    ]),
  ];
}
