import type { Build } from './build.ts';
import { type CoderTaskFacts, coderFacts, type Task, type TaskFacts } from './task.ts';

/** The part of a task that the answer to an action settles. Empty: the server only accepted the action. */
export interface TaskPatch {
  /** The whole task as it is now. */
  readonly task?: Task;
  /** The build that the action started. */
  readonly build?: Build;
  /** The task is gone from the list; `task` is then what an action that undoes this one acts on. */
  readonly isRemoved?: true;
}

/** The task after the answer to an action; the same object when the answer has nothing newer. */
export function patchedTask(task: Task, { task: whole, build }: TaskPatch): Task {
  const current = whole ?? task;
  return build === undefined ? current : withBuild(current, build);
}

/** The current task with what changed from one version of it to a later one; a list may have changed the rest. */
export const withChangesBetween = (current: Task, before: Task, after: Task): Task => ({
  ...current,
  ...changedFields(before, after),
  facts: { ...current.facts, ...changedFields(before.facts, after.facts) } as TaskFacts,
});

/** The fields of the later version that differ. */
function changedFields<Fields extends object>(before: Fields, after: Fields): Partial<Fields> {
  const known = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => known.get(name) !== value),
  ) as Partial<Fields>;
}

/** The status that the server derives from a new build. Source: Coder's view `tasks_with_status`. */
function withBuild(task: Task, build: Build): Task {
  const facts = coderFacts(task);
  const statuses = statusesDuring(build);
  if (facts === null || statuses === null || build.number <= facts.buildNumber) return task;
  return {
    ...task,
    // The server drops a report that is older than the latest start.
    state: build.transition === 'start' ? null : task.state,
    updatedAt: Math.max(task.updatedAt, build.createdAt ?? task.updatedAt),
    facts: {
      ...facts,
      ...statuses,
      buildNumber: build.number,
      agentId: null,
      agentLifecycle: null,
      agentHealth: null,
      appId: null,
    },
  };
}

/** Null for words that taskdeck does not know. */
function statusesDuring({
  transition,
  status,
}: Build): Pick<CoderTaskFacts, 'status' | 'workspaceStatus'> | null {
  const words = WORKSPACE_WORDS[transition];
  if (words === undefined) return null;
  const isStart = transition === 'start';
  switch (status) {
    case 'pending':
      return { status: isStart ? 'pending' : 'unknown', workspaceStatus: 'pending' };
    case 'running':
      return { status: isStart ? 'initializing' : 'unknown', workspaceStatus: words.running };
    case 'succeeded':
      return { status: isStart ? 'initializing' : 'paused', workspaceStatus: words.succeeded };
    case 'failed':
    case 'canceling':
    case 'canceled':
      return { status: 'error', workspaceStatus: status };
    default:
      return null;
  }
}

/** The workspace's status during and after a build, by transition. */
const WORKSPACE_WORDS: Readonly<Record<string, { readonly running: string; readonly succeeded: string }>> = {
  start: { running: 'starting', succeeded: 'running' },
  stop: { running: 'stopping', succeeded: 'stopped' },
  delete: { running: 'deleting', succeeded: 'deleted' },
};
