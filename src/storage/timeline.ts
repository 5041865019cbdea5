import type { SQLInputValue } from 'node:sqlite';
import type { TimelineStorage } from '../domain/ports/timeline-storage.ts';
import { isContinuous, type SegmentKind, type TimelineSegment } from '../domain/timeline.ts';
import type { ResilientDatabase } from './resilient-database.ts';

/** The number of segments stored for one task, the newest. */
export const SEGMENT_LIMIT = 300;
/** Older segments are deleted, ms. */
const RETENTION_MS = 180 * 24 * 60 * 60_000;

const ACTIVITIES: ReadonlySet<string> = new Set<SegmentKind>([
  'queued',
  'starting',
  'working',
  'waiting',
  'done',
  'failed',
  'paused',
]);

/** A run that recorded nothing for this long has ended, ms; runs record their last observation once a minute. */
const RUN_ALIVE_MS = 150_000;

/** An open segment lasts until the last observation of its run. */
const SELECT_SEGMENTS = `SELECT t.run, t.at, t.activity, t.build, coalesce(t.until, r.until, t.at) AS until
   FROM timeline t LEFT JOIN timeline_run r ON r.deployment = t.deployment AND r.run = t.run
   WHERE t.deployment = ? AND t.task = ? ORDER BY t.at`;

type Step = readonly [sql: string, ...values: SQLInputValue[]];

/** Shared by all taskdecks; `deployment` is a deployment key. */
export function timelineStorageOf(database: ResilientDatabase, deployment: string): TimelineStorage {
  return {
    read: (taskId) =>
      database
        .all(SELECT_SEGMENTS, deployment, taskId)
        .map(toSegment)
        .filter((segment) => segment !== null),

    write(run, changes, observedAt) {
      const steps = changes.flatMap(({ taskId, endedAt, startedSegment }): readonly Step[] => [
        ...(endedAt === null
          ? []
          : [
              [
                'UPDATE timeline SET until = max(at, ?) WHERE deployment = ? AND task = ? AND run = ? AND until IS NULL',
                endedAt,
                deployment,
                taskId,
                run,
              ] as const,
            ]),
        ...(startedSegment === null ? [] : startSegment(run, taskId, startedSegment)),
      ]);
      return database.write(...steps, [
        'INSERT OR REPLACE INTO timeline_run VALUES (?, ?, ?)',
        deployment,
        run,
        observedAt,
      ]);
    },

    deleteOld(now) {
      database.write(
        ['DELETE FROM timeline WHERE deployment = ? AND at < ?', deployment, now - RETENTION_MS],
        [
          `DELETE FROM timeline_run WHERE deployment = ?1
             AND run NOT IN (SELECT run FROM timeline WHERE deployment = ?1)`,
          deployment,
        ],
      );
    },
  };

  function startSegment(run: string, taskId: string, started: TimelineSegment): readonly Step[] {
    const row = database.get(`${SELECT_SEGMENTS} DESC LIMIT 1`, deployment, taskId);
    const last = row === undefined ? null : toSegment(row);
    // Continues the segment of an ended run; otherwise each start of taskdeck would add a row.
    const hasEnded = last !== null && started.until - last.until > RUN_ALIVE_MS;
    if (row !== undefined && hasEnded && isContinuous(last, started)) {
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
        started.from,
        started.activity,
        started.build,
      ],
      [
        `DELETE FROM timeline WHERE deployment = ?1 AND task = ?2 AND at <
           (SELECT at FROM timeline WHERE deployment = ?1 AND task = ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3)`,
        deployment,
        taskId,
        SEGMENT_LIMIT - 1,
      ],
    ];
  }
}

/** Null for an unknown kind, written by a newer taskdeck. */
function toSegment(row: Readonly<Record<string, unknown>>): TimelineSegment | null {
  const activity = String(row.activity);
  if (!ACTIVITIES.has(activity)) return null;
  return {
    activity: activity as SegmentKind,
    from: Number(row.at),
    until: Number(row.until),
    build: Number(row.build),
  };
}
