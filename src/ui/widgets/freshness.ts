import { shortDuration } from '../../domain/text/age.ts';
import type { Age } from '../../store/selectors.ts';

/** How old data is, in words that fit a corner. */
export function freshnessWords(age: Age): string {
  switch (age.kind) {
    case 'loading':
      return 'connecting…';
    case 'live':
      return 'live';
    case 'stale':
      return `stale ${shortDuration(age.forMs)}`;
    case 'offline': {
      const next = `next try in ${Math.ceil(age.retryInMs / 1_000)}s`;
      return age.forMs === null ? next : `${shortDuration(age.forMs)} old, ${next}`;
    }
  }
}
