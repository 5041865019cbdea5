import type { Phase } from '../domain/phase.ts';
import { phaseSince } from '../domain/phase-since.ts';
import type { Task } from '../domain/task.ts';
import { msUntilNextAge } from '../domain/text/age.ts';
import { memoize } from './memoize.ts';
import { phaseIn } from './slices/actions.ts';
import { type AttentionInputs, DEBOUNCE_MS, needsAttentionIn, nextSnoozeEnd } from './slices/attention.ts';

/** The phase of a task, and whether it needs the user. */
export interface TaskStatus {
  readonly phase: Phase;
  readonly needsYou: boolean;
}

interface KnownStatus extends TaskStatus {
  /** It holds from, and until, Unix ms. */
  readonly from: number;
  readonly until: number;
}

const knownStatuses = memoize(
  (
    _pendingChanges: AttentionInputs['pendingChanges'],
    _seenFingerprints: AttentionInputs['seenFingerprints'],
  ) => new WeakMap<Task, KnownStatus>(),
);

/** Computed once for each task while it stays the same and the clock alone cannot change it: most polls change few tasks. */
export function taskStatus(state: AttentionInputs, task: Task): TaskStatus {
  const { now } = state;
  const statuses = knownStatuses(state.pendingChanges, state.seenFingerprints);
  const known = statuses.get(task);
  if (known !== undefined && known.from <= now && now < known.until) return known;
  const status = {
    phase: phaseIn(state, task),
    needsYou: needsAttentionIn(state, task),
    from: now,
    until: Math.min(nextChangeByTime(task, now), nextSnoozeEnd(state)),
  };
  statuses.set(task, status);
  return status;
}

/** When the clock alone can next change the phase of a task, or whether it needs the user; Unix ms. */
export function nextChangeByTime(task: Task, now: number): number {
  const age = now - phaseSince(task, now);
  return now + (age < DEBOUNCE_MS ? DEBOUNCE_MS - age : msUntilNextAge(age));
}
