import { reportLine } from '../domain/agent-report.ts';
import { errorText } from '../domain/errors.ts';
import { needsAttention } from '../domain/needs-attention.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { SourceLists } from '../domain/sources.ts';
import { type SourceId, type Task, titleOf } from '../domain/task.ts';
import { isoSeconds, isoTime } from '../domain/text/iso-time.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { throwIfAborted } from './abort-error.ts';
import { wireState } from './json.ts';
import { isSelected, taskArgumentOf } from './list.ts';
import { reportingErrors, writeJsonLine, writeLine, writeNote } from './output.ts';
import { Retrier } from './retrier.ts';
import type { ScriptCommand } from './script-context.ts';
import type { TaskSelection } from './selection.ts';
import { selectionQuery } from './selection-query.ts';

export interface WatchOptions extends TaskSelection {
  readonly json: boolean;
}

const POLL_MS = 2_000;

/** The JSON of a change. The first change of a task has no previous phase. */
interface Change {
  readonly time: string;
  readonly task: string;
  readonly owner: string;
  readonly name: string;
  /** `deleted` for a task that is no longer listed. */
  readonly phase: Phase | 'deleted';
  readonly previous_phase: Phase | null;
  readonly status: string;
  readonly state: string | null;
  readonly message: string;
  readonly needs_you: boolean;
}

/** The last reported status of a task. */
interface ReportedTask {
  readonly task: Task;
  readonly phase: Phase;
}

/** Writes a line for every change until the signal is aborted. */
export const watch: ScriptCommand<WatchOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const retrier = new Retrier(context, false);
    const query = selectionQuery(options);
    let reported: ReadonlyMap<string, ReportedTask> = new Map();
    let failing: ReadonlySet<SourceId> = new Set();
    for (;;) {
      const lists = await retrier.run((retrySignal) => query.run(backend, { status: false }, retrySignal));
      for (const [source, error] of lists.failures)
        if (!failing.has(source)) await writeNote(io, `${errorText(error)} Retrying.`);
      failing = new Set(lists.failures.keys());
      const next = diffTasks(lists, reported, query.selection, clock);
      for (const change of next.changes) {
        if (options.json) await writeJsonLine(io, change.change);
        else await writeLine(io.stdout, formatChange(change, query.selection, clock.wall()));
      }
      reported = next.reported;
      await sleep(clock, POLL_MS, signal);
      throwIfAborted(signal);
    }
  });

interface TaskChange {
  readonly task: Task;
  readonly change: Change;
}

/** Reports changes of selected tasks, and of tasks that were reported once even if no longer selected. */
function diffTasks(
  { tasks, failures }: SourceLists,
  before: ReadonlyMap<string, ReportedTask>,
  selection: TaskSelection,
  clock: Pick<Clock, 'now' | 'wall'>,
): { readonly reported: ReadonlyMap<string, ReportedTask>; readonly changes: readonly TaskChange[] } {
  const now = clock.now();
  const reported = new Map<string, ReportedTask>();
  const changes: TaskChange[] = [];
  for (const task of tasks) {
    const known = before.get(task.id);
    if (known === undefined && !isSelected(task, selection, now)) continue;
    const phase = phaseOf(task, now);
    reported.set(task.id, { task, phase });
    if (known === undefined || hasChanged(known, task, phase)) {
      changes.push(changeOf(task, phase, known?.phase ?? null, clock.wall()));
    }
  }
  for (const [id, { task, phase }] of before) {
    if (reported.has(id)) continue;
    // Only its own source knows whether a task exists.
    if (failures.has(task.source)) reported.set(id, { task, phase });
    else changes.push(changeOf(task, 'deleted', phase, clock.wall()));
  }
  return { reported, changes };
}

const hasChanged = (known: ReportedTask, task: Task, phase: Phase): boolean =>
  phase !== known.phase ||
  task.facts.status !== known.task.facts.status ||
  task.state?.state !== known.task.state?.state ||
  task.state?.message !== known.task.state?.message;

const changeOf = (task: Task, phase: Phase | 'deleted', previous: Phase | null, at: number): TaskChange => ({
  task,
  change: {
    time: isoTime(at),
    task: task.id,
    owner: task.ownerName,
    name: task.name,
    phase,
    previous_phase: previous,
    status: task.facts.status,
    state: task.state && wireState(task.state.state),
    message: task.state?.message ?? '',
    needs_you: phase !== 'deleted' && needsAttention(task, phase, false),
  },
});

/** Shows the name for other commands, and the title for people. */
function formatChange({ task, change }: TaskChange, selection: TaskSelection, at: number): string {
  const { phase, previous_phase: previous } = change;
  const name = taskArgumentOf(task, selection);
  const label = titleOf(task) === task.name ? name : `${name} (${titleOf(task)})`;
  const phases = previous === null || previous === phase ? phase : `${previous} -> ${phase}`;
  return sanitiseLine([isoSeconds(at), label, phases, reportLine(task)].filter(Boolean).join('  '));
}
