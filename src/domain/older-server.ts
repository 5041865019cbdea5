import { type Phase, phaseOf } from './phase.ts';
import { type Task, titleOf } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** Phases in which a process of the task runs, or is being started or ended. */
const RUNNING_PHASES: ReadonlySet<Phase> = new Set([
  'queued',
  'starting',
  'resuming',
  'working',
  'pausing',
  'deleting',
]);

/** Statuses of chats with a running turn; one that waits for permission is among them. */
const RUNNING_STATUSES: ReadonlySet<string> = new Set([
  'pending',
  'running',
  'interrupting',
  'requires_action',
]);

/** The tasks of this machine that a restart of its server would cut off. */
export const tasksThatRun = (tasks: readonly Task[], now: number): readonly Task[] =>
  tasks.filter((task) =>
    task.facts.kind === 'chat'
      ? RUNNING_STATUSES.has(task.facts.status)
      : RUNNING_PHASES.has(phaseOf(task, now)),
  );

/** Titles in one sentence. */
const MAX_TITLES = 3;

/** The titles of the tasks that block a restart. Safe to show. */
export function blockingTitles(tasks: readonly Task[]): string {
  const shown = tasks.slice(0, MAX_TITLES).map((task) => `“${sanitiseLine(titleOf(task))}”`);
  const more = tasks.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

/** The fact that a newer taskdeck found an older local server. */
export const olderServerWords = (version: string): string =>
  `The local server is from taskdeck ${sanitiseLine(version)}, which is older than this one.`;
