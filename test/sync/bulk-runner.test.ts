import { describe, expect, it } from 'vitest';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import type { Task } from '../../src/domain/task.ts';
import { secondsUntil } from '../../src/store/bulk-progress.ts';
import { markedIds } from '../../src/store/marks.ts';
import { nextTickAt } from '../../src/store/selectors.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { createBulkRunner } from '../../src/sync/bulk-runner.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import { makeBuild, makeSession, makeTask, withFields } from '../domain/builders.ts';
import { TABLES_WITH_SESSIONS } from '../support/session-actions.ts';
import { withSessions } from '../support/session-source.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const BUILD = makeBuild({ id: 'b2', number: 2, transition: 'stop' });
const idle = (count: number): Task[] =>
  Array.from({ length: count }, (_, index) => makeTask({ id: `t${index}`, displayName: `Task ${index}` }));

function startRunner(tasks: readonly Task[], { local = false } = {}) {
  const fixture = syncFixture({ tasks, local });
  let changes = 0;
  const changed = (): void => void changes++;
  const operations = createTaskOperations({ ...fixture, changed });
  const runner = createBulkRunner({ ...fixture, operations, changed });
  const phases = () =>
    fixture.state.tasks.map((task) => phaseIn(fixture.state, taskById(fixture.state, task.id) ?? task));
  return { fixture, runner, operations, phases, changes: () => changes };
}

describe('a bulk delete', () => {
  it('sends and shows nothing for five seconds, then one request per task', async () => {
    const tasks = idle(3);
    const { fixture, runner, phases, changes } = startRunner(tasks);
    runner.start('delete', tasks.slice(0, 2));
    await fixture.clock.advance(4_999);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    expect(phases()).toEqual(['idle', 'idle', 'idle']);
    await fixture.clock.advance(1);
    expect(phases()).toEqual(['deleting', 'deleting', 'idle']);
    expect(fixture.backend.calls('remove').map(({ args }) => args)).toEqual([[tasks[0]], [tasks[1]]]);
    for (const call of fixture.backend.calls('remove')) call.answer(undefined);
    await fixture.clock.settle();
    expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['t2']);
    expect(fixture.state.bulkOperations).toEqual([]);
    expect(fixture.state.notice).toMatchObject({ tone: 'good', text: '2 tasks are deleted.' });
    expect(changes(), 'requests again').toBe(0);
  });

  it('sends nothing after undo, and marks the tasks again', async () => {
    const tasks = idle(3);
    const { fixture, runner } = startRunner(tasks);
    fixture.store.dispatch({ type: 'marks-changed', marked: new Set(['t0', 't1']) });
    runner.start('delete', tasks.slice(0, 2));
    expect(markedIds(fixture.state)).toEqual([]);
    await fixture.clock.advance(4_000);
    runner.undo();
    expect(markedIds(fixture.state)).toEqual(['t0', 't1']);
    expect(fixture.state.notice?.text).toBe('Undone: no task was deleted. The 2 tasks are marked again.');
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    // No timer is left.
    expect(fixture.state.bulkOperations).toEqual([]);
  });

  it('counts down once a second during the undo window only', async () => {
    const tasks = idle(2);
    const { fixture, runner } = startRunner(tasks);
    const stop = startTicker(fixture.store, fixture.clock);
    const quiet = nextTickAt(fixture.state) - fixture.clock.now();
    runner.start('delete', tasks);
    const seen: number[] = [];
    const unwatch = fixture.store.subscribe(() => {
      const [operation] = fixture.state.bulkOperations;
      if (operation !== undefined) seen.push(secondsUntil(operation.startsAt, fixture.state.now));
    });
    await fixture.clock.advance(4_500);
    expect(seen).toEqual([4, 3, 2, 1]);
    runner.undo();
    unwatch();
    expect(nextTickAt(fixture.state) - fixture.clock.now()).toBeGreaterThan(Math.min(1_000, quiet) - 1);
    stop();
  });

  it('restarts its undo window after the machine slept', async () => {
    const tasks = idle(1);
    const { fixture, runner } = startRunner(tasks);
    const { clock } = fixture;
    const sleepy = createBulkRunner({
      store: fixture.store,
      clock,
      operations: { act: async () => true, request: async () => ({ failure: null, isSettled: true }) },
      changed: () => {},
    });
    sleepy.start('delete', tasks);
    clock.sleep(3_600_000);
    await fixture.clock.advance(5_000);
    expect(fixture.state.bulkOperations[0]?.stage).toBe('waiting');
    expect(fixture.state.bulkOperations[0]?.startsAt).toBe(clock.now() + 5_000);
    await fixture.clock.advance(5_000);
    expect(fixture.state.bulkOperations).toEqual([]);
    runner.stop();
  });

  it('starts at once when another bulk operation is given', async () => {
    const tasks = idle(4);
    const { fixture, runner, phases } = startRunner(tasks);
    runner.start('delete', tasks.slice(0, 2));
    await fixture.clock.advance(1_000);
    runner.start('pause', tasks.slice(1));
    expect(fixture.backend.calls('remove')).toHaveLength(2);
    expect(fixture.backend.calls('pause')).toHaveLength(0);
    expect(phases()).toEqual(['deleting', 'deleting', 'idle', 'idle']);
    runner.undo();
    await fixture.clock.advance(10_000);
    expect(fixture.backend.calls('pause')).toHaveLength(0);
    expect(fixture.backend.calls('remove')).toHaveLength(2);
  });

  it('waits while the quit question is open, and five seconds more', async () => {
    const tasks = idle(2);
    const { fixture, runner } = startRunner(tasks);
    runner.start('delete', tasks);
    await fixture.clock.advance(4_000);
    fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    fixture.store.dispatch({ type: 'overlay-closed' });
    await fixture.clock.advance(4_900);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    await fixture.clock.advance(100);
    expect(fixture.backend.calls('remove')).toHaveLength(2);
  });

  it('never starts when taskdeck ends before', async () => {
    const tasks = idle(2);
    const { fixture, runner, operations } = startRunner(tasks);
    runner.start('delete', tasks);
    runner.stop();
    operations.stop();
    await fixture.clock.advance(60_000);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    expect(fixture.clock.due).toEqual([]);
  });
});

