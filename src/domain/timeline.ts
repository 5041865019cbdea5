import type { Build } from './build.ts';
import { type Phase, phaseOf } from './phase.ts';
import { isPlausibleTime } from './plausible-time.ts';

import { buildNumberOf, coderFacts, type Task } from './task.ts';

/**
 * The kind of a segment, in the words in which it is stored. `waiting`: idle; until `failed` was added, failed or in error
 * as well. `done`: complete. `failed`: failed or in error.
 */
export type SegmentKind = 'queued' | 'starting' | 'working' | 'waiting' | 'done' | 'failed' | 'paused';

/** A period in which the task certainly did nothing else. Unix ms. */
export interface TimelineSegment {
  readonly activity: SegmentKind;
  readonly from: number;
  readonly until: number;
  /** The task's build; 0 when the server does not count builds, and for a kind without builds. */
  readonly build: number;
}

/** A period of the timeline; `unknown` without any observation. Unix ms. */
export interface TimelineSpan {
  readonly activity: SegmentKind | 'unknown';
  readonly from: number;
  readonly until: number;
}

/** The word of the list for a kind. */
export const segmentWord = (activity: TimelineSpan['activity']): string =>
  activity === 'waiting' ? 'idle' : activity === 'done' ? 'complete' : activity;

/**
 * The segment that one observation of a task proves; null when it proves nothing. `now` is the time of the observation,
 * Unix ms.
 */
export function observedSegment(task: Task, now: number): TimelineSegment | null {
  const activity = segmentKind(phaseOf(task, now), task);
  if (activity === null) return null;
  return { activity, from: Math.min(now, certainSince(task, now)), until: now, build: buildNumberOf(task) };
}

function segmentKind(phase: Phase, { facts }: Task): SegmentKind | null {
  switch (phase) {
    case 'queued':
      return 'queued';
    case 'starting':
      return 'starting';
    case 'resuming':
      return facts.status === 'pending' ? 'queued' : 'starting';
    case 'working':
      return 'working';
    case 'idle':
      return 'waiting';
    case 'failed':
    case 'error':
      return 'failed';
    case 'complete':
      return 'done';
    case 'pausing':
    case 'paused':
      return 'paused';
    case 'deleting':
    case 'unknown':
      return null;
  }
}

/**
 * A report of a Coder Task holds until the next one. Its first build is queued since the task was created. Another kind
 * does not say since when.
 */
function certainSince(task: Task, now: number): number {
  const facts = coderFacts(task);
  if (facts === null) return now;
  const { state, createdAt } = task;
  const { status, buildNumber } = facts;
  const known = (at: number): number => (isPlausibleTime(at, now) ? at : now);
  if (status === 'active' && state !== null) return known(state.at);
  return status === 'pending' && buildNumber <= 1 ? known(createdAt) : now;
}

/** Whether the task certainly did nothing else between two segments, observed or not. */
export function isContinuous(before: TimelineSegment, after: TimelineSegment): boolean {
  if (before.activity !== after.activity) return false;
  if (after.from <= before.until) return true;
  // A task paused by the same build was not started in between.
  return before.activity === 'paused' && before.build > 0 && before.build === after.build;
}

/**
 * Adds an observation to the segments, oldest first. `isUninterrupted`: the task was observed all the time since the
 * last one, so it did nothing else in between.
 */
export function addObservation(
  segments: readonly TimelineSegment[],
  observed: TimelineSegment,
  isUninterrupted: boolean,
): readonly TimelineSegment[] {
  const last = segments.at(-1);
  if (last === undefined) return [observed];
  const before = segments.slice(0, -1);
  const until = Math.max(last.until, observed.until);
  if (isContinuous(last, observed) || (isUninterrupted && last.activity === observed.activity))
    return [...before, { ...last, until, build: observed.build }];
  if (!isUninterrupted && observed.from > last.until) return [...segments, observed];
  const change = Math.max(last.from, observed.from);
  const ended = change > last.from ? [{ ...last, until: change }] : [];
  return [...before, ...ended, { ...observed, from: change }];
}

/**
 * The segments that a build's times prove, by the server's clock. The time after a start is up to the agent's reports.
 */
export function buildSegments(build: Build): readonly TimelineSegment[] {
  const { createdAt, startedAt, completedAt, transition, number } = build;
  const segment = (
    activity: SegmentKind,
    from: number | null,
    until: number | null,
  ): readonly TimelineSegment[] =>
    from === null || until === null ? [] : [{ activity, from, until, build: number }];
  if (transition === 'start')
    return [...segment('queued', createdAt, startedAt), ...segment('starting', startedAt, completedAt)];
  return transition === 'stop' ? segment('paused', startedAt, completedAt) : [];
}

