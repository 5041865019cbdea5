import type { Phase } from './phase.ts';
import type { Availability } from './rules.ts';
import type { Task } from './task.ts';
import { capitalize } from './text/format.ts';

/** Names an action in bindings of keys, in the state, in scripts, and to its source. */
export type ActionId = string;

/** Puts a task before the others. */
export const PIN: ActionId = 'pin';

/**
 * One thing that a user does to a task, as data: the rules and words of keys, help, palette, footer, questions, bulk
 * operations, notices and scripts. The task's source runs it.
 */
export interface Action {
  readonly id: ActionId;
  readonly verb: Verb;
  /** In the help and the palette; at most 34 columns. */
  readonly title: string;
  /** Default keys. */
  readonly keys: readonly string[];
  /** The action of other sources whose keys run this one: `p` pauses a task, and interrupts where nothing can be paused. */
  readonly standsFor?: ActionId;
  /** Whether it is meant for the task, where several actions stand for the same one. Missing: it is. */
  isFor?(task: Task): boolean;
  /** Missing: acts without a question. A bulk operation always asks. */
  readonly confirm?: Confirmation;
  /** Missing: a bulk operation skips the task. */
  readonly bulk?: BulkWords;
  readonly undo: Undo;
  /** taskdeck stores the effect, and no request is sent: pins the task, or unpins it. Missing: its source runs it. */
  readonly ownPin?: boolean;
  /** The phase of the task from the request until the server's status has its effect; missing: the phase stays. */
  readonly phase?: Phase;
  /** The task is gone afterwards. */
  readonly removesTask?: true;
  /** Missing: there is no command for scripts. */
  readonly script?: ScriptWords;
  /**
   * Whether the task can be acted on, else the reason. The server decides: this only saves requests that would
   * certainly fail.
   */
  mayOn(task: Task, phase: Phase): Availability;
  /** Whether `task` has the effect of a request that was sent when it was `before`. Missing: with the answer. */
  hasEffect?(task: Task, before: Task): boolean;
  /** Whether the task, in this phase, has reached the goal, although a request for it failed. Missing: unknown. */
  isReached?(phase: Phase, task: Task): boolean;
}

export interface Verb {
  /** `pause` */
  readonly present: string;
  /** `pausing` */
  readonly participle: string;
  /** `paused` */
  readonly past: string;
  /** The state of a task once the server has accepted the action: `pausing`, `deleted`. */
  readonly accepted: string;
}

/** `pauses`, `interrupts and clears`. */
export const thirdPerson = ({ present }: Verb): string => present.replace(/(^|\band )(\w+)/gu, '$1$2s');

/** Where an action happens, for rules and questions. */
export interface Place {
  /** On this machine. */
  readonly local: boolean;
  /** The user's home directory, shown as `~`; missing when unknown. */
  readonly home?: string;
  /** The width of the screen. */
  readonly columns: number;
}

interface Confirmation {
  /** Whether a single task needs a question. */
  isNeeded(task: Task, phase: Phase, place: Place): boolean;
  /** The question, with the effect. `name` is the title in quotes, or `the task`. Nulls: the task is gone. */
  question(task: Task | null, phase: Phase | null, place: Place): (name: string) => string;
  /** The effect of any other key than `y`: for one task, and for several. */
  readonly no: readonly [one: string, many: string];
  /** A third answer of the question about one task: its key, its effect in words, and the action that it runs instead. */
  readonly alternative?: { readonly key: string; readonly words: string; readonly action: ActionId };
}

interface BulkWords {
  /** The other effects on the tasks: follows `Delete 3 tasks`. Empty for none. */
  also?(tasks: readonly Task[], place: Place): string;
  /** A remark behind the title of one task, in at most `columns`. Empty for none. */
  remark?(task: Task, place: Place, columns: number): string;
}

interface ScriptWords {
  readonly summary: string;
  /** The question on the terminal, unless `--yes` is set; a script that cannot ask must set it. Missing: never asks. */
  confirm?(names: string): string;
}

/**
 * How the user undoes an action. `delayMs`: it waits for this time and can be cancelled meanwhile; with `where`, only on a
 * deployment, and on this machine it acts at once. `inverse`: it acts at once, and undo runs this action. Null: it cannot
 * be undone. Scripts act at once, always.
 */
type Undo = { readonly delayMs: number; readonly where?: 'remote' } | { readonly inverse: ActionId } | null;

/** The undo window of an action, ms; 0 when it acts at once. */
export const undoDelayMs = (action: Pick<Action, 'undo'> | null, { local }: Pick<Place, 'local'>): number =>
  action?.undo && 'delayMs' in action.undo && !(local && action.undo.where === 'remote')
    ? action.undo.delayMs
    : 0;

/** The action that undoes this one; null without one. */
export const inverseOf = ({ undo }: Pick<Action, 'undo'>): ActionId | null =>
  undo !== null && 'inverse' in undo ? undo.inverse : null;

/** The actions of one source, known before its first request. */
export interface ActionTable {
  /** The id of the source. */
  readonly source: string;
  /** The name of one of its tasks, with the article: `a task`. */
  readonly noun: string;
  readonly actions: readonly Action[];
}

const tableOf = (tables: readonly ActionTable[], { source }: Pick<Task, 'source'>): ActionTable | undefined =>
  tables.find((table) => table.source === source);

/** The action with this id of the task's source, else the one that stands for it, else null. */
export function actionFor(
  tables: readonly ActionTable[],
  id: ActionId,
  task: Pick<Task, 'source'>,
): Action | null {
  const actions = tableOf(tables, task)?.actions ?? [];
  return (
    actions.find((action) => action.id === id) ?? actions.find(({ standsFor }) => standsFor === id) ?? null
  );
}

/**
 * The action that the keys of the one with this id run on the task: of that one and those that stand for it, the first
 * that is meant for the task, else the first. Null when its source has none.
 */
export function actionBehind(tables: readonly ActionTable[], id: ActionId, task: Task): Action | null {
  const actions = tableOf(tables, task)?.actions ?? [];
  const candidates = [
    ...actions.filter((action) => action.id === id),
    ...actions.filter(({ standsFor }) => standsFor === id),
  ];
  return candidates.find(({ isFor }) => isFor?.(task) !== false) ?? candidates[0] ?? null;
}

/** Whether the keys of this action send a request for the task; false where taskdeck stores the effect. */
export const sendsRequest = (tables: readonly ActionTable[], id: ActionId, task: Task): boolean =>
  actionBehind(tables, id, task)?.ownPin === undefined;

/** The first action with this id, for its words; null when no source has one. */
export const actionById = (tables: readonly ActionTable[], id: ActionId): Action | null =>
  tables.flatMap(({ actions }) => actions).find((action) => action.id === id) ?? null;

/** The verb of an action; its id in all forms when no source has the action. */
export const verbOf = (tables: readonly ActionTable[], id: ActionId): Verb =>
  actionById(tables, id)?.verb ?? { present: id, participle: id, past: id, accepted: id };

/** Whether the action behind the keys of the one with this id can act on the task, else the reason. */
export function availabilityOn(
  tables: readonly ActionTable[],
  id: ActionId,
  task: Task,
  phase: Phase,
): Availability {
  const action = actionBehind(tables, id, task);
  if (action !== null) return action.mayOn(task, phase);
  const noun = tableOf(tables, task)?.noun ?? 'this task';
  return `${capitalize(verbOf(tables, id).present)} does not apply to ${noun}.`;
}