describe('a bulk pause', () => {
  it('sends four requests at a time, and shows all tasks as pausing at once', async () => {
    const tasks = idle(12);
    const { fixture, runner, phases, changes } = startRunner(tasks);
    runner.start('pause', tasks);
    await fixture.clock.advance(5_000);
    expect(new Set(phases())).toEqual(new Set(['pausing']));
    for (let answered = 0; answered < 12; answered++) {
      expect(fixture.state.bulkOperations[0]?.doneCount).toBe(answered);
      fixture.backend
        .calls('pause')
        .find(({ isOpen }) => isOpen)
        ?.answer(BUILD);
      await fixture.clock.settle();
    }
    expect(fixture.backend.maxOpen('pause')).toBe(4);
    expect(fixture.backend.calls('pause')).toHaveLength(12);
    expect(fixture.state.notice?.text).toBe('12 tasks are pausing.');
    expect(changes(), 'requests again').toBe(0);
  });

  it('continues after a failure, reports the task, and marks it again', async () => {
    const tasks = idle(5);
    const { fixture, runner, phases, changes } = startRunner(tasks);
    runner.start('pause', tasks);
    await fixture.clock.advance(5_000);
    fixture.backend.calls('pause')[1]?.refuse(failure({ kind: 'conflict', message: 'A build is active.' }));
    await fixture.clock.settle();
    for (const call of fixture.backend.calls('pause')) if (call.isOpen) call.answer(BUILD);
    await fixture.clock.settle();
    for (const call of fixture.backend.calls('pause')) if (call.isOpen) call.answer(BUILD);
    await fixture.clock.settle();
    expect(fixture.state.bulkOperations).toEqual([]);
    expect(phases()).toEqual(['pausing', 'idle', 'pausing', 'pausing', 'pausing']);
    expect(changes(), 'requests again').toBe(1);
    expect(fixture.state.failedBulkOperation?.failures).toEqual([
      { taskId: 't1', title: 'Task 1', reason: 'A build is active.' },
    ]);
    expect(fixture.state.view.overlay).toEqual({ kind: 'outcome', top: 0 });
    expect(markedIds(fixture.state)).toEqual(['t1']);
  });

  it('skips a task that a rule excludes by then', async () => {
    const tasks = idle(2);
    const { fixture, runner } = startRunner(tasks);
    runner.start('pause', tasks);
    await fixture.clock.advance(1_000);
    fixture.receiveList(makeTask({ id: 't0', displayName: 'Task 0', status: 'paused' }), ...tasks.slice(1));
    await fixture.clock.advance(4_000);
    expect(fixture.backend.calls('pause')).toHaveLength(1);
    fixture.backend.open('pause').answer(BUILD);
    await fixture.clock.settle();
    expect(fixture.state.failedBulkOperation?.failures).toEqual([
      { taskId: 't0', title: 'Task 0', reason: 'It is already paused.' },
    ]);
  });

  it('opens no list while the user writes, but shows a notice', async () => {
    const tasks = idle(2);
    const { fixture, runner } = startRunner(tasks);
    runner.start('pause', tasks);
    fixture.store.dispatch({ type: 'pane-focused', pane: 'prompt' });
    await fixture.clock.advance(5_000);
    for (const call of fixture.backend.calls('pause')) call.refuse(failure({ message: 'Out of order.' }));
    await fixture.clock.settle();
    expect(fixture.state.view).toMatchObject({ overlay: null, focus: 'prompt' });
    expect(fixture.state.notice?.tone).toBe('bad');
    expect(withKeyNames(fixture.state.notice?.text ?? '', fixture.state.keyNames)).toBe(
      'Cannot pause 2 of 2 tasks. “Task 0”: Out of order. Press R to see all.',
    );
  });
});

