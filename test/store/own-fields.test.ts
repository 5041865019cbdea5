import { describe, expect, it } from 'vitest';
import { EVERYONE } from '../../src/domain/owner-scope.ts';
import { sortedIds } from '../../src/domain/row-order.ts';
import { titleOf } from '../../src/domain/task.ts';
import { visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { taskById } from '../../src/store/task-index.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const names = ['a', 'b', 'c'];
/** New objects for each response, as after a change of the response. */
const listed = (at = NOON) =>
  listReceived(
    names.map((id) => makeTask({ id, displayName: `Task ${id}` })),
    at,
  );
const start = applyEvents(emptyState(), listed());
const renamed = applyEvents(start, { type: 'own-title-changed', taskId: 'b', title: 'Mine' });
const title = (state: State, id: string): string | null => {
  const task = taskById(state, id);
  return task && titleOf(task);
};

describe('an own title', () => {
  it('is shown at once and with each later list, and equal lists keep every task', () => {
    expect(title(renamed, 'b')).toBe('Mine');
    expect(taskById(renamed, 'a')).toBe(taskById(start, 'a'));
    const later = applyEvents(renamed, listed(NOON + 1));
    expect(later.tasks).toBe(renamed.tasks);
  });

  it('is shown on a restored list, and on a task that was fetched alone', () => {
    const ownFields = new Map([['b', { title: 'Mine', pinOrder: 0 }]]);
    const restored = applyEvents(
      emptyState(),
      { type: 'saved-state-restored', drafts: new Map(), history: [], selected: null, ownFields },
      { type: 'list-restored', tasks: names.map((id) => makeTask({ id })), at: NOON },
    );
    expect(title(restored, 'b')).toBe('Mine');
    const task = makeTask({ id: 'b', displayName: 'Other' });
    const fetched = applyEvents(restored, { type: 'task-received', task, startedAt: NOON, now: NOON });
    expect(title(fetched, 'b')).toBe('Mine');
  });

  it('goes with an empty one, and the object of other tasks stays', () => {
    const removed = applyEvents(renamed, { type: 'own-title-changed', taskId: 'b', title: '' });
    expect(title(removed, 'b')).toBe('Task b');
    expect(removed.ownFields.size).toBe(0);
    expect(taskById(removed, 'b')).not.toHaveProperty('own');
  });

  it('changes on tasks of a list that is parked', () => {
    const parked = applyEvents(
      start,
      { type: 'scope-selected', scope: EVERYONE, now: NOON },
      { type: 'own-title-changed', taskId: 'b', title: 'Mine' },
    );
    const [list] = parked.parkedLists.values();
    expect(list?.tasks.map(titleOf)).toEqual(['Task a', 'Mine', 'Task c']);
  });

  it('is found by the filter, and pinned tasks by is:pinned', () => {
    const filtered = (filter: string): readonly string[] =>
      visibleTasks(
        applyEvents(
          renamed,
          { type: 'own-pin-changed', taskId: 'c', isPinned: true },
          { type: 'filter-changed', filter },
        ),
      ).map(({ id }) => id);
    expect(filtered('mine')).toEqual(['b']);
    expect(filtered('is:pinned')).toEqual(['c']);
  });
});

describe('a pin', () => {
  const accepted = (taskId: string) =>
    [
      { type: 'own-pin-changed', taskId, isPinned: true },
      { type: 'action-accepted', taskId, action: 'pin', patch: {}, now: NOON },
    ] as const;

  it('moves the row to the pinned ones at once, in the order in which they were pinned', () => {
    const once = applyEvents(start, ...accepted('c'));
    expect(once.rowOrder).toEqual(['c', 'a', 'b']);
    expect(applyEvents(once, ...accepted('b')).rowOrder).toEqual(['c', 'b', 'a']);
  });

  it('moves no row of another sort', () => {
    const byName = applyEvents(start, { type: 'sort-changed', sort: 'name' });
    expect(applyEvents(byName, ...accepted('c')).rowOrder).toEqual(names);
  });

  it('puts its task first when the rows are sorted, as that of a chat', () => {
    const row = (id: string, pinOrder: number) =>
      ({ id, title: id, since: NOON, createdAt: NOON, phase: 'idle', needsYou: false, pinOrder }) as const;
    expect(sortedIds([row('a', 0), row('b', 2), row('c', 1)], 'activity')).toEqual(['c', 'b', 'a']);
    const sorted = applyEvents(start, ...accepted('c'), { type: 'reorder-requested' });
    expect(sorted.rowOrder[0]).toBe('c');
  });
});
