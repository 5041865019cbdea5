import { describe, expect, it } from 'vitest';
import { keyNames } from '../../src/commands/command-registry.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { initialState } from '../../src/store/initial-state.ts';
import type { State } from '../../src/store/state.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { live, makeChat, NOON, withFields, you } from '../domain/builders.ts';
import { applyEvents, listReceived } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const chat = (about: Parameters<typeof makeChat>[0] = {}): Task =>
  makeChat({ id: 'c', displayName: 'Chat', queueLength: null, ...about });

const queue = (...ids: readonly string[]): Transcript => ({
  ...live(you(1, 'go')),
  queue: ids.map((id) => ({ id, parts: [{ type: 'text', text: 'next' }], at: NOON })),
});

/** The first task is selected, with this conversation. */
function stateWith(tasks: readonly Task[], transcript?: Transcript): State {
  const state = initialState({
    deployment: { name: 'coder.example.com', local: false },
    size: { columns: 120, rows: 40 },
    keyNames: keyNames({}),
    now: NOON,
  });
  const [first] = tasks;
  return applyEvents(
    state,
    listReceived(tasks),
    { type: 'task-selected', taskId: first?.id ?? null },
    ...(transcript === undefined || first === undefined
      ? []
      : [
          {
            type: 'transcript-received',
            taskId: first.id,
            transcript,
            startedAt: NOON,
            refreshMs: 3_000,
            now: NOON,
          } as const,
        ]),
  );
}

const act = (action: string, taskId = 'c') => ({ what: 'act', action, taskId });

describe('a key on a chat', () => {
  it.each([
    ['x', 'interrupt', chat({ status: 'running' })],
    ['p', 'interrupt', chat({ status: 'running' })],
    ['d', 'archive', chat()],
    ['r', 'restore', chat({ archived: true })],
    ['r', 'continue', chat({ status: 'error' })],
    ['*', 'pin', chat()],
    ['*', 'unpin', chat({ pinOrder: 1 })],
  ])('%s runs %s', (key, action, task) => {
    const app = appFixture(stateWith([task]));
    app.press(key);
    expect(app.notice()).toBeNull();
    expect(app.calls).toEqual([act(action)]);
  });

  it('x on a Task says why not', () => {
    const app = appFixture(stateWith([taskIn('working', 'a')]));
    app.press('x');
    expect(app.notice()).toBe('Interrupt does not apply to a task.');
  });
});

describe('an interrupt with a queue', () => {
  const open = () => appFixture(stateWith([chat({ status: 'running' })], queue('7', '8')));

  it('asks whether the queue goes too', () => {
    const app = open();
    app.press('x');
    expect(questionOf(app.state())).toMatchObject({
      words: 'Interrupt “Chat”? The next of 2 queued messages runs then.',
      answers: [
        ['y', 'interrupts'],
        ['c', 'also clears the queue'],
        ['other keys', 'leave it'],
      ],
    });
    expect(app.calls).toEqual([]);
  });

  it.each([
    ['y', [act('interrupt')]],
    ['c', [act('interrupt-all')]],
    ['n', []],
    ['enter', []],
  ])('answers %s', (key, calls) => {
    const app = open();
    app.press('x', key);
    expect(app.calls).toEqual(calls);
  });

  it('acts at once when the queue is empty', () => {
    const app = appFixture(stateWith([chat({ status: 'running' })], queue()));
    app.press('x');
    expect(app.calls).toEqual([act('interrupt')]);
  });
});

describe('undo of an archive', () => {
  const archived = withFields(chat(), { archived: true });
  const accepted = (id: string, task: Task) =>
    ({
      type: 'action-accepted',
      taskId: id,
      action: 'archive',
      patch: { task, isRemoved: true },
      now: NOON,
    }) as const;

  it('restores the chat, although the list no longer holds it', () => {
    const app = appFixture(stateWith([chat()]));
    app.press('d');
    app.dispatch(
      { type: 'action-started', taskId: 'c', action: 'archive', now: NOON },
      accepted('c', archived),
    );
    expect(app.state().tasks).toEqual([]);
    expect(app.notice()).toBe('“Chat” is archived. Press U to undo it.');
    app.press('U');
    expect(app.calls).toEqual([act('archive'), act('restore')]);
    app.dispatch({
      type: 'action-accepted',
      taskId: 'c',
      action: 'restore',
      patch: { task: chat() },
      now: NOON,
    });
    expect(app.state().tasks).toEqual([chat()]);
    expect(app.notice()).toBe('“Chat” is restored. Press U to undo it.');
  });

  it('restores all chats of a bulk operation', () => {
    const other = chat({ id: 'c2' });
    const app = appFixture(stateWith([chat(), other]));
    const operation = {
      id: 'o1',
      action: 'archive',
      tasks: app.state().tasks,
      isSingle: false,
      stage: 'waiting',
      startsAt: NOON,
      doneCount: 0,
      failures: [],
    } as const;
    app.dispatch(
      { type: 'bulk-operation-queued', operation, now: NOON },
      { type: 'bulk-operation-started', id: 'o1', now: NOON },
      accepted('c', archived),
      accepted('c2', withFields(other, { archived: true })),
      { type: 'bulk-operation-finished', id: 'o1', now: NOON },
    );
    expect(app.state().tasks).toEqual([]);
    app.press('U');
    expect(app.calls).toEqual([{ what: 'bulk', action: 'restore', taskIds: ['c', 'c2'] }]);
    const restore = { ...operation, id: 'o2', action: 'restore', tasks: app.state().inverse?.tasks ?? [] };
    app.dispatch(
      { type: 'bulk-operation-queued', operation: restore, now: NOON },
      { type: 'bulk-operation-started', id: 'o2', now: NOON },
    );
    // The stored tasks are archived ones: all can be restored.
    expect(app.state().bulkOperations[0]?.failures).toEqual([]);
  });
});