describe('a bulk resume', () => {
  it('starts at once', () => {
    const tasks = [makeTask({ id: 'a', status: 'paused' }), makeTask({ id: 'b', status: 'paused' })];
    const { fixture, runner } = startRunner(tasks);
    runner.start('resume', tasks);
    expect(fixture.backend.calls('resume')).toHaveLength(2);
  });
});

describe('an action on one task', () => {
  it('waits for five seconds without marks, then its row shows it', async () => {
    const [task = makeTask(), ...others] = idle(2);
    const { fixture, runner, phases } = startRunner([task, ...others]);
    runner.startSingle('pause', task);
    expect(fixture.state.bulkOperations).toMatchObject([{ isSingle: true, stage: 'waiting' }]);
    await fixture.clock.advance(4_999);
    expect(fixture.backend.calls('pause')).toHaveLength(0);
    expect(phases()).toEqual(['idle', 'idle']);
    await fixture.clock.advance(1);
    expect(phases()).toEqual(['pausing', 'idle']);
    fixture.backend.open('pause').answer(BUILD);
    await fixture.clock.settle();
    expect(fixture.state.notice).toBeNull();
    expect(fixture.state.bulkOperations).toEqual([]);
  });

  it('sends nothing after undo, and marks nothing', async () => {
    const [task = makeTask()] = idle(1);
    const { fixture, runner } = startRunner([task]);
    runner.startSingle('delete', task);
    runner.undo();
    await fixture.clock.advance(10_000);
    expect(fixture.backend.calls('remove')).toHaveLength(0);
    expect(markedIds(fixture.state)).toEqual([]);
    expect(fixture.state.notice?.text).toBe('Undone: “Task 0” was not deleted.');
  });

  it('is replaced by another one on the same task', async () => {
    const [task = makeTask()] = idle(1);
    const { fixture, runner } = startRunner([task]);
    runner.startSingle('pause', task);
    await fixture.clock.advance(2_000);
    runner.startSingle('delete', task);
    await fixture.clock.advance(5_000);
    expect(fixture.backend.calls('pause')).toHaveLength(0);
    expect(fixture.backend.calls('remove')).toHaveLength(1);
  });

  it('starts at once when one on another task is given', async () => {
    const [one = makeTask(), other = makeTask()] = idle(2);
    const { fixture, runner } = startRunner([one, other]);
    runner.startSingle('pause', one);
    runner.startSingle('pause', other);
    expect(fixture.backend.calls('pause').map(({ args }) => args[0])).toEqual([one]);
    await fixture.clock.advance(5_000);
    expect(fixture.backend.calls('pause').map(({ args }) => args[0])).toEqual([one, other]);
  });

  it('shows its failure as a notice, not as a list', async () => {
    const [task = makeTask()] = idle(1);
    const { fixture, runner } = startRunner([task]);
    runner.startSingle('pause', task);
    await fixture.clock.advance(5_000);
    fixture.backend.open('pause').refuse(failure({ message: 'Out of order.' }));
    await fixture.clock.settle();
    expect(fixture.state.view.overlay).toBeNull();
    expect(markedIds(fixture.state)).toEqual([]);
    expect(fixture.state.failedBulkOperation).toBeNull();
    expect(fixture.state.notice).toMatchObject({
      tone: 'bad',
      text: 'Cannot pause “Task 0”: Out of order.',
      cause: { kind: 'action', taskId: 't0', action: 'pause' },
    });
  });
});

it('a bulk pause on this machine, whose question says that processes end, acts at once', () => {
  const tasks = idle(2);
  const { fixture, runner } = startRunner(tasks, { local: true });
  runner.start('pause', tasks);
  expect(fixture.backend.calls('pause')).toHaveLength(2);
});

