import { reportLine } from '../domain/agent-report.ts';
import { needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { phaseAgeMs, phaseSince } from '../domain/phase-since.ts';
import { matchesQuery } from '../domain/query.ts';
import { DEFAULT_SORT, sortableRow, sortedIds } from '../domain/row-order.ts';
import type { Task } from '../domain/task.ts';
import { titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { EXIT } from './exit-code.ts';
import { taskJson } from './json.ts';
import { reportingErrors, write, writeJson } from './output.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import type { TaskSelection } from './selection.ts';
import { selectionQuery } from './selection-query.ts';
import { type Column, table } from './text-table.ts';

export interface ListOptions extends TaskSelection {
  readonly json: boolean;
  /** Prints only names, one per line, that other commands accept: `owner/name` unless the tasks are the user's. */
  readonly quiet: boolean;
}

export const list: ScriptCommand<ListOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const query = selectionQuery(options);
    const { tasks: all, failures } = await query.run(backend, { status: true }, signal);
    const { selection } = query;
    const now = clock.now();
    const selected = all.filter((task) => isSelected(task, selection, now));
    const tasks = inScreenOrder(selected, now);
    if (options.json)
      await writeJson(
        io,
        tasks.map((task) => taskJson(task, now)),
      );
    else if (options.quiet)
      await write(io.stdout, tasks.map((task) => `${taskArgumentOf(task, selection)}\n`).join(''));
    else if (tasks.length > 0) await write(io.stdout, formatTable(tasks, selection, now, io.columns));
    else if (io.isTTY.stdout && failures.size === 0) await explainEmptyList(context, all.length);
    // The rows of the other sources are printed all the same.
    for (const failure of failures.values()) throw failure;
    return EXIT.done;
  });

/** In the default order of the screen. */
function inScreenOrder(tasks: readonly Task[], now: number): readonly Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ranked = tasks.map((task) => {
    const phase = phaseOf(task, now);
    return sortableRow(task, { now, phase, needsYou: needsAttention(task, phase, false) });
  });
  return sortedIds(ranked, DEFAULT_SORT).flatMap((id) => byId.get(id) ?? []);
}

/** Whether a task is selected, without owner and organization: the server has filtered by these. */
export function isSelected(task: Task, { query, statuses, phases }: TaskSelection, now: number): boolean {
  const phase = phaseOf(task, now);
  return (
    (statuses.length === 0 || statuses.includes(task.facts.status)) &&
    (phases.length === 0 || phases.includes(phase)) &&
    matchesQuery({ task, phase, ageMs: phaseAgeMs(task, now) }, query)
  );
}

/** The name of a task that other commands accept. */
export const taskArgumentOf = (task: Task, { owner }: TaskSelection): string =>
  sanitiseLine(owner === 'me' ? task.name : `${task.ownerName}/${task.name}`);

const COLUMNS: readonly Column[] = [
  { heading: 'PHASE', elastic: false },
  /** Time in this phase. */
  { heading: 'FOR', elastic: false },
  { heading: 'NAME', elastic: false },
  { heading: 'TITLE', elastic: true },
  { heading: 'AGE', elastic: false },
  { heading: 'MESSAGE', elastic: true },
];

function formatTable(tasks: readonly Task[], options: TaskSelection, now: number, columns?: number): string {
  const rows = tasks.map((task) => [
    phaseOf(task, now),
    ageOf(phaseSince(task, now), now),
    taskArgumentOf(task, options),
    titleOf(task) === task.name ? '' : titleOf(task),
    ageOf(task.createdAt, now),
    reportLine(task),
  ]);
  return table(COLUMNS, rows, columns);
}

const explainEmptyList = ({ io }: ScriptContext, all: number): Promise<void> =>
  write(
    io.stderr,
    all === 0
      ? 'No tasks yet. Start one with "taskdeck create PROMPT".\n'
      : `No task matches. Tasks on the server: ${all}.\n`,
  );
