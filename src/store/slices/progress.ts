import { type ActivityMinute, addActivity } from '../../domain/activity.ts';
import type { Build, BuildLogLine } from '../../domain/build.ts';
import type { TimelineSegment } from '../../domain/timeline.ts';
import { withEntry } from '../immutable-map.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The past of the tasks, by task id. */
export interface ProgressState {
  /** The last known build of each task. */
  readonly builds: ReadonlyMap<string, BuildWithLog>;
  /** Activity in the last minutes. */
  readonly activity: ReadonlyMap<string, readonly ActivityMinute[]>;
  /** Known phases over time. */
  readonly timelines: ReadonlyMap<string, readonly TimelineSegment[]>;
  /** The output of start-up scripts that failed or take too long. */
  readonly startupLogs: ReadonlyMap<string, StartupLog>;
}

/** Of one agent, oldest line first; each build has an agent of its own. Untrusted text. */
interface StartupLog {
  readonly agentId: string;
  readonly lines: readonly BuildLogLine[];
}

/** The current or last build of a task's workspace. */
export interface BuildWithLog {
  readonly build: Build;
  /** Oldest first. Untrusted text. */
  readonly lines: readonly BuildLogLine[];
}

export const INITIAL_PROGRESS: ProgressState = {
  builds: new Map(),
  activity: new Map(),
  timelines: new Map(),
  startupLogs: new Map(),
};

export type ProgressEvent =
  | { readonly type: 'build-received'; readonly taskId: string; readonly build: Build; readonly now: number }
  /** Lines that are known, or of another build, are ignored. */
  | {
      readonly type: 'build-log-received';
      readonly taskId: string;
      readonly buildId: string;
      readonly lines: readonly BuildLogLine[];
    }
  | { readonly type: 'startup-log-received'; readonly taskId: string; readonly log: StartupLog }
  /** Activity at these times, Unix ms. */
  | {
      readonly type: 'activity-received';
      readonly activity: readonly { readonly taskId: string; readonly at: number }[];
    }
  | {
      readonly type: 'timeline-changed';
      readonly taskId: string;
      readonly segments: readonly TimelineSegment[];
    };

export const progressReducer = {
  'build-received': (state, { taskId, build }) => receiveBuild(state, taskId, build),
  'build-log-received': ({ builds }, { taskId, buildId, lines }) =>
    appendBuildLog(builds, taskId, buildId, lines),
  'startup-log-received': ({ startupLogs }, { taskId, log }) => ({
    startupLogs: withEntry(startupLogs, taskId, { ...log, lines: log.lines.slice(-MAX_LOG_LINES) }),
  }),
  'activity-received'(state, event) {
    const activity = new Map(state.activity);
    for (const { taskId, at } of event.activity)
      activity.set(taskId, addActivity(activity.get(taskId) ?? NO_ACTIVITY, at));
    return { activity };
  },
  'timeline-changed': ({ timelines }, { taskId, segments }) => ({
    timelines: withEntry(timelines, taskId, segments),
  }),
} satisfies SliceReducer<ProgressState, ProgressEvent>;

/** Replaces the build unless the known one is newer. A different build starts with an empty log. */
export function receiveBuild({ builds }: ProgressState, taskId: string, build: Build): Change<ProgressState> {
  const known = builds.get(taskId);
  if (known !== undefined && known.build.number > build.number) return {};
  const lines = known?.build.id === build.id ? known.lines : [];
  return { builds: withEntry(builds, taskId, { build, lines }) };
}

const NO_ACTIVITY: readonly ActivityMinute[] = [];

/** Lines kept from the end of a log. */
const MAX_LOG_LINES = 1_000;

function appendBuildLog(
  builds: ProgressState['builds'],
  taskId: string,
  buildId: string,
  lines: readonly BuildLogLine[],
): Change<ProgressState> {
  const known = builds.get(taskId);
  if (known?.build.id !== buildId) return {};
  const last = known.lines.at(-1)?.id ?? 0;
  const added = lines.filter(({ id }) => id > last);
  if (added.length === 0) return {};
  const all = [...known.lines, ...added].slice(-MAX_LOG_LINES);
  return { builds: withEntry(builds, taskId, { ...known, lines: all }) };
}
