import type { BackendErrorKind } from '../../domain/errors.ts';
import { shortDuration } from '../../domain/text/age.ts';
import type { Age } from '../../store/selectors.ts';

/** How old data is, in words for a corner; the same in fewer words after it. */
export function freshnessWords(age: Age): readonly [long: string, short: string] {
  switch (age.kind) {
    case 'loading':
      return both('connecting…');
    case 'live':
      return both('live');
    case 'stale':
      return both(`stale ${shortDuration(age.forMs)}`);
    case 'offline': {
      const state = `${failureWord(age.why)}${age.forMs === null ? '' : ` ${shortDuration(age.forMs)}`}`;
      const seconds = `${Math.ceil(age.retryInMs / 1_000)}s`;
      return [`${state}, next try in ${seconds}`, `${state}, retry ${seconds}`];
    }
  }
}

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
