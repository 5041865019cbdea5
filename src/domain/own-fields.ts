import type { OwnFields, Task } from './task.ts';

/** By task id. Tasks without an own field have no entry. */
export type OwnFieldsById = ReadonlyMap<string, OwnFields>;

export const NO_OWN_FIELDS: OwnFields = { title: '', pinOrder: 0 };

/** Whether taskdeck stores title and pin of the task: the API of Tasks has neither. Chats have both on their server. */
export const takesOwnFields = ({ facts }: Pick<Task, 'facts'>): boolean => facts.kind === 'coder-task';

/** The task with its own fields; the same object when it has them already. */
export function withOwnFields(task: Task, all: OwnFieldsById): Task {
  const own = all.get(task.id);
  if (own === task.own) return task;
  const { own: _, ...rest } = task;
  return own === undefined ? rest : { ...rest, own };
}

/** The tasks with their own fields; the same list when nothing differs. */
export function allWithOwnFields(tasks: readonly Task[], all: OwnFieldsById): readonly Task[] {
  const isSame = tasks.every((task) => task.own === all.get(task.id));
  return isSame ? tasks : tasks.map((task) => withOwnFields(task, all));
}

/** The own fields after a change of one task. */
export function withOwnField(all: OwnFieldsById, taskId: string, change: Partial<OwnFields>): OwnFieldsById {
  const next = new Map(all);
  const fields = { ...NO_OWN_FIELDS, ...all.get(taskId), ...change };
  if (fields.title === '' && fields.pinOrder === 0) next.delete(taskId);
  else next.set(taskId, fields);
  return next;
}

/** The place after the last task pinned here. */
export const nextPinOrder = (all: OwnFieldsById): number =>
  Math.max(0, ...[...all.values()].map(({ pinOrder }) => pinOrder)) + 1;
