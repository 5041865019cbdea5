import type { TimelineSegment } from '../timeline.ts';

/**
 * Timeline segments recorded by every run of taskdeck. Those of simultaneous runs overlap: `mergeSegments` merges them.
 */
export interface TimelineStorage {
  /** The segments of one task by start time. */
  read(taskId: string): readonly TimelineSegment[];
  /**
   * Writes changes. `run` identifies this run of taskdeck, and `observedAt` is its last observation: open segments last
   * until then. Takes well under a millisecond per change. False when the write failed.
   */
  write(run: string, changes: readonly TimelineChange[], observedAt: number): boolean;
  /** Deletes old segments; `now` is Unix ms. */
  deleteOld(now: number): void;
}

export interface TimelineChange {
  readonly taskId: string;
  /** When the last segment of this run ended, Unix ms; null when there was none. */
  readonly endedAt: number | null;
  /** The next segment, whose `until` is not written; null when unknown. */
  readonly startedSegment: TimelineSegment | null;
}
