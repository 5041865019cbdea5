import { buildNumberOf, type Task } from '../domain/task.ts';
import type { Freshness } from './freshness.ts';

/** By task id: the last report of the task's agent, as a key, and when taskdeck first received it, Unix ms. */
export type ReportTimes = ReadonlyMap<string, { readonly report: string; readonly since: number }>;

interface WithReportTimes {
  readonly reportTimes: ReportTimes;
}

/**
 * The report times with those of the listed tasks, and without those of tasks that are gone; the same map when none
 * differs. `before`: the tasks that were listed before. The server's own time of a report cannot be compared with the time
 * of a request: the clocks differ.
 */
export function updatedReportTimes(
  before: readonly Task[],
  { reportTimes, tasks, now }: WithReportTimes & { readonly tasks: readonly Task[]; readonly now: number },
  isGone: (id: string) => boolean,
): ReportTimes {
  const changed = tasks.flatMap(
    (task, index): readonly [string, { readonly report: string; readonly since: number }][] => {
      // Most polls change few tasks.
      if (task === before[index]) return [];
      const report = reportKey(task);
      return report === null || reportTimes.get(task.id)?.report === report
        ? []
        : [[task.id, { report, since: now }]];
    },
  );
  const gone = [...reportTimes.keys()].filter(isGone);
  if (changed.length === 0 && gone.length === 0) return reportTimes;
  const next = new Map([...reportTimes, ...changed]);
  for (const id of gone) next.delete(id);
  return next;
}

/** Another build starts the agent again, which keeps the last report of the one before. */
const reportKey = (task: Task): string | null =>
  task.state === null || task.facts.kind !== 'coder-task'
    ? null
    : `${buildNumberOf(task)} ${task.state.state} ${task.state.at}`;

/** Whether the conversation of the task was requested after its agent's last report was received. */
export function hasCurrentTranscript(
  {
    reportTimes,
    transcripts,
  }: WithReportTimes & { readonly transcripts: ReadonlyMap<string, Pick<Freshness, 'requestedAt'>> },
  taskId: string,
): boolean {
  const requestedAt = transcripts.get(taskId)?.requestedAt ?? null;
  return requestedAt !== null && requestedAt >= (reportTimes.get(taskId)?.since ?? 0);
}
