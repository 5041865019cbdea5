import type { SavedState } from '../domain/ports/saved-state.ts';
import type { ResilientDatabase } from './resilient-database.ts';

/** The number of tasks stored as seen for one deployment, newest first. */
export const SEEN_TASKS_LIMIT = 5_000;

/** `deployment` is a deployment key. */
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
  saveSeen(fingerprints) {
    if (fingerprints.size === 0) return true;
    return database.write(
      ...[...fingerprints].map(
        ([task, fingerprint]) =>
          [
            'INSERT OR REPLACE INTO seen (deployment, task, sight) VALUES (?, ?, ?)',
            deployment,
            task,
            fingerprint,
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
