import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { matchingRows } from '../../src/store/matching-rows.ts';
import { counts, rowIndexById, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { isFolded, needOfFolded } from '../../src/store/task-tree.ts';
import { type ChatFields, MINUTE, makeChat, makeQuestion, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from './state-builders.ts';

const chat = (id: string, about: ChatFields = {}): Task =>
  makeChat({ id, displayName: id, state: null, updatedAt: NOON - 10 * MINUTE, ...about });
const rows = (state: State): string =>
  visibleTasks(state)
    .map(({ id }) => id)
    .join('');
const unfold = (taskId: string, isUnfolded = true): StoreEvent => ({
  type: 'fold-changed',
  taskId,
  isUnfolded,
});

const all = [
  chat('a', { status: 'running', updatedAt: NOON - MINUTE }),
  chat('b', { updatedAt: NOON - 2 * MINUTE }),
  chat('x', { parentId: 'a', status: 'running', updatedAt: NOON - 3 * MINUTE }),
  chat('y', { parentId: 'a', updatedAt: NOON - 4 * MINUTE }),
];
const start = applyEvents(emptyState(), chatsReceived(all));

describe('a tree of chats', () => {
  it('is folded at first, and unfolds below its task', () => {
    expect(rows(start)).toBe('ab');
    expect(isFolded(start, 'a')).toBe(true);
    expect(isFolded(start, 'b')).toBeNull();
    const open = applyEvents(start, unfold('a'));
    expect(rows(open)).toBe('axyb');
    expect([...rowIndexById(open).entries()]).toEqual([
      ['a', 0],
      ['x', 1],
      ['y', 2],
      ['b', 3],
    ]);
    expect(rows(applyEvents(open, unfold('a', false)))).toBe('ab');
  });

  it('keeps rows in place: a new sub-agent comes last in its family', () => {
    const open = applyEvents(start, unfold('a'));
    const changed = [chat('z', { parentId: 'a', updatedAt: NOON }), ...all];
    expect(rows(applyEvents(open, chatsReceived(changed, NOON + 1)))).toBe('axyzb');
  });

  it('counts sub-agents only among those that need the user', () => {
    expect(counts(start)).toEqual({
      total: 2,
      needYou: 0,
      byPhase: new Map([
        ['working', 1],
        ['complete', 1],
      ]),
    });
    const asking = all.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] }));
    expect(counts(applyEvents(start, chatsReceived(asking, NOON + 1)))).toEqual({
      total: 2,
      needYou: 1,
      byPhase: new Map([
        ['working', 1],
        ['complete', 1],
      ]),
    });
  });

  it('shows the need of a hidden sub-agent at its task', () => {
    expect(needOfFolded(start, 'a')).toBeNull();
    const failed = applyEvents(
      start,
      chatsReceived(all.with(3, chat('y', { parentId: 'a', status: 'error' })), NOON + 1),
    );
    expect(needOfFolded(failed, 'a')).toBe('attention');
    const asking = applyEvents(
      start,
      chatsReceived(all.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] })), NOON + 1),
    );
    expect(needOfFolded(asking, 'a')).toBe('answer');
    expect(needOfFolded(applyEvents(asking, unfold('a')), 'a')).toBeNull();
  });

  it('sorted by phase, a task with a sub-agent that needs the user comes first', () => {
    const asking = [
      chat('w', { status: 'running', updatedAt: NOON }),
      ...all.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] })),
    ];
    const state = applyEvents(emptyState(), chatsReceived(asking), { type: 'sort-changed', sort: 'phase' });
    expect(rows(state)).toBe('awb');
  });

  it('unfolds when a sub-agent is selected, also by a filter that ends', () => {
    expect(rows(applyEvents(start, { type: 'task-selected', taskId: 'y' }))).toBe('axyb');
    const filtered = applyEvents(
      start,
      { type: 'filter-changed', filter: 'y' },
      { type: 'task-selected', taskId: 'y' },
    );
    expect(rows(filtered)).toBe('ay');
    const cleared = applyEvents(filtered, { type: 'filter-changed', filter: '' });
    expect([rows(cleared), cleared.view.selected]).toEqual(['axyb', 'y']);
  });

  it('with a filter, the parent of a match has a row without being a match', () => {
    const filtered = applyEvents(start, { type: 'filter-changed', filter: 'y' });
    expect(rows(filtered)).toBe('ay');
    expect(matchingRows(filtered).map(({ id }) => id)).toEqual(['y']);
  });

  it('the attention filter shows a sub-agent with its parent', () => {
    const asking = all.with(3, chat('y', { parentId: 'a', questions: [makeQuestion()] }));
    const state = applyEvents(emptyState(), chatsReceived(asking), {
      type: 'attention-filter-changed',
      on: true,
    });
    expect(rows(state)).toBe('ay');
  });

  it('a sub-agent without its parent, and Tasks beside, have rows', () => {
    const state = applyEvents(
      emptyState(),
      chatsReceived([...all, chat('o', { parentId: 'gone' })]),
      listReceived([makeTask({ id: 't' })]),
    );
    expect(rows(state)).toBe('abot');
  });
});