/** Merges overlapping segments of several writers. Where two differ, the one that started later wins. */
export function mergeSegments(segments: readonly TimelineSegment[]): readonly TimelineSegment[] {
  const remaining = segments
    .filter(({ from, until }) => until > from)
    .map((segment): DatedSegment => ({ segment, startedAt: segment.from }))
    .sort((a, b) => a.segment.from - b.segment.from || a.segment.until - b.segment.until);
  const merged: DatedSegment[] = [];
  for (let candidate = remaining.shift(); candidate !== undefined; candidate = remaining.shift()) {
    const last = merged.at(-1);
    const isSame = last?.segment.activity === candidate.segment.activity;
    const gap = candidate.segment.from - (last?.segment.until ?? 0);
    const isBridged = last !== undefined && isContinuous(last.segment, candidate.segment);
    if (last === undefined || (gap > 0 && !isBridged) || (gap === 0 && !isSame)) {
      merged.push(candidate);
      continue;
    }
    merged.pop();
    if (isSame) {
      const until = Math.max(last.segment.until, candidate.segment.until);
      const build = candidate.segment.build;
      merged.push({ segment: { ...last.segment, until, build }, startedAt: candidate.startedAt });
      continue;
    }
    const [newer, older] = candidate.startedAt >= last.startedAt ? [candidate, last] : [last, candidate];
    if (newer === candidate) pushSegment(merged, cutSegment(last, last.segment.from, candidate.segment.from));
    pushSegment(merged, newer);
    // The rest of the older segment comes after it, and may be overlapped again.
    insertSegment(
      remaining,
      cutSegment(older, Math.max(older.segment.from, newer.segment.until), older.segment.until),
    );
  }
  return merged.map(({ segment }) => segment);
}

/** A segment or the rest of one; `startedAt` is its original start. */
interface DatedSegment {
  readonly segment: TimelineSegment;
  readonly startedAt: number;
}

const cutSegment = ({ segment, startedAt }: DatedSegment, from: number, until: number): DatedSegment => ({
  segment: { ...segment, from, until },
  startedAt,
});

const isEmpty = ({ segment }: DatedSegment): boolean => segment.until <= segment.from;

const pushSegment = (segments: DatedSegment[], candidate: DatedSegment): void => {
  if (!isEmpty(candidate)) segments.push(candidate);
};

function insertSegment(segments: DatedSegment[], candidate: DatedSegment): void {
  if (isEmpty(candidate)) return;
  const insertAt = segments.findIndex(({ segment }) => segment.from >= candidate.segment.from);
  segments.splice(insertAt === -1 ? segments.length : insertAt, 0, candidate);
}

/** The timeline from `begin` to `end`, Unix ms, without gaps: unobserved periods are `unknown`. */
export function timelineSpans(
  segments: readonly TimelineSegment[],
  begin: number,
  end: number,
): readonly TimelineSpan[] {
  const spans: TimelineSpan[] = [];
  const add = (span: TimelineSpan): void => {
    const last = spans.at(-1);
    if (span.until <= span.from) return;
    if (last?.activity === span.activity) spans[spans.length - 1] = { ...last, until: span.until };
    else spans.push(span);
  };
  let at = Math.min(begin, segments[0]?.from ?? begin);
  for (const { activity, from, until } of segments) {
    const start = Math.min(Math.max(from, at), end);
    add({ activity: 'unknown', from: at, until: start });
    at = Math.max(start, Math.min(until, end));
    add({ activity, from: start, until: at });
  }
  add({ activity: 'unknown', from: at, until: end });
  return spans;
}

export interface TimelineTotal {
  readonly activity: TimelineSpan['activity'];
  /** Ms. */
  readonly time: number;
  /** From 0 to 1. */
  readonly fraction: number;
}

const KIND_ORDER: readonly TimelineSpan['activity'][] = [
  'working',
  'waiting',
  'done',
  'failed',
  'paused',
  'starting',
  'queued',
  'unknown',
];

/** The time of each kind in a fixed order, without kinds that never occurred. */
export function timelineTotals(spans: readonly TimelineSpan[]): readonly TimelineTotal[] {
  const times = new Map<TimelineSpan['activity'], number>();
  let total = 0;
  for (const { activity, from, until } of spans) {
    times.set(activity, (times.get(activity) ?? 0) + until - from);
    total += until - from;
  }
  return KIND_ORDER.flatMap((activity) => {
    const time = times.get(activity);
    return time === undefined ? [] : [{ activity, time, fraction: time / total }];
  });
}

/** The longest kind in each of `cells` equal parts of the timeline. */
export function sampleSpans(
  spans: readonly TimelineSpan[],
  cells: number,
): readonly TimelineSpan['activity'][] {
  const begin = spans[0]?.from ?? 0;
  const width = ((spans.at(-1)?.until ?? begin) - begin) / cells;
  if (width <= 0) return [];
  let first = 0;
  return Array.from({ length: cells }, (_, cell) => {
    const from = begin + cell * width;
    const until = from + width;
    let best: TimelineSpan['activity'] = 'unknown';
    let most = 0;
    while ((spans[first]?.until ?? Number.POSITIVE_INFINITY) <= from) first++;
    for (let index = first; index < spans.length; index++) {
      const span = spans[index];
      if (span === undefined || span.from >= until) break;
      const time = Math.min(span.until, until) - Math.max(span.from, from);
      if (time <= most) continue;
      most = time;
      best = span.activity;
    }
    return best;
  });
}
