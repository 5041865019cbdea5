import { describe, expect, it } from 'vitest';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import type { Task } from '../../src/domain/task.ts';
import { secondsUntil } from '../../src/store/bulk-progress.ts';
import { markedIds } from '../../src/store/marks.ts';
import { nextTickAt, phaseIn, taskById } from '../../src/store/selectors.ts';
import { createBulkRunner } from '../../src/sync/bulk-runner.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { startTicker } from '../../src/sync/ticker.ts';
import { makeBuild, makeTask } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const BUILD = makeBuild({ id: 'b2', number: 2, transition: 'stop' });
const idle = (count: number): Task[] =>
  Array.from({ length: count }, (_, index) => makeTask({ id: `t${index}`, displayName: `Task ${index}` }));

function ordering(tasks: readonly Task[]) {
  const deck = syncFixture({ tasks });
  let changes = 0;
  const changed = (): void => void changes++;
  const operations = createTaskOperations({ ...deck, changed });
  const several = createBulkRunner({ ...deck, request: operations.request, changed });
  const phases = () =>
    deck.state.tasks.map((task) => phaseIn(deck.state, taskById(deck.state, task.id) ?? task));
  return { deck, several, operations, phases, changes: () => changes };
}

describe('a delete of several tasks', () => {
  it('asks nothing and shows nothing for five seconds, then asks for each', async () => {
    const tasks = idle(3);
    const { deck, several, phases, changes } = ordering(tasks);
    several.start('delete', tasks.slice(0, 2));
    await deck.clock.advance(4_999);
    expect(deck.backend.calls('remove')).toHaveLength(0);
    expect(phases()).toEqual(['idle', 'idle', 'idle']);
    await deck.clock.advance(1);
    expect(phases()).toEqual(['deleting', 'deleting', 'idle']);
    expect(deck.backend.calls('remove').map(({ args }) => args)).toEqual([[tasks[0]], [tasks[1]]]);
    for (const call of deck.backend.calls('remove')) call.answer(undefined);
    await deck.clock.settle();
    expect(deck.state.tasks.map(({ id }) => id)).toEqual(['t2']);
    expect(deck.state.bulkOperations).toEqual([]);
    expect(deck.state.notice).toMatchObject({ tone: 'good', text: '2 tasks are deleted.' });
    expect(changes()).toBe(1);
  });

  it('is taken back, and then nothing is ever asked and the tasks are marked again', async () => {
    const tasks = idle(3);
    const { deck, several } = ordering(tasks);
    deck.store.dispatch({ type: 'marks-changed', marked: new Set(['t0', 't1']) });
    several.start('delete', tasks.slice(0, 2));
    expect(markedIds(deck.state)).toEqual([]);
    await deck.clock.advance(4_000);
    several.undo();
    expect(markedIds(deck.state)).toEqual(['t0', 't1']);
    expect(deck.state.notice?.text).toBe('Undone: no task was deleted. The 2 tasks are marked again.');
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('remove')).toHaveLength(0);
    // It is no trace of it left that would tick.
    expect(deck.state.bulkOperations).toEqual([]);
  });

  it('counts down once a second while it waits, and not before or after', async () => {
    const tasks = idle(2);
    const { deck, several } = ordering(tasks);
    const stop = startTicker(deck.store, deck.clock);
    const quiet = nextTickAt(deck.state) - deck.clock.now();
    several.start('delete', tasks);
    const seen: number[] = [];
    const unwatch = deck.store.subscribe(() => {
      const [order] = deck.state.bulkOperations;
      if (order !== undefined) seen.push(secondsUntil(order.startsAt, deck.state.now));
    });
    await deck.clock.advance(4_500);
    expect(seen).toEqual([4, 3, 2, 1]);
    several.undo();
    unwatch();
    expect(nextTickAt(deck.state) - deck.clock.now()).toBeGreaterThan(Math.min(1_000, quiet) - 1);
    stop();
  });

  it('that nobody could look at, because the machine slept, waits anew', async () => {
    const tasks = idle(1);
    const { deck, several } = ordering(tasks);
    const { clock } = deck;
    const sleepy = createBulkRunner({
      store: deck.store,
      clock,
      request: async () => null,
      changed: () => {},
    });
    sleepy.start('delete', tasks);
    clock.sleep(3_600_000);
    await deck.clock.advance(5_000);
    expect(deck.state.bulkOperations[0]?.stage).toBe('waiting');
    expect(deck.state.bulkOperations[0]?.startsAt).toBe(clock.now() + 5_000);
    await deck.clock.advance(5_000);
    expect(deck.state.bulkOperations).toEqual([]);
    several.stop();
  });

  it('that still waits goes at once when something else is asked of several', async () => {
    const tasks = idle(4);
    const { deck, several, phases } = ordering(tasks);
    several.start('delete', tasks.slice(0, 2));
    await deck.clock.advance(1_000);
    several.start('pause', tasks.slice(1));
    expect(deck.backend.calls('remove')).toHaveLength(2);
    expect(deck.backend.calls('pause')).toHaveLength(0);
    expect(phases()).toEqual(['deleting', 'deleting', 'idle', 'idle']);
    several.undo();
    await deck.clock.advance(10_000);
    expect(deck.backend.calls('pause')).toHaveLength(0);
    expect(deck.backend.calls('remove')).toHaveLength(2);
  });

  it('waits for as long as the user is asked whether to quit, and five seconds more', async () => {
    const tasks = idle(2);
    const { deck, several } = ordering(tasks);
    several.start('delete', tasks);
    await deck.clock.advance(4_000);
    deck.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('remove')).toHaveLength(0);
    deck.store.dispatch({ type: 'overlay-closed' });
    await deck.clock.advance(4_900);
    expect(deck.backend.calls('remove')).toHaveLength(0);
    await deck.clock.advance(100);
    expect(deck.backend.calls('remove')).toHaveLength(2);
  });

  it('is never done when taskdeck ends before', async () => {
    const tasks = idle(2);
    const { deck, several, operations } = ordering(tasks);
    several.start('delete', tasks);
    several.stop();
    operations.stop();
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('remove')).toHaveLength(0);
    expect(deck.clock.due).toEqual([]);
  });
});

