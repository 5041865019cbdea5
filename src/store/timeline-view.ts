import type { Build } from '../domain/ports/backend.ts';
import { madeAt, sinceWhen } from '../domain/since.ts';
import type { Task } from '../domain/task.ts';
import {
  cellsOf,
  inOrder,
  type Part,
  partsOf,
  type Stretch,
  seenIn,
  stretchesOfBuild,
  type Total,
  totalsOf,
  withSeen,
} from '../domain/timeline.ts';
import { remember } from './remember.ts';
import { howFresh } from './selectors.ts';
import type { State } from './state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface TimelineView {
  readonly parts: readonly Part[];
  readonly totals: readonly Total[];
}

/** How a task has spent its life so far; null until it is read, and where nothing of it is known. */
export function timelineView(state: State, task: Task): TimelineView | null {
  const stretches = state.timelines.get(task.id);
  const build = state.builds.get(task.id)?.build;
  return stretches === undefined ? null : viewed(stretches, build, task, endOf(state, task));
}

/**
 * Until when it is told: it moves on when the task's age in the list does, so that a quiet screen stays as it is, and
 * no further than the data goes.
 */
function endOf({ list, now }: State, task: Task): number {
  const end = howFresh(list, now).kind === 'live' ? now : Math.min(now, list.at ?? now);
  const since = Math.min(sinceWhen(task, now), end);
  const age = end - since;
  const step = age < HOUR ? MINUTE : age < DAY ? HOUR : DAY;
  return since + Math.floor(age / step) * step;
}

const viewed = remember(
  (stretches: readonly Stretch[], build: Build | undefined, task: Task, end: number): TimelineView | null => {
    const seen = seenIn(task, end);
    const past = build === undefined ? stretches : inOrder([...stretches, ...stretchesOfBuild(build)]);
    // Whatever changes is told by the recorder: until then it goes on as it was.
    const last = past.at(-1);
    const isSame =
      last?.activity === seen?.activity &&
      (last?.build === seen?.build || last?.activity === stretches.at(-1)?.activity);
    const known = inOrder(seen === null ? past : withSeen(past, seen, isSame));
    if (known.length === 0) return null;
    const parts = partsOf(known, madeAt(task, end) || (known[0]?.from ?? end), end);
    return parts.length === 0 ? null : { parts, totals: totalsOf(parts) };
  },
);

export const timelineCells = remember(({ parts }: TimelineView, cells: number) => cellsOf(parts, cells));