describe('finishing all before quitting', () => {
  it('starts the waiting operation at once, and resolves to true when all succeeded', async () => {
    const tasks = idle(6);
    const { fixture, runner } = startRunner(tasks);
    runner.start('delete', tasks);
    let well: boolean | null = null;
    void runner.finishAll().then((answer) => {
      well = answer;
    });
    expect(fixture.backend.calls('remove')).toHaveLength(4);
    while (fixture.backend.calls('remove').some(({ isOpen }) => isOpen)) {
      expect(well).toBeNull();
      for (const call of fixture.backend.calls('remove')) if (call.isOpen) call.answer(undefined);
      await fixture.clock.settle();
    }
    expect(well).toBe(true);
  });

  it('resolves to false after a failure', async () => {
    const tasks = idle(1);
    const { fixture, runner } = startRunner(tasks);
    runner.start('delete', tasks);
    const finished = runner.finishAll();
    fixture.backend.open('remove').refuse(failure());
    expect(await finished).toBe(false);
  });

  it.each<readonly [string, (tasks: readonly Task[]) => readonly Task[]]>([
    [
      'no task can be paused any more',
      (tasks) => tasks.map((task) => withFields(task, { status: 'paused' })),
    ],
    [
      'the only task that could be paused is gone',
      (tasks) => tasks.slice(1).map((task) => withFields(task, { status: 'paused' })),
    ],
  ])('resolves to false when no task is eligible: %s', async (_, now) => {
    const tasks = idle(3);
    const { fixture, runner } = startRunner(tasks);
    runner.start('pause', tasks.slice(1));
    fixture.receiveList(...now(tasks));
    fixture.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    fixture.store.dispatch({ type: 'overlay-closed' });
    expect(await runner.finishAll()).toBe(false);
    expect(fixture.backend.calls('pause')).toHaveLength(0);
    expect(fixture.state.view.overlay).toEqual({ kind: 'outcome', top: 0 });
    expect(fixture.state.failedBulkOperation?.failures.map(({ reason }) => reason)).toEqual([
      'It is already paused.',
      'It is already paused.',
    ]);
  });

  it('ignores failures that were shown before', async () => {
    const tasks = idle(2);
    const { fixture, runner } = startRunner(tasks);
    runner.start('delete', tasks.slice(0, 1));
    await fixture.clock.advance(5_000);
    fixture.backend.open('remove').refuse(failure());
    await fixture.clock.settle();
    runner.start('delete', tasks.slice(1));
    const finished = runner.finishAll();
    fixture.backend.open('remove').answer(undefined);
    expect(await finished).toBe(true);
  });

  it('resolves at once without an operation', async () => {
    expect(await startRunner(idle(1)).runner.finishAll()).toBe(true);
  });
});

describe('the actions of another source', () => {
  const chats = [makeSession({ id: 'c1' }), makeSession({ id: 'c2' })];

  const inverseOf = ({ inverse }: State) =>
    inverse && { action: inverse.action, taskIds: inverse.tasks.map(({ id }) => id) };

  function startWithSessions() {
    const fixture = syncFixture({ tasks: chats, actionTables: TABLES_WITH_SESSIONS });
    const { backend, ran } = withSessions(fixture.backend, ...chats);
    let changes = 0;
    const changed = (): void => void changes++;
    const operations = createTaskOperations({ ...fixture, backend, changed });
    const runner = createBulkRunner({ ...fixture, operations, changed });
    return { fixture, operations, runner, ran, changes: () => changes };
  }

  it('change the rows at once, and request nothing again', async () => {
    const { fixture, operations, ran, changes } = startWithSessions();
    expect(await operations.act('close', 'c1')).toBe(true);
    expect(ran).toEqual(['close c1']);
    expect(fixture.state.tasks[0]?.facts).toMatchObject({ archived: true });
    expect(inverseOf(fixture.state)).toEqual({ action: 'reopen', taskIds: ['c1'] });
    expect(changes()).toBe(0);
  });

  it('with an inverse have no undo window in bulk', async () => {
    const { fixture, runner, ran, changes } = startWithSessions();
    runner.start('close', chats);
    await fixture.clock.settle();
    expect(ran).toEqual(['close c1', 'close c2']);
    expect(withKeyNames(fixture.state.notice?.text ?? '', fixture.state.keyNames)).toBe(
      '2 tasks are closed. Press U to undo it.',
    );
    expect(inverseOf(fixture.state)).toEqual({ action: 'reopen', taskIds: ['c1', 'c2'] });
    expect(changes()).toBe(0);
  });

  it('report the tasks that another action has made ineligible', async () => {
    const { fixture, operations, runner, ran } = startWithSessions();
    await operations.act('close', 'c1');
    runner.start('close', chats);
    await fixture.clock.settle();
    expect(ran).toEqual(['close c1', 'close c2']);
    expect(fixture.state.failedBulkOperation?.failures).toMatchObject([
      { taskId: 'c1', reason: 'It is already closed.' },
    ]);
  });
});
