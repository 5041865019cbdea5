import type { HeadlessApp } from '../support/faults/headless-app.ts';
import type { Method, RecordedCall } from '../support/faults/recorder.ts';

/** All calls of one method about one thing. */
type CallSequence = readonly RecordedCall[];

/** Polling intervals of the apps under test, s. */
export const PACE = { list: 10, transcript: 3 } as const;
/** The least time between two polls, ms. */
const MIN_INTERVALS_MS: Partial<Record<Method, number>> = {
  list: PACE.list * 600,
  get: PACE.transcript * 1_000,
  transcript: PACE.transcript * 1_000,
  latestBuild: PACE.transcript * 1_000,
};

function callSequences(calls: readonly RecordedCall[]): readonly CallSequence[] {
  const found = new Map<string, RecordedCall[]>();
  for (const each of calls) {
    const sequence = found.get(`${each.method} ${each.about}`);
    if (sequence === undefined) found.set(`${each.method} ${each.about}`, [each]);
    else sequence.push(each);
  }
  return [...found.values()];
}

const endOf = ({ ended }: RecordedCall): number => ended ?? Number.POSITIVE_INFINITY;

/** Descriptions of all violated rules: overlapping calls, early calls, too much load, ignored Retry-After. */
export function ruleViolations(app: HeadlessApp): readonly string[] {
  return callSequences(app.calls).flatMap((calls) => [
    ...overlappingCalls(calls),
    ...earlyCalls(calls, app),
    ...serverLoad(calls),
    ...ignoredRetryAfter(calls),
  ]);
}

const nameOf = ({ method, about }: RecordedCall): string => `${method} ${about}`.trim();

function pairs(calls: CallSequence): readonly (readonly [RecordedCall, RecordedCall])[] {
  return calls.slice(1).map((next, index) => [calls[index] as RecordedCall, next]);
}

const overlappingCalls = (calls: CallSequence): readonly string[] =>
  pairs(calls)
    .filter(([one, next]) => next.at < endOf(one))
    .map(([one]) => `${nameOf(one)}: two requests in flight`);

/** Polls that come sooner than configured, without a key press or an action that ended in between. */
function earlyCalls(calls: CallSequence, app: HeadlessApp): readonly string[] {
  const [first] = calls;
  const minInterval = first === undefined ? undefined : MIN_INTERVALS_MS[first.method];
  if (first === undefined || minInterval === undefined) return [];
  const isExcused = (from: number, to: number): boolean =>
    app.activityTimes.some((at) => at >= from && at <= to) ||
    app.calls.some(
      ({ method, ended }) => !READS.has(method) && ended !== null && ended >= from && ended <= to,
    );
  return pairs(calls)
    .filter(([one, next]) => next.at - one.at < minInterval && !isExcused(one.at, next.at))
    .map(([one, next]) => `${nameOf(one)} was requested again after ${next.at - one.at} ms`);
}

const READS: ReadonlySet<Method> = new Set<Method>([
  'list',
  'get',
  'transcript',
  'latestBuild',
  'build',
  'buildLogs',
  'agentLogs',
  'templates',
  'presets',
  'externalAuth',
  'me',
  'users',
  'serverInfo',
]);

/** These requests did not reach the server, or the client ended them. */
const WITHOUT_SERVER_WORK: ReadonlySet<string> = new Set(['unreachable', 'aborted', 'timeout']);

/** Reads that follow each other so fast that they use more than a tenth of the server's time. */
const serverLoad = (calls: CallSequence): readonly string[] =>
  pairs(calls)
    .filter(([one]) => READS.has(one.method) && !WITHOUT_SERVER_WORK.has(one.error?.kind ?? ''))
    .filter(([one, next]) => next.at - endOf(one) < 9 * (endOf(one) - one.at) - 1)
    .map(
      ([one, next]) =>
        `${nameOf(one)} took ${endOf(one) - one.at} ms and was requested again ${next.at - endOf(one)} ms later`,
    );

const ignoredRetryAfter = (calls: CallSequence): readonly string[] =>
  pairs(calls)
    .filter(([one, next]) => next.at - endOf(one) < (one.error?.retryAfterMs ?? 0) - 1_000)
    .map(
      ([one, next]) => `${nameOf(one)} ignores Retry-After: next request after ${next.at - endOf(one)} ms`,
    );