describe('a pause of many tasks', () => {
  it('asks for four at a time, all of them shown as pausing at once', async () => {
    const tasks = idle(12);
    const { deck, several, phases, changes } = ordering(tasks);
    several.start('pause', tasks);
    await deck.clock.advance(5_000);
    expect(new Set(phases())).toEqual(new Set(['pausing']));
    for (let answered = 0; answered < 12; answered++) {
      expect(deck.state.bulkOperations[0]?.doneCount).toBe(answered);
      deck.backend
        .calls('pause')
        .find(({ isOpen }) => isOpen)
        ?.answer(BUILD);
      await deck.clock.settle();
    }
    expect(deck.backend.mostOpen('pause')).toBe(4);
    expect(deck.backend.calls('pause')).toHaveLength(12);
    expect(deck.state.notice?.text).toBe('12 tasks are pausing.');
    expect(changes()).toBe(1);
  });

  it('goes on when one fails, tells which, and marks it again', async () => {
    const tasks = idle(5);
    const { deck, several, phases } = ordering(tasks);
    several.start('pause', tasks);
    await deck.clock.advance(5_000);
    deck.backend.calls('pause')[1]?.refuse(failure({ kind: 'conflict', message: 'A build is active.' }));
    await deck.clock.settle();
    for (const call of deck.backend.calls('pause')) if (call.isOpen) call.answer(BUILD);
    await deck.clock.settle();
    for (const call of deck.backend.calls('pause')) if (call.isOpen) call.answer(BUILD);
    await deck.clock.settle();
    expect(deck.state.bulkOperations).toEqual([]);
    expect(phases()).toEqual(['pausing', 'idle', 'pausing', 'pausing', 'pausing']);
    expect(deck.state.failedBulkOperation?.failures).toEqual([
      { taskId: 't1', title: 'Task 1', reason: 'A build is active.' },
    ]);
    expect(deck.state.view.overlay).toEqual({ kind: 'outcome', top: 0 });
    expect(markedIds(deck.state)).toEqual(['t1']);
  });

  it('does not ask for one that a rule is against by then', async () => {
    const tasks = idle(2);
    const { deck, several } = ordering(tasks);
    several.start('pause', tasks);
    await deck.clock.advance(1_000);
    deck.receiveList(makeTask({ id: 't0', displayName: 'Task 0', status: 'paused' }), ...tasks.slice(1));
    await deck.clock.advance(4_000);
    expect(deck.backend.calls('pause')).toHaveLength(1);
    deck.backend.open('pause').answer(BUILD);
    await deck.clock.settle();
    expect(deck.state.failedBulkOperation?.failures).toEqual([
      { taskId: 't0', title: 'Task 0', reason: 'It is already paused.' },
    ]);
  });

  it('opens no list while the user writes, but says it in a line', async () => {
    const tasks = idle(2);
    const { deck, several } = ordering(tasks);
    several.start('pause', tasks);
    deck.store.dispatch({ type: 'pane-focused', pane: 'prompt' });
    await deck.clock.advance(5_000);
    for (const call of deck.backend.calls('pause')) call.refuse(failure({ message: 'Out of order.' }));
    await deck.clock.settle();
    expect(deck.state.view).toMatchObject({ overlay: null, focus: 'prompt' });
    expect(deck.state.notice?.tone).toBe('bad');
    expect(withKeyNames(deck.state.notice?.text ?? '', deck.state.keyNames)).toBe(
      'Cannot pause 2 of 2 tasks. “Task 0”: Out of order. Use R to see all.',
    );
  });
});

