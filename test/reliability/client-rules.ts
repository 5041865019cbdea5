import type { HeadlessApp } from '../support/faults/headless-app.ts';
import type { Method, RecordedCall } from '../support/faults/recorder.ts';

/** What is asked of one thing: all that must never overlap. */
type CallSequence = readonly RecordedCall[];

/** The least time between two questions that nobody's key is behind, by the pace of the worlds here: ms. */
export const PACE = { list: 10, transcript: 3 } as const;
const LEAST: Partial<Record<Method, number>> = {
  list: PACE.list * 600,
  get: PACE.transcript * 1_000,
  transcript: PACE.transcript * 1_000,
  latestBuild: PACE.transcript * 1_000,
};

function callSequences(asked: readonly RecordedCall[]): readonly CallSequence[] {
  const found = new Map<string, RecordedCall[]>();
  for (const each of asked) {
    const lane = found.get(`${each.method} ${each.about}`);
    if (lane === undefined) found.set(`${each.method} ${each.about}`, [each]);
    else lane.push(each);
  }
  return [...found.values()];
}

const endOf = ({ ended }: RecordedCall): number => ended ?? Number.POSITIVE_INFINITY;

/** What a client must never do to a server, in words; empty when it did none of it. */
export function ruleViolations(world: HeadlessApp): readonly string[] {
  return callSequences(world.calls).flatMap((lane) => [
    ...overlappingCalls(lane),
    ...earlyCalls(lane, world),
    ...serverLoad(lane),
    ...ignoredRetryAfter(lane),
  ]);
}

const nameOf = ({ method, about }: RecordedCall): string => `${method} ${about}`.trim();

function pairs(lane: CallSequence): readonly (readonly [RecordedCall, RecordedCall])[] {
  return lane.slice(1).map((next, index) => [lane[index] as RecordedCall, next]);
}

/** More than one request of a kind in flight. */
const overlappingCalls = (lane: CallSequence): readonly string[] =>
  pairs(lane)
    .filter(([one, next]) => next.at < endOf(one))
    .map(([one]) => `${nameOf(one)} was asked twice at once`);

/** More often than was configured, other than for a key, or for what a key brought about. */
function earlyCalls(lane: CallSequence, world: HeadlessApp): readonly string[] {
  const [first] = lane;
  const least = first === undefined ? undefined : LEAST[first.method];
  if (first === undefined || least === undefined) return [];
  const isExcused = (from: number, to: number): boolean =>
    world.activityTimes.some((at) => at >= from && at <= to) ||
    world.calls.some(
      ({ method, ended }) => !READS.has(method) && ended !== null && ended >= from && ended <= to,
    );
  return pairs(lane)
    .filter(([one, next]) => next.at - one.at < least && !isExcused(one.at, next.at))
    .map(([one, next]) => `${nameOf(one)} was asked again after ${next.at - one.at} ms`);
}

const READS: ReadonlySet<Method> = new Set<Method>([
  'list',
  'get',
  'transcript',
  'latestBuild',
  'build',
  'buildLogs',
  'templates',
  'presets',
  'externalAuth',
  'me',
  'users',
  'serverInfo',
]);

/** A request that did not reach the server, or was given up, is no work of its. */
const NO_WORK: ReadonlySet<string> = new Set(['unreachable', 'aborted', 'timeout']);

/** The server is kept busy for more than a tenth of the time. */
const serverLoad = (lane: CallSequence): readonly string[] =>
  pairs(lane)
    .filter(([one]) => READS.has(one.method) && !NO_WORK.has(one.error?.kind ?? ''))
    .filter(([one, next]) => next.at - endOf(one) < 9 * (endOf(one) - one.at) - 1)
    .map(
      ([one, next]) =>
        `${nameOf(one)} took ${endOf(one) - one.at} ms and was asked again ${next.at - endOf(one)} ms later`,
    );

/** The server said how long to wait, and was asked before. */
const ignoredRetryAfter = (lane: CallSequence): readonly string[] =>
  pairs(lane)
    .filter(([one, next]) => next.at - endOf(one) < (one.error?.retryAfterMs ?? 0) - 1_000)
    .map(([one, next]) => `${nameOf(one)} was asked ${next.at - endOf(one)} ms after it was told to wait`);
