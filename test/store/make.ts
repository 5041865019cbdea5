import { keyNames } from '../../src/commands/key-names.ts';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { Template } from '../../src/domain/ports/backend.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { Action } from '../../src/store/action.ts';
import { initialState } from '../../src/store/initial.ts';
import { reduce } from '../../src/store/reducer.ts';
import type { DeliveryEntry, State } from '../../src/store/state.ts';
import { makeTask, NOON } from '../domain/make.ts';

export const SIZE = { columns: 80, rows: 24 };

export const begin = (size = SIZE): State =>
  initialState({ deployment: { name: 'local', local: true }, size, keyNames: keyNames({}), now: NOON });

/** The same on a Coder deployment. */
export const onDeployment = (state: State): State => ({
  ...state,
  deployment: { name: 'coder.example.com', local: false },
});

/** The state after all of these. */
export const play = (state: State, ...actions: readonly Action[]): State => actions.reduce(reduce, state);

/** A list that was asked for at `startedAt` and is answered at once. */
export const listed = (tasks: readonly Task[], startedAt = NOON): Action => ({
  type: 'list-arrived',
  tasks,
  startedAt,
  promised: 5_000,
  now: startedAt,
});

/** A list of tasks with these ids. */
export const showing = (...ids: readonly string[]): State =>
  play(begin(), listed(ids.map((id) => makeTask({ id }))));

export const idsOf = ({ tasks }: State): readonly string[] => tasks.map(({ id }) => id);

export const transcribed = (
  taskId: string,
  transcript: Transcript,
  startedAt = NOON,
  promised = 1_000,
): Action => ({ type: 'transcript-arrived', taskId, transcript, startedAt, promised, now: startedAt });

export const typed = (key: string, text: string, cursor?: number): Action => ({
  type: 'draft-edited',
  key,
  buffer: bufferOf(text, cursor),
});

export const refusal = (message = 'No.'): BackendError =>
  new BackendError({ kind: 'server', message, tookEffect: 'no' });

export const delivery = (about: Partial<DeliveryEntry> = {}): DeliveryEntry => ({
  id: 'd1',
  taskId: 'a',
  text: 'yes',
  since: NOON,
  stage: 'sending',
  position: 1,
  resume: false,
  attempt: null,
  owner: null,
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
  buildTimes: { start: { usualMs: null, longMs: null }, stop: { usualMs: null, longMs: null } },
};

/** The user selects a task and looks at it. */
export const lookingAt = (taskId: string): readonly Action[] => [
  { type: 'selected', taskId },
  { type: 'watched', taskId },
];
