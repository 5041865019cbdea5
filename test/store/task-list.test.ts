import { describe, expect, it } from 'vitest';
import { buildNumberOf } from '../../src/domain/task.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { live, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import {
  applyEvents,
  emptyState,
  idsOf,
  listReceived,
  selectAndView,
  stateWithTasks,
  transcriptReceived,
} from './state-builders.ts';

const task = (id: string, buildNumber = 1) => makeTask({ id, buildNumber });

function buildOf(state: State, id: string): number | null {
  const found = taskById(state, id);
  return found && buildNumberOf(found);
}

describe('a received list', () => {
  it('replaces the tasks, in its order', () => {
    const tasks = [task('b'), task('a')];
    const state = applyEvents(emptyState(), listReceived(tasks));
    expect(state.tasks).toBe(tasks);
    expect(state.listFreshness).toEqual({ requestedAt: NOON, refreshMs: 5_000, error: null, retryAt: null });
  });

  it('that was requested before a task was created keeps the task', () => {
    const made = applyEvents(
      stateWithTasks('a'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON + 10 },
      { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 20 },
    );
    expect(idsOf(made)).toEqual(['new', 'a']);
    const older = applyEvents(made, listReceived([task('a')], NOON + 15));
    expect(idsOf(older)).toEqual(['new', 'a']);
    expect(idsOf(applyEvents(made, listReceived([task('a')], NOON + 20)))).toEqual(['new', 'a']);
    expect(idsOf(applyEvents(made, listReceived([task('new'), task('a')], NOON + 15)))).toEqual(['new', 'a']);
    const newer = applyEvents(older, listReceived([task('a')], NOON + 21));
    expect(idsOf(newer)).toEqual(['a']);
  });

  it('that includes the new task already shows it once', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON },
      listReceived([task('new'), task('a')], NOON + 5),
      { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 20 },
    );
    expect(idsOf(state)).toEqual(['new', 'a']);
  });

  it('that was requested before a task was removed does not restore it', () => {
    const removed = applyEvents(stateWithTasks('a', 'b'), {
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: NOON + 20,
    });
    expect(idsOf(removed)).toEqual(['b']);
    const older = applyEvents(removed, listReceived([task('a'), task('b')], NOON + 15));
    expect(idsOf(older)).toEqual(['b']);
    const newer = applyEvents(older, listReceived([task('a'), task('b')], NOON + 21));
    expect(idsOf(newer)).toEqual(['a', 'b']);
  });

  it('that was requested before a single fetch of a task does not replace its newer state', () => {
    const looked = applyEvents(stateWithTasks('a', 'b'), {
      type: 'task-received',
      task: task('b', 2),
      startedAt: NOON + 20,
      now: NOON + 30,
    });
    const older = applyEvents(looked, listReceived([task('a', 7), task('b', 1)], NOON + 15));
    expect(buildOf(older, 'a')).toBe(7);
    expect(buildOf(older, 'b')).toBe(2);
    const newer = applyEvents(older, listReceived([task('a', 7), task('b', 3)], NOON + 21));
    expect(buildOf(newer, 'b')).toBe(3);
    expect(idsOf(newer)).toEqual(['a', 'b']);
  });

  it('that was requested before, but no longer has the task, removes it', () => {
    const looked = applyEvents(stateWithTasks('a', 'b'), {
      type: 'task-received',
      task: task('b', 2),
      startedAt: NOON + 20,
      now: NOON + 30,
    });
    expect(idsOf(applyEvents(looked, listReceived([task('a')], NOON + 15)))).toEqual(['a']);
  });

  it('keeps a new task that was fetched alone, too', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON + 10 },
      { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 20 },
      { type: 'task-received', task: task('new', 1), startedAt: NOON + 25, now: NOON + 30 },
      listReceived([task('a')], NOON + 15),
    );
    expect(idsOf(state)).toEqual(['new', 'a']);
  });

  it('drops the data of tasks that are gone', () => {
    const complete = makeTask({ id: 'a', state: makeReport({ state: 'complete' }) });
    const state = applyEvents(
      emptyState(),
      listReceived([complete, task('b')]),
      ...selectAndView('a'),
      transcriptReceived('a', live(you(0, 'go'))),
      { type: 'action-started', taskId: 'a', action: 'pause', now: NOON },
      ...selectAndView('b'),
      listReceived([task('b')], NOON + 1),
    );
    expect(state.transcripts.size).toBe(0);
    expect(state.pendingChanges.size).toBe(0);
    expect([...state.seenFingerprints.keys()]).toEqual(['b']);
  });
});