describe('a resume of several tasks', () => {
  it('begins at once', () => {
    const tasks = [makeTask({ id: 'a', status: 'paused' }), makeTask({ id: 'b', status: 'paused' })];
    const { deck, several } = ordering(tasks);
    several.start('resume', tasks);
    expect(deck.backend.calls('resume')).toHaveLength(2);
  });
});

describe('to finish before leaving', () => {
  it('has what waits go at once, and says when all of it went well', async () => {
    const tasks = idle(6);
    const { deck, several } = ordering(tasks);
    several.start('delete', tasks);
    let well: boolean | null = null;
    void several.finishAll().then((answer) => {
      well = answer;
    });
    expect(deck.backend.calls('remove')).toHaveLength(4);
    while (deck.backend.calls('remove').some(({ isOpen }) => isOpen)) {
      expect(well).toBeNull();
      for (const call of deck.backend.calls('remove')) if (call.isOpen) call.answer(undefined);
      await deck.clock.settle();
    }
    expect(well).toBe(true);
  });

  it('says when something failed', async () => {
    const tasks = idle(1);
    const { deck, several } = ordering(tasks);
    several.start('delete', tasks);
    const finished = several.finishAll();
    deck.backend.open('remove').refuse(failure());
    expect(await finished).toBe(false);
  });

  it.each<readonly [string, (tasks: readonly Task[]) => readonly Task[]]>([
    [
      'none of the tasks can be paused any more',
      (tasks) => tasks.map((task) => ({ ...task, status: 'paused' })),
    ],
    [
      'the only task that could be paused is gone',
      (tasks) => tasks.slice(1).map((task) => ({ ...task, status: 'paused' })),
    ],
  ])('says so when nothing can be done: %s', async (_, now) => {
    const tasks = idle(3);
    const { deck, several } = ordering(tasks);
    several.start('pause', tasks.slice(1));
    deck.receiveList(...now(tasks));
    deck.store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-quit' } });
    deck.store.dispatch({ type: 'overlay-closed' });
    expect(await several.finishAll()).toBe(false);
    expect(deck.backend.calls('pause')).toHaveLength(0);
    expect(deck.state.view.overlay).toEqual({ kind: 'outcome', top: 0 });
    expect(deck.state.failedBulkOperation?.failures.map(({ reason }) => reason)).toEqual([
      'It is already paused.',
      'It is already paused.',
    ]);
  });

  it('counts no failure that was shown before', async () => {
    const tasks = idle(2);
    const { deck, several } = ordering(tasks);
    several.start('delete', tasks.slice(0, 1));
    await deck.clock.advance(5_000);
    deck.backend.open('remove').refuse(failure());
    await deck.clock.settle();
    several.start('delete', tasks.slice(1));
    const finished = several.finishAll();
    deck.backend.open('remove').answer(undefined);
    expect(await finished).toBe(true);
  });

  it('has nothing to wait for where nothing was asked', async () => {
    expect(await ordering(idle(1)).several.finishAll()).toBe(true);
  });
});
