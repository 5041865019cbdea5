import { arrangeRows, type Families, familiesOf } from '../domain/families.ts';
import { matchesQuery } from '../domain/matches-query.ts';
import { asksUser, needsAttention } from '../domain/needs-attention.ts';
import { type Phase, phaseOf } from '../domain/phase.ts';
import { phaseAgeMs, phaseSince } from '../domain/phase-since.ts';
import type { AttentionSign } from '../domain/query.ts';
import { DEFAULT_SORT, sortableRow, sortedIds } from '../domain/row-order.ts';
import { chatFacts, type Task, titleOf } from '../domain/task.ts';
import { kindOf } from '../domain/task-json.ts';
import { ageOf } from '../domain/text/age.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { EXIT } from './exit-code.ts';
import { MAX_LISTED } from './find-task.ts';
import { taskJson } from './json.ts';
import { reportingErrors, write, writeJson, writeNote } from './output.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';
import type { TaskSelection } from './selection.ts';
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
    const tasks = inScreenOrder(selected, now);
    const families = familiesOf(tasks);
    const roots = tasks.filter(({ id }) => !families.rootIds.has(id));
    if (options.json) {
      const childrenOf = childrenIn(all);
      await writeJson(
        io,
        roots.map((task) => taskJson(task, now, childrenOf(task))),
      );
    } else if (options.quiet)
      await write(io.stdout, roots.map((task) => `${taskArgumentOf(task, selection)}\n`).join(''));
    else if (tasks.length > 0)
      await write(io.stdout, formatTable(tasks, families, selection, now, io.columns));
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
    return sortableRow(task, { now, phase, needsYou: needsAttention(task, phase) });
  });
  return sortedIds(ranked, DEFAULT_SORT).flatMap((id) => byId.get(id) ?? []);
}

/** Whether a task is selected, without what the server has filtered by: the owner of a Task, and the organization. */
export function isSelected(task: Task, selection: TaskSelection, now: number): boolean {
  const { query, statuses, phases, kind = null } = selection;
  const phase = phaseOf(task, now);
  return (
    (statuses.length === 0 || statuses.includes(task.facts.status)) &&
    (phases.length === 0 || phases.includes(phase)) &&
    (kind === null || kindOf(task) === kind) &&
    isOfOwner(task, selection) &&
    matchesQuery(
      {
        task,
        phase,
        ageMs: phaseAgeMs(task, now),
        now,
        home: homeDirectory(process.env),
        organizations: selection.organizationNames ?? null,
        signs: () => signsOf(task, phase),
      },
      query,
    )
  );
}

/** A script has seen and snoozed nothing. */
const signsOf = (task: Task, phase: Phase): readonly AttentionSign[] =>
  needsAttention(task, phase) ? ['needs-you'] : [];

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

/** The phase, or the word of the screen for a chat with a question. */
function phaseWord(task: Task, now: number): string {
  const phase = phaseOf(task, now);
  return phase === 'idle' && asksUser(task) ? 'asks you' : phase;
}

/** Sub-agents below their parent. */
function formatTable(
  tasks: readonly Task[],
  families: Families,
  options: TaskSelection,
  now: number,
  columns?: number,
): string {
  const hasBothKinds = new Set(tasks.map(kindOf)).size > 1;
  const rowOf = (task: Task): readonly string[] => [
    ...(hasBothKinds ? [kindOf(task)] : []),
    phaseWord(task, now),
    ageOf(phaseSince(task, now), now),
    `${families.rootIds.has(task.id) ? '  ' : ''}${taskArgumentOf(task, options)}`,
    titleOf(task) === task.name ? '' : titleOf(task),
    ageOf(task.createdAt, now),
    messageOf(task),
  ];
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ids = arrangeRows([...byId.keys()], families, null);
  const rows = ids.flatMap((id) => byId.get(id) ?? []).map(rowOf);
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
