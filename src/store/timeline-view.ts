import { creationTime, phaseSince } from '../domain/phase-since.ts';
import type { Build } from '../domain/ports/backend.ts';
import type { Task } from '../domain/task.ts';
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
} from '../domain/timeline.ts';
import { memoize } from './memoize.ts';
import { dataAge } from './selectors.ts';
import type { State } from './state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface TimelineView {
  readonly spans: readonly TimelineSpan[];
  readonly totals: readonly TimelineTotal[];
}

/** How a task has spent its life so far; null until it is read, and where nothing of it is known. */
export function timelineView(state: State, task: Task): TimelineView | null {
  const stretches = state.timelines.get(task.id);
  const build = state.builds.get(task.id)?.build;
  return stretches === undefined ? null : buildTimeline(stretches, build, task, timelineEnd(state, task));
}

/**
 * Until when it is told: it moves on when the task's age in the list does, so that a quiet screen stays as it is, and
 * no further than the data goes.
 */
function timelineEnd({ listFreshness, now }: State, task: Task): number {
  const end =
    dataAge(listFreshness, now).kind === 'live' ? now : Math.min(now, listFreshness.requestedAt ?? now);
  const since = Math.min(phaseSince(task, now), end);
  const age = end - since;
  const step = age < HOUR ? MINUTE : age < DAY ? HOUR : DAY;
  return since + Math.floor(age / step) * step;
}

const buildTimeline = memoize(
  (
    stretches: readonly TimelineSegment[],
    build: Build | undefined,
    task: Task,
    end: number,
  ): TimelineView | null => {
    const seen = observedSegment(task, end);
    const past = build === undefined ? stretches : mergeSegments([...stretches, ...buildSegments(build)]);
    // Whatever changes is told by the recorder: until then it goes on as it was.
    const last = past.at(-1);
    const isSame =
      last?.activity === seen?.activity &&
      (last?.build === seen?.build || last?.activity === stretches.at(-1)?.activity);
    const known = mergeSegments(seen === null ? past : addObservation(past, seen, isSame));
    if (known.length === 0) return null;
    const parts = timelineSpans(known, creationTime(task, end) || (known[0]?.from ?? end), end);
    return parts.length === 0 ? null : { spans: parts, totals: timelineTotals(parts) };
  },
);

export const timelineBarCells = memoize(({ spans }: TimelineView, cells: number) =>
  sampleSpans(spans, cells),
);
