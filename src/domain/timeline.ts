import { type Phase, phaseOf } from './phase.ts';
import { isPlausibleTime } from './plausible-time.ts';
import type { Build } from './ports/backend.ts';
import type { Task } from './task.ts';

/** What a task spends its time with. `waiting` is for somebody: idle, failed, in error. */
export type SegmentKind = 'queued' | 'starting' | 'working' | 'waiting' | 'done' | 'paused';

/** A time in which a task is known to have done nothing else. Unix ms. */
export interface TimelineSegment {
  readonly activity: SegmentKind;
  readonly from: number;
  readonly until: number;
  /** The task's build at the time; 0 when the server does not count. */
  readonly build: number;
}

/** One part of a task's life; `unknown` where nobody looked and the server does not tell. */
export interface TimelineSpan {
  readonly activity: SegmentKind | 'unknown';
  readonly from: number;
  readonly until: number;
}

/** What one look at a task proves; null for a task of which nothing is certain. `now` is when it was looked at, Unix ms. */
export function observedSegment(task: Task, now: number): TimelineSegment | null {
  const activity = segmentKind(phaseOf(task, now), task);
  if (activity === null) return null;
  return { activity, from: Math.min(now, certainSince(task, now)), until: now, build: task.buildNumber };
}

function segmentKind(phase: Phase, { status }: Task): SegmentKind | null {
  switch (phase) {
    case 'queued':
      return 'queued';
    case 'starting':
      return 'starting';
    case 'resuming':
      return status === 'pending' ? 'queued' : 'starting';
    case 'working':
      return 'working';
    case 'idle':
    case 'failed':
    case 'error':
      return 'waiting';
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

/** An agent's last word holds until the next one. A task's first build waits since the task was made. */
function certainSince({ status, state, buildNumber, createdAt }: Task, now: number): number {
  const known = (at: number): number => (isPlausibleTime(at, now) ? at : now);
  if (status === 'active' && state !== null) return known(state.at);
  return status === 'pending' && buildNumber <= 1 ? known(createdAt) : now;
}

/** Whether the task has done nothing else between the two, whoever looked or did not look meanwhile. */
export function isContinuous(before: TimelineSegment, after: TimelineSegment): boolean {
  if (before.activity !== after.activity) return false;
  if (after.from <= before.until) return true;
  // A task that is paused by the same build was never started since.
  return before.activity === 'paused' && before.build > 0 && before.build === after.build;
}

/**
 * The known stretches, oldest first, with a new look. `watched`: the task was looked at all the while since the last one,
 * so that it did nothing but the one and then the other.
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

/** What the times of a build prove, by the server's clock. What comes after a start is for the agent to say. */
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

/** Stretches of several writers in order, each time told once: where two differ, the one that began later knows better. */
export function mergeSegments(segments: readonly TimelineSegment[]): readonly TimelineSegment[] {
  const remaining = segments
    .filter(({ from, until }) => until > from)
    .map((segment): DatedSegment => ({ segment, startedAt: segment.from }))
    .sort((a, b) => a.segment.from - b.segment.from || a.segment.until - b.segment.until);
  const merged: DatedSegment[] = [];
  for (let claim = remaining.shift(); claim !== undefined; claim = remaining.shift()) {
    const last = merged.at(-1);
    const isSame = last?.segment.activity === claim.segment.activity;
    const gap = claim.segment.from - (last?.segment.until ?? 0);
    const isBridged = last !== undefined && isContinuous(last.segment, claim.segment);
    if (last === undefined || (gap > 0 && !isBridged) || (gap === 0 && !isSame)) {
      merged.push(claim);
      continue;
    }
    merged.pop();
    if (isSame) {
      const until = Math.max(last.segment.until, claim.segment.until);
      const build = claim.segment.build;
      merged.push({ segment: { ...last.segment, until, build }, startedAt: claim.startedAt });
      continue;
    }
    const [newer, older] = claim.startedAt >= last.startedAt ? [claim, last] : [last, claim];
    if (newer === claim) pushSegment(merged, cutSegment(last, last.segment.from, claim.segment.from));
    pushSegment(merged, newer);
    // What is left of the other comes after it, and may have to give way again.
    insertSegment(
      remaining,
      cutSegment(older, Math.max(older.segment.from, newer.segment.until), older.segment.until),
    );
  }
  return merged.map(({ segment }) => segment);
}

/** A stretch, or what is left of one that began earlier. */
interface DatedSegment {
  readonly segment: TimelineSegment;
  readonly startedAt: number;
}

const cutSegment = ({ segment, startedAt }: DatedSegment, from: number, until: number): DatedSegment => ({
  segment: { ...segment, from, until },
  startedAt,
});

const isEmpty = ({ segment }: DatedSegment): boolean => segment.until <= segment.from;

const pushSegment = (segments: DatedSegment[], claim: DatedSegment): void => {
  if (!isEmpty(claim)) segments.push(claim);
};

function insertSegment(segments: DatedSegment[], claim: DatedSegment): void {
  if (isEmpty(claim)) return;
  const place = segments.findIndex(({ segment }) => segment.from >= claim.segment.from);
  segments.splice(place === -1 ? segments.length : place, 0, claim);
}

/** The life of a task from `begin` to `end`, without gaps: what nobody knows is `unknown`. Unix ms. */
export function timelineSpans(
  segments: readonly TimelineSegment[],
  begin: number,
  end: number,
): readonly TimelineSpan[] {
  const spans: TimelineSpan[] = [];
  const add = (part: TimelineSpan): void => {
    const last = spans.at(-1);
    if (part.until <= part.from) return;
    if (last?.activity === part.activity) spans[spans.length - 1] = { ...last, until: part.until };
    else spans.push(part);
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
  /** From 0 to 1, of the whole. */
  readonly fraction: number;
}

const KIND_ORDER: readonly TimelineSpan['activity'][] = [
  'working',
  'waiting',
  'done',
  'paused',
  'starting',
  'queued',
  'unknown',
];

/** How much time went where; always in the same order, and only what there was. */
export function timelineTotals(spans: readonly TimelineSpan[]): readonly TimelineTotal[] {
  const times = new Map<TimelineSpan['activity'], number>();
  let whole = 0;
  for (const { activity, from, until } of spans) {
    times.set(activity, (times.get(activity) ?? 0) + until - from);
    whole += until - from;
  }
  return KIND_ORDER.flatMap((activity) => {
    const time = times.get(activity);
    return time === undefined ? [] : [{ activity, time, fraction: time / whole }];
  });
}

/** What was done most of the time in each of `cells` equal parts of the whole. */
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
      const part = spans[index];
      if (part === undefined || part.from >= until) break;
      const time = Math.min(part.until, until) - Math.max(part.from, from);
      if (time <= most) continue;
      most = time;
      best = part.activity;
    }
    return best;
  });
}
