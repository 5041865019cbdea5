import { isKnownTime } from './known-time.ts';
import { type Phase, phaseOf } from './phase.ts';
import type { Build } from './ports/backend.ts';
import type { Task } from './task.ts';

/** What a task spends its time with. `waiting` is for somebody: idle, failed, in error. */
export type Activity = 'queued' | 'starting' | 'working' | 'waiting' | 'done' | 'paused';

/** A time in which a task is known to have done nothing else. Unix ms. */
export interface Stretch {
  readonly activity: Activity;
  readonly from: number;
  readonly until: number;
  /** The task's build at the time; 0 when the server does not count. */
  readonly build: number;
}

/** One part of a task's life; `unknown` where nobody looked and the server does not tell. */
export interface Part {
  readonly activity: Activity | 'unknown';
  readonly from: number;
  readonly until: number;
}

/** What one look at a task proves; null for a task of which nothing is certain. `now` is when it was looked at, Unix ms. */
export function seenIn(task: Task, now: number): Stretch | null {
  const activity = activityOf(phaseOf(task, now), task);
  if (activity === null) return null;
  return { activity, from: Math.min(now, provenSince(task, now)), until: now, build: task.buildNumber };
}

function activityOf(phase: Phase, { status }: Task): Activity | null {
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
function provenSince({ status, state, buildNumber, createdAt }: Task, now: number): number {
  const known = (at: number): number => (isKnownTime(at, now) ? at : now);
  if (status === 'active' && state !== null) return known(state.at);
  return status === 'pending' && buildNumber <= 1 ? known(createdAt) : now;
}

/** Whether the task has done nothing else between the two, whoever looked or did not look meanwhile. */
export function isProvenSame(before: Stretch, after: Stretch): boolean {
  if (before.activity !== after.activity) return false;
  if (after.from <= before.until) return true;
  // A task that is paused by the same build was never started since.
  return before.activity === 'paused' && before.build > 0 && before.build === after.build;
}

/**
 * The known stretches, oldest first, with a new look. `watched`: the task was looked at all the while since the last one,
 * so that it did nothing but the one and then the other.
 */
export function withSeen(known: readonly Stretch[], seen: Stretch, watched: boolean): readonly Stretch[] {
  const last = known.at(-1);
  if (last === undefined) return [seen];
  const before = known.slice(0, -1);
  const until = Math.max(last.until, seen.until);
  if (isProvenSame(last, seen) || (watched && last.activity === seen.activity))
    return [...before, { ...last, until, build: seen.build }];
  if (!watched && seen.from > last.until) return [...known, seen];
  const change = Math.max(last.from, seen.from);
  const ended = change > last.from ? [{ ...last, until: change }] : [];
  return [...before, ...ended, { ...seen, from: change }];
}

/** What the times of a build prove, by the server's clock. What comes after a start is for the agent to say. */
export function stretchesOfBuild(build: Build): readonly Stretch[] {
  const { createdAt, startedAt, completedAt, transition, number } = build;
  const stretch = (activity: Activity, from: number | null, until: number | null): readonly Stretch[] =>
    from === null || until === null ? [] : [{ activity, from, until, build: number }];
  if (transition === 'start')
    return [...stretch('queued', createdAt, startedAt), ...stretch('starting', startedAt, completedAt)];
  return transition === 'stop' ? stretch('paused', startedAt, completedAt) : [];
}

/** Stretches of several writers in order, each time told once: where two differ, the one that began later knows better. */
export function inOrder(stretches: readonly Stretch[]): readonly Stretch[] {
  const waiting = stretches
    .filter(({ from, until }) => until > from)
    .map((stretch): Claim => ({ stretch, began: stretch.from }))
    .sort((a, b) => a.stretch.from - b.stretch.from || a.stretch.until - b.stretch.until);
  const told: Claim[] = [];
  for (let claim = waiting.shift(); claim !== undefined; claim = waiting.shift()) {
    const last = told.at(-1);
    const isSame = last?.stretch.activity === claim.stretch.activity;
    const gap = claim.stretch.from - (last?.stretch.until ?? 0);
    const isBridged = last !== undefined && isProvenSame(last.stretch, claim.stretch);
    if (last === undefined || (gap > 0 && !isBridged) || (gap === 0 && !isSame)) {
      told.push(claim);
      continue;
    }
    told.pop();
    if (isSame) {
      const until = Math.max(last.stretch.until, claim.stretch.until);
      const build = claim.stretch.build;
      told.push({ stretch: { ...last.stretch, until, build }, began: claim.began });
      continue;
    }
    const [better, other] = claim.began >= last.began ? [claim, last] : [last, claim];
    if (better === claim) tell(told, cut(last, last.stretch.from, claim.stretch.from));
    tell(told, better);
    // What is left of the other comes after it, and may have to give way again.
    queue(waiting, cut(other, Math.max(other.stretch.from, better.stretch.until), other.stretch.until));
  }
  return told.map(({ stretch }) => stretch);
}

/** A stretch, or what is left of one that began earlier. */
interface Claim {
  readonly stretch: Stretch;
  readonly began: number;
}

const cut = ({ stretch, began }: Claim, from: number, until: number): Claim => ({
  stretch: { ...stretch, from, until },
  began,
});

const isEmpty = ({ stretch }: Claim): boolean => stretch.until <= stretch.from;

const tell = (told: Claim[], claim: Claim): void => {
  if (!isEmpty(claim)) told.push(claim);
};

function queue(waiting: Claim[], claim: Claim): void {
  if (isEmpty(claim)) return;
  const place = waiting.findIndex(({ stretch }) => stretch.from >= claim.stretch.from);
  waiting.splice(place === -1 ? waiting.length : place, 0, claim);
}

/** The life of a task from `begin` to `end`, without gaps: what nobody knows is `unknown`. Unix ms. */
export function partsOf(stretches: readonly Stretch[], begin: number, end: number): readonly Part[] {
  const parts: Part[] = [];
  const add = (part: Part): void => {
    const last = parts.at(-1);
    if (part.until <= part.from) return;
    if (last?.activity === part.activity) parts[parts.length - 1] = { ...last, until: part.until };
    else parts.push(part);
  };
  let at = Math.min(begin, stretches[0]?.from ?? begin);
  for (const { activity, from, until } of stretches) {
    const start = Math.min(Math.max(from, at), end);
    add({ activity: 'unknown', from: at, until: start });
    at = Math.max(start, Math.min(until, end));
    add({ activity, from: start, until: at });
  }
  add({ activity: 'unknown', from: at, until: end });
  return parts;
}

export interface Total {
  readonly activity: Part['activity'];
  /** Ms. */
  readonly time: number;
  /** From 0 to 1, of the whole. */
  readonly share: number;
}

const ORDER: readonly Part['activity'][] = [
  'working',
  'waiting',
  'done',
  'paused',
  'starting',
  'queued',
  'unknown',
];

/** How much time went where; always in the same order, and only what there was. */
export function totalsOf(parts: readonly Part[]): readonly Total[] {
  const times = new Map<Part['activity'], number>();
  let whole = 0;
  for (const { activity, from, until } of parts) {
    times.set(activity, (times.get(activity) ?? 0) + until - from);
    whole += until - from;
  }
  return ORDER.flatMap((activity) => {
    const time = times.get(activity);
    return time === undefined ? [] : [{ activity, time, share: time / whole }];
  });
}

/** What was done most of the time in each of `cells` equal parts of the whole. */
export function cellsOf(parts: readonly Part[], cells: number): readonly Part['activity'][] {
  const begin = parts[0]?.from ?? 0;
  const width = ((parts.at(-1)?.until ?? begin) - begin) / cells;
  if (width <= 0) return [];
  let first = 0;
  return Array.from({ length: cells }, (_, cell) => {
    const from = begin + cell * width;
    const until = from + width;
    let best: Part['activity'] = 'unknown';
    let most = 0;
    while ((parts[first]?.until ?? Number.POSITIVE_INFINITY) <= from) first++;
    for (let index = first; index < parts.length; index++) {
      const part = parts[index];
      if (part === undefined || part.from >= until) break;
      const time = Math.min(part.until, until) - Math.max(part.from, from);
      if (time <= most) continue;
      most = time;
      best = part.activity;
    }
    return best;
  });
}
