import { needsYou } from '../domain/attention.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { reportOf } from '../domain/report.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { isoSeconds, isoTime } from '../domain/text/iso-time.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { sleep } from '../platform/sleep.ts';
import { askingFor } from './asking.ts';
import type { ScriptCommand } from './context.ts';
import { throwIfGivenUp } from './given-up.ts';
import { wireState } from './json.ts';
import { isSelected, nameOf } from './list.ts';
import { reporting, writeJsonLine, writeLine } from './output.ts';
import { Patience } from './patience.ts';
import type { Selection } from './selection.ts';

export interface WatchOptions extends Selection {
  readonly json: boolean;
}

const LOOK_AGAIN_MS = 2_000;

/** One change of one task. The first ones, of the tasks that are there at the start, have no previous phase. */
interface Change {
  readonly time: string;
  readonly task: string;
  readonly owner: string;
  readonly name: string;
  /** `deleted` for a task that is gone. */
  readonly phase: Phase | 'deleted';
  readonly previous_phase: Phase | null;
  readonly status: string;
  readonly state: string | null;
  readonly message: string;
  readonly needs_you: boolean;
}

/** A task as it was last told. */
interface Told {
  readonly task: Task;
  readonly phase: Phase;
}

/** Writes a line for every change, until it is stopped. */
export const watch: ScriptCommand<WatchOptions> = (context, options) =>
  reporting(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const patience = new Patience(context, false);
    const asking = askingFor(options);
    let told: ReadonlyMap<string, Told> = new Map();
    for (;;) {
      const tasks = await patience.ask((ended) => asking.ask(backend, { status: false }, ended));
      const next = lookAt(tasks, told, asking.selection, clock);
      for (const change of next.changes) {
        if (options.json) await writeJsonLine(io, change.change);
        else await writeLine(io.stdout, lineOf(change, asking.selection, clock.wall()));
      }
      told = next.told;
      await sleep(clock, LOOK_AGAIN_MS, signal);
      throwIfGivenUp(signal);
    }
  });

interface TaskChange {
  readonly task: Task;
  readonly change: Change;
}

/** A task that was told once is followed even when it no longer fits what was asked for. */
function lookAt(
  tasks: readonly Task[],
  before: ReadonlyMap<string, Told>,
  selection: Selection,
  clock: Pick<Clock, 'now' | 'wall'>,
): { readonly told: ReadonlyMap<string, Told>; readonly changes: readonly TaskChange[] } {
  const now = clock.now();
  const told = new Map<string, Told>();
  const changes: TaskChange[] = [];
  for (const task of tasks) {
    const known = before.get(task.id);
    if (known === undefined && !isSelected(task, selection, now)) continue;
    const phase = phaseOf(task, now);
    told.set(task.id, { task, phase });
    if (known === undefined || hasChanged(known, task, phase)) {
      changes.push(changeOf(task, phase, known?.phase ?? null, clock.wall()));
    }
  }
  for (const [id, { task, phase }] of before) {
    if (!told.has(id)) changes.push(changeOf(task, 'deleted', phase, clock.wall()));
  }
  return { told, changes };
}

const hasChanged = (known: Told, task: Task, phase: Phase): boolean =>
  phase !== known.phase ||
  task.status !== known.task.status ||
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
    status: task.status,
    state: task.state && wireState(task.state.state),
    message: task.state?.message ?? '',
    needs_you: phase !== 'deleted' && needsYou(task, phase, false),
  },
});

/** The name is what other commands want, the title is what people know a task by. */
function lineOf({ task, change }: TaskChange, selection: Selection, at: number): string {
  const { phase, previous_phase: previous } = change;
  const name = nameOf(task, selection);
  const called = titleOf(task) === task.name ? name : `${name} (${titleOf(task)})`;
  const word = previous === null || previous === phase ? phase : `${previous} -> ${phase}`;
  return sanitiseLine([isoSeconds(at), called, word, reportOf(task)].filter(Boolean).join('  '));
}
