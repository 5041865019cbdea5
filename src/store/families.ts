import { type Families, familiesOf, NO_FAMILIES, reuseUnchangedFamilies } from '../domain/families.ts';
import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';

let last = NO_FAMILIES;

/** The families of these tasks. The same object as the one before when equal: most polls change no family. */
export const familiesIn = memoize((tasks: readonly Task[]): Families => {
  last = reuseUnchangedFamilies(last, familiesOf(tasks));
  return last;
});
