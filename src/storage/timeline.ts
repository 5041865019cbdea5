import type { SQLInputValue } from 'node:sqlite';
import type { TimelineMemory } from '../domain/ports/timeline-memory.ts';
import { type Activity, isProvenSame, type Stretch } from '../domain/timeline.ts';
import type { Keeper } from './keeper.ts';

/** Of one task so many stretches are kept, the newest. */
export const STRETCH_LIMIT = 300;
/** And none that began longer ago than this, ms. */
const KEPT_MS = 180 * 24 * 60 * 60_000;

const ACTIVITIES: ReadonlySet<string> = new Set<Activity>([
  'queued',
  'starting',
  'working',
  'waiting',
  'done',
  'paused',
]);

/** A run that has not looked for this long is taken to have ended; they say once a minute that they look; ms. */
const ALIVE_MS = 150_000;

/** An open stretch lasts for as long as the run of taskdeck that wrote it has been looking. */
const SELECT = `SELECT t.run, t.at, t.activity, t.build, coalesce(t.until, r.until, t.at) AS until
   FROM timeline t LEFT JOIN timeline_run r ON r.deployment = t.deployment AND r.run = t.run
   WHERE t.deployment = ? AND t.task = ? ORDER BY t.at`;

type Step = readonly [sql: string, ...values: SQLInputValue[]];

/** What tasks of one deployment spent their time with, whichever taskdeck saw it; `deployment` is its key. */
export function timelineOf(keeper: Keeper, deployment: string): TimelineMemory {
  return {
    read: (taskId) =>
      keeper
        .all(SELECT, deployment, taskId)
        .map(toStretch)
        .filter((stretch) => stretch !== null),

    write(run, changes, lookedAt) {
      const steps = changes.flatMap(({ taskId, ended, begun }): readonly Step[] => [
        ...(ended === null
          ? []
          : [
              [
                'UPDATE timeline SET until = max(at, ?) WHERE deployment = ? AND task = ? AND run = ? AND until IS NULL',
                ended,
                deployment,
                taskId,
                run,
              ] as const,
            ]),
        ...(begun === null ? [] : begin(run, taskId, begun)),
      ]);
      return keeper.write(...steps, [
        'INSERT OR REPLACE INTO timeline_run VALUES (?, ?, ?)',
        deployment,
        run,
        lookedAt,
      ]);
    },

    forget(now) {
      keeper.write(
        ['DELETE FROM timeline WHERE deployment = ? AND at < ?', deployment, now - KEPT_MS],
        [
          `DELETE FROM timeline_run WHERE deployment = ?1
             AND run NOT IN (SELECT run FROM timeline WHERE deployment = ?1)`,
          deployment,
        ],
      );
    },
  };

  function begin(run: string, taskId: string, begun: Stretch): readonly Step[] {
    const row = keeper.get(`${SELECT} DESC LIMIT 1`, deployment, taskId);
    const last = row === undefined ? null : toStretch(row);
    // What an earlier run saw goes on: each start of taskdeck would add a row otherwise.
    const hasEnded = last !== null && begun.until - last.until > ALIVE_MS;
    if (row !== undefined && hasEnded && isProvenSame(last, begun)) {
      return [
        [
          'UPDATE OR REPLACE timeline SET run = ?, until = NULL WHERE deployment = ? AND task = ? AND run = ? AND at = ?',
          run,
          deployment,
          taskId,
          String(row.run),
          last.from,
        ],
      ];
    }
    return [
      [
        'INSERT OR REPLACE INTO timeline VALUES (?, ?, ?, ?, NULL, ?, ?)',
        deployment,
        taskId,
        run,
        begun.from,
        begun.activity,
        begun.build,
      ],
      [
        `DELETE FROM timeline WHERE deployment = ?1 AND task = ?2 AND at <
           (SELECT at FROM timeline WHERE deployment = ?1 AND task = ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3)`,
        deployment,
        taskId,
        STRETCH_LIMIT - 1,
      ],
    ];
  }
}

/** Null for a word of a newer taskdeck. */
function toStretch(row: Readonly<Record<string, unknown>>): Stretch | null {
  const activity = String(row.activity);
  if (!ACTIVITIES.has(activity)) return null;
  return {
    activity: activity as Activity,
    from: Number(row.at),
    until: Number(row.until),
    build: Number(row.build),
  };
}