describe('a received task', () => {
  const received = (state: State, id: string, startedAt: number) =>
    applyEvents(state, { type: 'task-received', task: task(id, 9), startedAt, now: startedAt });

  it('is replaced in place', () => {
    const state = received(stateWithTasks('a', 'b', 'c'), 'b', NOON + 1);
    expect(state.tasks.map(buildNumberOf)).toEqual([1, 9, 1]);
  });

  it('does not return to a list that no longer has it', () => {
    const state = applyEvents(stateWithTasks('a', 'b'), listReceived([task('b')], NOON + 1));
    expect(idsOf(received(state, 'a', NOON))).toEqual(['b']);
    const removed = applyEvents(stateWithTasks('a', 'b'), {
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: NOON + 1,
    });
    expect(idsOf(received(removed, 'a', NOON))).toEqual(['b']);
  });

  it('that is unchanged keeps the same list object', () => {
    const state = stateWithTasks('a', 'b');
    const same = state.tasks[1] ?? task('b');
    expect(
      applyEvents(state, { type: 'task-received', task: same, startedAt: NOON, now: NOON + 1 }).tasks,
    ).toBe(state.tasks);
  });
});

describe('the selection', () => {
  const select = (state: State, taskId: string): State =>
    applyEvents(state, { type: 'task-selected', taskId });
  const selected = ({ view }: State): string | null => view.selected;

  it('starts at the first task', () => {
    expect(selected(emptyState())).toBeNull();
    expect(selected(stateWithTasks('a', 'b'))).toBe('a');
  });

  it('stays on its task when the order changes', () => {
    const state = applyEvents(
      select(stateWithTasks('a', 'b', 'c'), 'b'),
      listReceived([task('n'), task('c'), task('b')], NOON + 1),
    );
    expect(selected(state)).toBe('b');
  });

  it.each([
    ['the next one', ['a', 'b', 'd', 'e'], 'd'],
    ['the next one, although rows above disappeared too', ['b', 'd', 'e'], 'd'],
    ['the next one, although a new one appeared', ['n', 'a', 'b', 'd', 'e'], 'd'],
    ['the next remaining one', ['a', 'b', 'e'], 'e'],
    ['the one before at the end', ['a', 'b'], 'b'],
    ['the first one of a new list', ['x', 'y'], 'x'],
    ['nothing in an empty list', [], null],
  ])('moves to %s when its task disappears', (_, ids, heir) => {
    const before = select(stateWithTasks('a', 'b', 'c', 'd', 'e'), 'c');
    expect(
      selected(
        applyEvents(
          before,
          listReceived(
            ids.map((id) => task(id)),
            NOON + 1,
          ),
        ),
      ),
    ).toBe(heir);
  });

  it('moves when its task is deleted here, or not found', () => {
    const before = select(stateWithTasks('a', 'b', 'c'), 'b');
    expect(
      selected(
        applyEvents(before, {
          type: 'action-accepted',
          taskId: 'b',
          action: 'delete',
          patch: { isRemoved: true },
          now: NOON,
        }),
      ),
    ).toBe('c');
    expect(selected(applyEvents(before, { type: 'task-disappeared', taskId: 'b', now: NOON }))).toBe('c');
  });

  it('moves to a visible row when the filter changes, and only then', () => {
    const named = (id: string, displayName: string) => makeTask({ id, displayName });
    const tasks = [named('a', 'docs'), named('b', 'login'), named('c', 'tests'), named('d', 'more tests')];
    const before = select(applyEvents(emptyState(), listReceived(tasks)), 'b');
    expect(selected(applyEvents(before, { type: 'filter-changed', filter: 'login' }))).toBe('b');
    expect(selected(applyEvents(before, { type: 'filter-changed', filter: 'tests' }))).toBe('c');
    expect(selected(applyEvents(before, { type: 'filter-changed', filter: 'docs' }))).toBe('a');
    expect(selected(applyEvents(before, { type: 'filter-changed', filter: 'nothing' }))).toBeNull();
    // A poll does not move it, although the filter hides it now.
    const filtered = applyEvents(before, { type: 'filter-changed', filter: 'login' });
    const renamed = tasks.map((one) => (one.id === 'b' ? named('b', 'logout') : one));
    expect(selected(applyEvents(filtered, listReceived(renamed, NOON + 1)))).toBe('b');
  });

  it('moves to a new task, unless it has moved meanwhile', () => {
    const asked = applyEvents(select(stateWithTasks('a', 'b'), 'b'), {
      type: 'creation-started',
      key: 'c1',
      prompt: 'go',
      now: NOON,
    });
    expect(asked.pendingCreations).toMatchObject([
      { key: 'c1', prompt: 'go', since: NOON, selectedAtStart: 'b' },
    ]);
    const created = { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 9 } as const;
    expect(selected(applyEvents(asked, created))).toBe('new');
    expect(applyEvents(asked, created).pendingCreations).toEqual([]);
    expect(selected(applyEvents(select(asked, 'a'), created))).toBe('a');
  });

  it('moves to a new task after the selected one has gone', () => {
    const asked = applyEvents(
      select(stateWithTasks('a', 'b'), 'b'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON },
      listReceived([task('a')], NOON + 1),
      { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 9 },
    );
    expect(selected(asked)).toBe('new');
  });

  it('does not move to a new task while the user writes to the selected one', () => {
    const state = applyEvents(
      select(stateWithTasks('a', 'b'), 'b'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON },
      { type: 'pane-focused', pane: 'prompt' },
      { type: 'creation-finished', key: 'c1', task: task('new'), now: NOON + 9 },
    );
    expect(selected(state)).toBe('b');
    expect(state.view.focus).toBe('prompt');
  });

  it('does not move for a refused task', () => {
    const state = applyEvents(
      stateWithTasks('a'),
      { type: 'creation-started', key: 'c1', prompt: 'go', now: NOON },
      { type: 'creation-failed', key: 'c1', now: NOON },
    );
    expect(state.pendingCreations).toEqual([]);
    expect(selected(state)).toBe('a');
  });
});

describe('the seen status', () => {
  const complete = (id: string, at: number) => makeTask({ id, state: makeReport({ state: 'complete', at }) });

  it('is each report of the viewed task', () => {
    const first = applyEvents(
      emptyState(),
      listReceived([complete('a', 1), complete('b', 1)]),
      ...selectAndView('a'),
    );
    expect([...first.seenFingerprints]).toEqual([['a', 'complete 1']]);
    const moved = applyEvents(first, ...selectAndView('b'));
    expect([...moved.seenFingerprints]).toEqual([
      ['a', 'complete 1'],
      ['b', 'complete 1'],
    ]);
    const later = applyEvents(moved, listReceived([complete('a', 2), complete('b', 2)], NOON + 1));
    expect([...later.seenFingerprints]).toEqual([
      ['a', 'complete 1'],
      ['b', 'complete 2'],
    ]);
  });

  it('is empty without a report', () => {
    expect(
      applyEvents(emptyState(), listReceived([makeTask({ state: null })]), ...selectAndView('t1'))
        .seenFingerprints.size,
    ).toBe(0);
  });
});
