import { keyNames } from '../../src/commands/command-registry.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { Template } from '../../src/domain/ports/backend.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { initialState } from '../../src/store/initial-state.ts';
import { reduce } from '../../src/store/reducer.ts';
import type { State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/builders.ts';

export const SIZE = { columns: 80, rows: 24 };

export const emptyState = (size = SIZE): State =>
  initialState({ deployment: { name: 'local', local: true }, size, keyNames: keyNames({}), now: NOON });

export const onDeployment = (state: State): State => ({
  ...state,
  deployment: { name: 'coder.example.com', local: false },
});

export const applyEvents = (state: State, ...events: readonly StoreEvent[]): State =>
  events.reduce((before, event) => reduce(before, [event]), state);

/** A list that was requested and received at `startedAt`. */
export const listReceived = (tasks: readonly Task[], startedAt = NOON): StoreEvent => ({
  type: 'list-received',
  source: 'tasks',
  tasks,
  startedAt,
  refreshMs: 5_000,
  now: startedAt,
});

/** The same for the list of chats. */
export const chatsReceived = (tasks: readonly Task[], startedAt = NOON, isComplete = true): StoreEvent => ({
  ...listReceived(tasks, startedAt),
  ...{ source: 'chats', isComplete },
});

/** Lists tasks with these ids. */
export const stateWithTasks = (...ids: readonly string[]): State =>
  applyEvents(emptyState(), listReceived(ids.map((id) => makeTask({ id }))));

export const idsOf = ({ tasks }: State): readonly string[] => tasks.map(({ id }) => id);

export const transcriptReceived = (
  taskId: string,
  transcript: Transcript,
  startedAt = NOON,
  refreshMs = 1_000,
): StoreEvent => ({
  type: 'transcript-received',
  taskId,
  transcript,
  startedAt,
  refreshMs: refreshMs,
  now: startedAt,
});

export const draftTyped = (key: string, text: string, cursor?: number): StoreEvent => ({
  type: 'draft-changed',
  key,
  buffer: bufferOf(text, cursor),
});

export const serverError = (message = 'No.'): BackendError =>
  new BackendError({ kind: 'server', message, tookEffect: 'no' });

export const delivery = (about: Partial<Delivery> = {}): Delivery => ({
  id: 'd1',
  taskId: 'a',
  text: 'yes',
  since: NOON,
  stage: 'sending',
  position: 1,
  resume: false,
  attempt: null,
  instanceName: null,
  version: 0,
  ...about,
});

export const TEMPLATE: Template = {
  id: 'p1',
  name: 'docker',
  displayName: '',
  description: '',
  activeVersionId: 'v1',
  organizationName: 'default',
  buildDurations: { start: { p50Ms: null, p95Ms: null }, stop: { p50Ms: null, p95Ms: null } },
};

export const selectAndView = (taskId: string): readonly StoreEvent[] => [
  { type: 'task-selected', taskId },
  { type: 'task-viewed', taskId },
];
