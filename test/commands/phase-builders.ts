import { type Phase, phaseOf } from '../../src/domain/phase.ts';
import type { Template } from '../../src/domain/ports/backend.ts';
import type { Task } from '../../src/domain/task.ts';
import { makeReport, makeTask, NOON, type TaskFields } from '../domain/builders.ts';

/** The fields of a task in each phase. */
const WIRE: Readonly<Record<Phase, TaskFields>> = {
  deleting: { workspaceStatus: 'deleting' },
  pausing: { status: 'unknown', workspaceStatus: 'stopping' },
  paused: { status: 'paused', workspaceStatus: 'stopped' },
  queued: { status: 'pending', workspaceStatus: 'pending' },
  starting: { status: 'initializing', workspaceStatus: 'starting' },
  resuming: { status: 'initializing', workspaceStatus: 'starting', buildNumber: 3 },
  error: { status: 'error', workspaceStatus: 'failed' },
  working: { state: makeReport({ state: 'working' }) },
  idle: { state: makeReport({ state: 'idle' }) },
  complete: { state: makeReport({ state: 'complete' }) },
  failed: { state: makeReport({ state: 'failed' }) },
  unknown: { status: 'unknown', workspaceStatus: 'running' },
};

/** A task in this phase at noon. */
export function taskIn(phase: Phase, id: string, about: TaskFields = {}): Task {
  const task = makeTask({ id, ...WIRE[phase], ...about });
  if (phaseOf(task, NOON) !== phase) throw new Error(`It is ${phaseOf(task, NOON)} and not ${phase}.`);
  return task;
}

export const template = (name: string, about: Partial<Template> = {}): Template => ({
  id: `id-${name}`,
  name,
  displayName: '',
  description: '',
  activeVersionId: `version-${name}`,
  organizationName: 'default',
  buildDurations: { start: { p50Ms: null, p95Ms: null }, stop: { p50Ms: null, p95Ms: null } },
  ...about,
});
