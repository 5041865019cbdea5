import type { ResilientDatabase } from './resilient-database.ts';

/**
 * Moves all data from one key to another. Of two drafts for one task the moved one wins, and the other goes to the
 * prompt history; of two lists of a scope the moved one wins. False when the write failed; then nothing was moved.
 */
export function mergeAnonymousData(database: ResilientDatabase, from: string, to: string): boolean {
  return database.write(
    [
      `INSERT INTO prompt (deployment, text) SELECT old.deployment, old.text FROM draft AS old
         JOIN draft AS new ON new.key = old.key AND new.text <> old.text
         WHERE old.deployment = ?1 AND new.deployment = ?2`,
      to,
      from,
    ],
    ['UPDATE OR REPLACE draft SET deployment = ?1 WHERE deployment = ?2', to, from],
    [
      'INSERT INTO prompt (deployment, text) SELECT ?1, text FROM prompt WHERE deployment = ?2 ORDER BY id',
      to,
      from,
    ],
    ['DELETE FROM prompt WHERE deployment = ?', from],
    ['UPDATE OR REPLACE seen SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['UPDATE OR REPLACE own_field SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['UPDATE OR REPLACE listing SET deployment = ?1 WHERE deployment = ?2', to, from],
    // The user's own layout wins; without one, the layout of this run stays.
    ['UPDATE OR IGNORE layout SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['DELETE FROM layout WHERE deployment = ?', from],
    ['UPDATE OR REPLACE timeline SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['UPDATE OR REPLACE timeline_run SET deployment = ?1 WHERE deployment = ?2', to, from],
    // If both stored a conversation of a task, the user's wins; the messages on the screen are saved again under the
    // user's key.
    ['UPDATE OR IGNORE archived_task SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['DELETE FROM archived_entry WHERE task IN (SELECT id FROM archived_task WHERE deployment = ?)', from],
    ['DELETE FROM archived_task WHERE deployment = ?', from],
    ['UPDATE OR REPLACE said SET deployment = ?1 WHERE deployment = ?2', to, from],
    ['UPDATE outbox SET deployment = ?1, version = version + 1 WHERE deployment = ?2', to, from],
  );
}
