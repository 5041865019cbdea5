import type { OwnFieldsById } from '../domain/own-fields.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import type { ResilientDatabase, WriteStep } from './resilient-database.ts';

/** Shared by all taskdecks; `deployment` is a deployment key. */
export function savedOwnFieldsOf(
  database: ResilientDatabase,
  deployment: string,
): Pick<SavedState, 'ownFields' | 'newOwnFields' | 'saveOwnFields'> {
  let version = 0;
  const read = (): OwnFieldsById => {
    version = database.dataVersion();
    return new Map(
      database
        .all('SELECT task, title, pin_order FROM own_field WHERE deployment = ?', deployment)
        .map((row) => [String(row.task), { title: String(row.title), pinOrder: Number(row.pin_order) }]),
    );
  };
  return {
    ownFields: read,
    newOwnFields: () => (database.dataVersion() === version ? null : read()),
    saveOwnFields(changes) {
      const steps = [...changes].flatMap(
        ([task, { title = null, pinOrder = null }]): readonly WriteStep[] => [
          ['INSERT OR IGNORE INTO own_field (deployment, task) VALUES (?, ?)', deployment, task],
          [
            `UPDATE own_field SET title = coalesce(?, title), pin_order = coalesce(?, pin_order)
             WHERE deployment = ? AND task = ?`,
            title,
            pinOrder,
            deployment,
            task,
          ],
        ],
      );
      return database.write(...steps, [
        "DELETE FROM own_field WHERE deployment = ? AND title = '' AND pin_order = 0",
        deployment,
      ]);
    },
  };
}
