import { needsAttention } from '../domain/needs-attention.ts';
import { phaseOf } from '../domain/phase.ts';
import { phaseAgeMs, phaseSince } from '../domain/phase-since.ts';
import { matchesQuery } from '../domain/query.ts';
import { DEFAULT_SORT, sortableRow, sortedIds } from '../domain/row-order.ts';
import { chatFacts, type Task, titleOf } from '../domain/task.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { EXIT } from './exit-code.ts';
import { MAX_LISTED } from './find-task.ts';
import { taskJson } from './json.ts';
import { reportingErrors, write, writeJson, writeNote } from './output.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import { kindOf, type TaskSelection } from './selection.ts';
import { selectionQuery } from './selection-query.ts';
import { messageOf } from './task-message.ts';
import { type Column, table } from './text-table.ts';

export interface ListOptions extends TaskSelection {
  readonly json: boolean;
  /**
   * Prints only names, one per line, that other commands accept: `owner/name` unless the tasks are the user's. Omits the
   * chats of sub-agents below their parent.
   */
  readonly quiet: boolean;
}

export const list: ScriptCommand<ListOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const query = selectionQuery(options);
    const narrowing = { status: true, limit: MAX_LISTED };
    const { tasks: all, failures } = await query.run(backend, narrowing, signal);
    const { selection } = query;
    const now = clock.now();
    const selected = all.filter((task) => isSelected(task, selection, now));
    const families = familiesOf(inScreenOrder(selected, now));
    if (options.json) {
      const childrenOf = childrenIn(all);
      await writeJson(
        io,
        families.map(({ task }) => taskJson(task, now, childrenOf(task))),
      );
    } else if (options.quiet)
      await write(io.stdout, families.map(({ task }) => `${taskArgumentOf(task, selection)}\n`).join(''));
    else if (families.length > 0) await write(io.stdout, formatTable(families, selection, now, io.columns));
    else if (io.isTTY.stdout && failures.size === 0) await explainEmptyList(context, options, all.length);
    if (all.filter(isRootChat).length >= MAX_LISTED)
      await writeNote(io, `Only the newest ${MAX_LISTED} chats are listed.`);
    // The rows of the other sources are printed all the same.
    for (const failure of failures.values()) throw failure;
    return EXIT.done;
  });

/** Not the chat of a sub-agent. The limit of a list counts only these. */
const isRootChat = (task: Task): boolean => chatFacts(task)?.parentId === null;

/** In the default order of the screen. */
function inScreenOrder(tasks: readonly Task[], now: number): readonly Task[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ranked = tasks.map((task) => {
    const phase = phaseOf(task, now);
    return sortableRow(task, { now, phase, needsYou: needsAttention(task, phase, false) });
  });
  return sortedIds(ranked, DEFAULT_SORT).flatMap((id) => byId.get(id) ?? []);
}

/** Whether a task is selected, without what the server has filtered by: the owner of a Task, and the organization. */
export function isSelected(task: Task, selection: TaskSelection, now: number): boolean {
  const { query, statuses, phases } = selection;
  const phase = phaseOf(task, now);
  return (
    (statuses.length === 0 || statuses.includes(task.facts.status)) &&
    (phases.length === 0 || phases.includes(phase)) &&
    isOfOwner(task, selection) &&
    matchesQuery({ task, phase, ageMs: phaseAgeMs(task, now) }, query)
  );
}

/** The server lists the chats of one's own, and those that others share. */
const isOfOwner = (task: Task, { owner }: TaskSelection): boolean =>
  kindOf(task) === 'task' ||
  owner === null ||
  owner === 'me' ||
  task.ownerId === owner ||
  task.ownerName.toLowerCase() === owner.toLowerCase();

/** The name of a task that other commands accept. */
export const taskArgumentOf = (task: Task, { owner, shared }: TaskSelection): string =>
  sanitiseLine(owner === 'me' && shared !== true ? task.name : `${task.ownerName}/${task.name}`);

/** A task, and the tasks of its sub-agents that are selected with it. */
interface Family {
  readonly task: Task;
  readonly children: readonly Task[];
}

/** Keeps the order. A task whose parent is missing stands alone. */
function familiesOf(tasks: readonly Task[]): readonly Family[] {
  const ids = new Set(tasks.map(({ id }) => id));
  const childrenOf = childrenIn(tasks);
  return tasks
    .filter((task) => !ids.has(chatFacts(task)?.parentId ?? ''))
    .map((task) => ({ task, children: childrenOf(task) }));
}

/** Finds the tasks of the sub-agents of a task among these. */
export function childrenIn(tasks: readonly Task[]): (task: Task) => readonly Task[] {
  const byParent = Map.groupBy(tasks, (task) => chatFacts(task)?.parentId ?? null);
  return ({ id }) => byParent.get(id) ?? [];
}

/** Only where both kinds are listed. */
const KIND_COLUMN: Column = { heading: 'KIND', elastic: false };

const COLUMNS: readonly Column[] = [
  { heading: 'PHASE', elastic: false },
  /** Time in this phase. */
  { heading: 'FOR', elastic: false },
  { heading: 'NAME', elastic: false },
  { heading: 'TITLE', elastic: true },
  { heading: 'AGE', elastic: false },
  { heading: 'MESSAGE', elastic: true },
];

function formatTable(
  families: readonly Family[],
  options: TaskSelection,
  now: number,
  columns?: number,
): string {
  const all = families.flatMap(({ task, children }) => [task, ...children]);
  const hasBothKinds = new Set(all.map(kindOf)).size > 1;
  const row = (task: Task, indent: string): readonly string[] => [
    ...(hasBothKinds ? [kindOf(task)] : []),
    phaseOf(task, now),
    ageOf(phaseSince(task, now), now),
    `${indent}${taskArgumentOf(task, options)}`,
    titleOf(task) === task.name ? '' : titleOf(task),
    ageOf(task.createdAt, now),
    messageOf(task),
  ];
  const rows = families.flatMap(({ task, children }) => [
    row(task, ''),
    ...children.map((child) => row(child, '  ')),
  ]);
  return table([...(hasBothKinds ? [KIND_COLUMN] : []), ...COLUMNS], rows, columns);
}

const explainEmptyList = (
  { io }: ScriptContext,
  { archived, shared }: TaskSelection,
  all: number,
): Promise<void> => {
  if (all > 0) return write(io.stderr, `No task matches. Tasks on the server: ${all}.\n`);
  if (archived === true) return write(io.stderr, 'No chat is archived.\n');
  if (shared === true) return write(io.stderr, 'No chat is shared with you.\n');
  return write(io.stderr, 'No tasks yet. Start one with "taskdeck create PROMPT".\n');
};
