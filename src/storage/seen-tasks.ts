import type { SavedState } from '../domain/ports/saved-state.ts';
import type { ResilientDatabase } from './resilient-database.ts';

/** Of so many tasks of one deployment it is remembered that they were looked at, the latest ones. */
export const SEEN_TASKS_LIMIT = 5_000;

/** What was looked at, of one deployment; `deployment` is its key. */
export const seenTasksOf = (
  database: ResilientDatabase,
  deployment: string,
): Pick<SavedState, 'seenFingerprints' | 'saveSeen'> => ({
  seenFingerprints: () =>
    new Map(
      database
        .all('SELECT task, sight FROM seen WHERE deployment = ?', deployment)
        .map((row) => [String(row.task), String(row.sight)]),
    ),
  saveSeen(sights) {
    if (sights.size === 0) return true;
    return database.write(
      ...[...sights].map(
        ([task, sight]) =>
          [
            'INSERT OR REPLACE INTO seen (deployment, task, sight) VALUES (?, ?, ?)',
            deployment,
            task,
            sight,
          ] as const,
      ),
      [
        `DELETE FROM seen WHERE deployment = ?1 AND id <=
           (SELECT id FROM seen WHERE deployment = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
        deployment,
        SEEN_TASKS_LIMIT,
      ],
    );
  },
});
