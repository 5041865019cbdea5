import { buildNumberOf, type Task } from '../domain/task.ts';
import type { Freshness } from './freshness.ts';
import { haveSameIds } from './task-index.ts';

/** By task id: the last idle report of the task's agent, as a key, and when taskdeck first received it, Unix ms. */
export type ReportTimes = ReadonlyMap<string, ReportTime>;

interface ReportTime {
  readonly report: string;
  readonly since: number;
}

interface Reads {
  readonly reportTimes: ReportTimes;
  readonly tasks: readonly Task[];
  readonly parkedLists: ReadonlyMap<string, unknown>;
  readonly now: number;
}

/**
 * The report times with those of the listed tasks, and without those of tasks that are gone; the same map when none
 * differs. The server's own time of a report cannot be compared with the time of a request: the clocks differ.
 */
export function updatedReportTimes(
  before: Reads,
  after: Reads,
  isGone: (id: string) => boolean,
): ReportTimes {
  const { reportTimes, tasks, parkedLists, now } = after;
  const changed: [string, ReportTime][] = [];
  for (const [index, task] of tasks.entries()) {
    // Most polls change few tasks.
    if (task === before.tasks[index]) continue;
    const report = idleReport(task);
    if (report !== null && reportTimes.get(task.id)?.report !== report)
      changed.push([task.id, { report, since: now }]);
  }
  const hasSameTasks = parkedLists === before.parkedLists && haveSameIds(before.tasks, tasks);
  const gone = hasSameTasks ? [] : [...reportTimes.keys()].filter(isGone);
  if (changed.length === 0 && gone.length === 0) return reportTimes;
  const next = new Map([...reportTimes, ...changed]);
  for (const id of gone) next.delete(id);
  return next;
}

/** Null for no idle report. Another build starts the agent again, which keeps the last report of the one before. */
const idleReport = (task: Task): string | null =>
  task.facts.kind === 'coder-task' && task.state?.state === 'idle'
    ? `${buildNumberOf(task)} ${task.state.at}`
    : null;

/** Whether the conversation of the task was requested after its agent's last idle report was received. */
export function hasCurrentTranscript(
  {
    reportTimes,
    transcripts,
  }: Pick<Reads, 'reportTimes'> & {
    readonly transcripts: ReadonlyMap<string, Pick<Freshness, 'requestedAt'>>;
  },
  taskId: string,
): boolean {
  const requestedAt = transcripts.get(taskId)?.requestedAt ?? null;
  return requestedAt !== null && requestedAt >= (reportTimes.get(taskId)?.since ?? 0);
}
