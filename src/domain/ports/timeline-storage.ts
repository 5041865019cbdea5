import type { TimelineSegment } from '../timeline.ts';

/** What was seen of tasks by every run of taskdeck. Two that look at once say the same twice: `inOrder` tells it once. */
export interface TimelineStorage {
  /** What is known of one task, by when it began. */
  read(taskId: string): readonly TimelineSegment[];
  /**
   * Writes what changed; `run` names this run of taskdeck, and `lookedAt` is when it last looked: what is not ended lasts
   * until then. Takes well under a millisecond for a change. False when it could not be written.
   */
  write(run: string, changes: readonly TimelineChange[], observedAt: number): boolean;
  /** Lets go of what is too old to matter; `now` is Unix time in ms. */
  deleteOld(now: number): void;
}

export interface TimelineChange {
  readonly taskId: string;
  /** When the stretch ended that this run saw last, Unix ms; null when it saw none. */
  readonly endedAt: number | null;
  /** What the task does from then on, of which `until` is not written; null when that is not known. */
  readonly startedSegment: TimelineSegment | null;
}
