import type { Build } from '../../domain/build.ts';
import { creationTime, phaseSince } from '../../domain/phase-since.ts';
import type { Task } from '../../domain/task.ts';
import {
  addObservation,
  buildSegments,
  mergeSegments,
  observedSegment,
  sampleSpans,
  type TimelineSegment,
  type TimelineSpan,
  type TimelineTotal,
  timelineSpans,
  timelineTotals,
} from '../../domain/timeline.ts';
import { freshnessOf } from '../../store/list-freshness.ts';
import { memoize } from '../../store/memoize.ts';
import { dataAge } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface TimelineView {
  readonly spans: readonly TimelineSpan[];
  readonly totals: readonly TimelineTotal[];
}

/** The phases of a task over its life; null until they are loaded, and without data. */
export function timelineView(state: State, task: Task): TimelineView | null {
  const segments = state.timelines.get(task.id);
  const build = state.builds.get(task.id)?.build;
  return segments === undefined ? null : buildTimeline(segments, build, task, timelineEnd(state, task));
}

/** Unix ms. Advances with the task's age, so that a quiet screen stays as it is; stops when the list is stale. */
function timelineEnd(state: State, task: Task): number {
  const { now } = state;
  const freshness = freshnessOf(state, task);
  const end = dataAge(freshness, now).kind === 'live' ? now : Math.min(now, freshness.requestedAt ?? now);
  const since = Math.min(phaseSince(task, now), end);
  const age = end - since;
  const step = age < HOUR ? MINUTE : age < DAY ? HOUR : DAY;
  return since + Math.floor(age / step) * step;
}

const buildTimeline = memoize(
  (
    segments: readonly TimelineSegment[],
    build: Build | undefined,
    task: Task,
    end: number,
  ): TimelineView | null => {
    const current = observedSegment(task, end);
    const past = build === undefined ? segments : mergeSegments([...segments, ...buildSegments(build)]);
    // The recorder adds changes; until then the last segment goes on.
    const last = past.at(-1);
    const isSame =
      last?.activity === current?.activity &&
      (last?.build === current?.build || last?.activity === segments.at(-1)?.activity);
    const all = mergeSegments(current === null ? past : addObservation(past, current, isSame));
    if (all.length === 0) return null;
    const spans = timelineSpans(all, creationTime(task, end) || (all[0]?.from ?? end), end);
    return spans.length === 0 ? null : { spans, totals: timelineTotals(spans) };
  },
);

export const timelineBarCells = memoize(({ spans }: TimelineView, cells: number) =>
  sampleSpans(spans, cells),
);
