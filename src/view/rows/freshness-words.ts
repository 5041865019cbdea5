import type { BackendErrorKind } from '../../domain/errors.ts';
import { shortDuration } from '../../domain/text/age.ts';
import type { DataAge } from '../../store/selectors.ts';

/** The age of data for the corner of a pane: a long and a short text. */
export function freshnessWords(age: DataAge): readonly [long: string, short: string] {
  switch (age.kind) {
    case 'loading':
      return both('connecting…');
    case 'live':
      return both('live');
    case 'stale':
      return both(`stale ${shortDuration(age.forMs)}`);
    case 'offline': {
      const state = `${failureWord(age.why)}${age.forMs === null ? '' : ` ${shortDuration(age.forMs)}`}`;
      if (age.retryInMs === 0) return [`${state}, trying again`, `${state}, retrying`];
      const wait = untilRetry(age.retryInMs);
      return [`${state}, next try in ${wait}`, `${state}, retry ${wait}`];
    }
  }
}

/** Shorter waits are shown in seconds. */
const COUNTED_MS = 100_000;
const untilRetry = (ms: number): string =>
  ms < COUNTED_MS ? `${Math.ceil(ms / 1_000)}s` : `${Math.ceil(ms / 60_000)}m`;

const both = (words: string): readonly [string, string] => [words, words];

function failureWord(why: BackendErrorKind): string {
  switch (why) {
    case 'unreachable':
    case 'timeout':
      return 'offline';
    case 'signed-out':
      return 'signed out';
    case 'rate-limited':
      return 'waiting';
    default:
      return 'failing';
  }
}
