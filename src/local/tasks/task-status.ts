import type { BuildRow } from '../database/row-types.ts';

export type TaskStatus = 'pending' | 'initializing' | 'active' | 'paused' | 'error' | 'unknown';

/** A task's status, by the rules of section 5 of the contract. Local agents are ready as soon as the start succeeds. */
export function statusOf(build: BuildRow | null): TaskStatus {
  if (build === null) return 'pending';
  const { status, transition } = build;
  if (status === 'failed' || status === 'canceling' || status === 'canceled') return 'error';
  if (transition !== 'start') return status === 'succeeded' ? 'paused' : 'unknown';
  if (status === 'pending') return 'pending';
  return status === 'running' ? 'initializing' : 'active';
}

/** The status that a workspace has after this build. */
export function workspaceStatusOf({ status, transition }: BuildRow): string {
  if (status === 'running') return { start: 'starting', stop: 'stopping', delete: 'deleting' }[transition];
  if (status === 'succeeded') return { start: 'running', stop: 'stopped', delete: 'deleted' }[transition];
  return status;
}
