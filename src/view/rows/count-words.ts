import type { Phase } from '../../domain/phase.ts';
import type { Counts } from '../../store/selectors.ts';

/** Phases that are counted together, with the word for them. */
interface PhaseGroup {
  readonly word: string;
  readonly phases: readonly Phase[];
}

/** In the order of the header. */
const GROUPS: readonly PhaseGroup[] = [
  { word: 'working', phases: ['working'] },
  { word: 'starting', phases: ['queued', 'starting', 'resuming'] },
  { word: 'idle', phases: ['idle'] },
  { word: 'complete', phases: ['complete'] },
  { word: 'failed', phases: ['failed', 'error'] },
  { word: 'paused', phases: ['pausing', 'paused'] },
  { word: 'deleting', phases: ['deleting'] },
  { word: 'unknown', phases: ['unknown'] },
];

/** The words in the order in which they are left out where there is no room for all. */
const LEAST_IMPORTANT_FIRST = [
  'unknown',
  'deleting',
  'complete',
  'paused',
  'idle',
  'starting',
  'failed',
  'working',
];

/** The number of tasks in a group of phases, such as `4 idle`. */
export interface PhaseCount {
  readonly word: string;
  readonly text: string;
}

/** The tasks that do not need the user, by phase; without zeros. */
export const phaseCounts = ({ byPhase }: Counts): readonly PhaseCount[] =>
  GROUPS.flatMap(({ word, phases }) => {
    const count = phases.reduce((sum, phase) => sum + (byPhase.get(phase) ?? 0), 0);
    return count === 0 ? [] : [{ word, text: `${count} ${word}` }];
  });

/** All counts, then without the least important one, and so on down to one; the empty list for none. */
export function shorterCounts(counts: readonly PhaseCount[]): readonly (readonly PhaseCount[])[] {
  const left = LEAST_IMPORTANT_FIRST.filter((word) => counts.some((count) => count.word === word));
  if (left.length === 0) return [[]];
  return left.map((_, dropped) => counts.filter(({ word }) => !left.slice(0, dropped).includes(word)));
}
