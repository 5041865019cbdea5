import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { counts, visibleTasks } from '../../src/store/selectors.ts';
import { isUnseenIn } from '../../src/store/slices/attention.ts';
import { AWAY_MS } from '../../src/store/slices/rows.ts';
import type { State } from '../../src/store/state.ts';
import { MINUTE, makeChat, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived, selectAndView } from './state-builders.ts';

const rows = (state: State): string =>
  visibleTasks(state)
    .map(({ id }) => id)
    .join('');
const task = (id: string, state: 'working' | 'idle' | 'complete' | 'failed', at: number): Task =>
  makeTask({ id, state: makeReport({ state, at }) });
const later = NOON + MINUTE;

describe('rows', () => {
  const first = applyEvents(
    emptyState(),
    listReceived([
      task('a', 'idle', NOON - 3 * MINUTE),
      task('b', 'working', NOON - MINUTE),
      task('c', 'idle', 1),
    ]),
  );
  const changed = [
    task('c', 'working', later),
    task('b', 'idle', later - 9_000),
    task('a', 'working', later - 1),
  ];

  it('are sorted with the first response, those of the last run included', () => {
    expect(rows(first)).toBe('bac');
    const recalled = applyEvents(emptyState(), { type: 'list-restored', tasks: changed, at: NOON });
    expect(rows(recalled)).toBe('cab');
    const answered = applyEvents(
      recalled,
      listReceived([task('a', 'idle', NOON), task('b', 'idle', 2), task('c', 'idle', 1)]),
    );
    expect(rows(answered)).toBe('abc');
  });

  it('are sorted with the first list of each source, and stay in place afterwards', () => {
    const chat = (id: string, at: number): Task => ({ ...makeChat({ id, updatedAt: at }), createdAt: at });
    const both = applyEvents(
      emptyState(),
      { type: 'sources-known', sources: ['tasks', 'chats'] },
      listReceived([task('a', 'idle', NOON - 3 * MINUTE), task('b', 'working', NOON - MINUTE)]),
      chatsReceived([chat('x', NOON - 2 * MINUTE)]),
    );
    expect(rows(both)).toBe('bxa');
    const changedChat = chatsReceived([chat('x', NOON), chat('y', NOON)], later);
    expect(rows(applyEvents(both, changedChat))).toBe('bxay');
  });

  it('stay in place when tasks change, appear and disappear', () => {
    const next = applyEvents(first, listReceived([task('new', 'working', later), ...changed], later));
    expect(rows(next)).toBe('bacnew');
    expect(
      rows(applyEvents(next, listReceived([task('new', 'working', later), ...changed.slice(0, 2)], later))),
    ).toBe('bcnew');
    expect(rows(applyEvents(next, { type: 'clock-ticked', now: later + 60 * MINUTE }))).toBe('bacnew');
  });

  it('that are added together are sorted among themselves', () => {
    const more = [task('x', 'idle', later - 9 * MINUTE), task('y', 'idle', later - 8 * MINUTE)];
    expect(rows(applyEvents(first, listReceived([...first.tasks, ...more], later)))).toBe('bacyx');
  });

  it('are sorted when the user selects a sort key', () => {
    const next = applyEvents(first, listReceived([task('n', 'working', later + 1), ...changed], later));
    expect(rows(applyEvents(next, { type: 'sort-changed', sort: 'activity' }))).toBe('ncab');
    expect(rows(applyEvents(next, { type: 'sort-changed', sort: 'name' }))).toBe('abcn');
    const byPhase = applyEvents(next, { type: 'sort-changed', sort: 'phase' });
    expect(rows(byPhase)).toBe('bnca');
    expect(byPhase.view.selected).toBe(next.view.selected);
  });

  it('are sorted on a refresh, and again with its response', () => {
    const asked = applyEvents(first, listReceived(changed, later), { type: 'reorder-requested' });
    expect(rows(asked)).toBe('cab');
    const answered = applyEvents(
      asked,
      listReceived([task('a', 'idle', later + 2), ...changed.slice(0, 2)], later + 2),
    );
    expect(rows(answered)).toBe('acb');
    expect(rows(applyEvents(answered, listReceived(changed, later + 3)))).toBe('acb');
  });

  it('are sorted when the user returns to the window after a while, not at once', () => {
    const away = applyEvents(
      first,
      { type: 'window-focus-changed', focused: false, now: NOON },
      listReceived(changed, NOON + 1),
    );
    const back = (now: number) =>
      rows(applyEvents(away, { type: 'window-focus-changed', focused: true, now }));
    expect(back(NOON + AWAY_MS - 1)).toBe('bac');
    expect(back(NOON + AWAY_MS)).toBe('cab');
  });

  it('have a task that was created here on top', () => {
    const made = applyEvents(
      first,
      { type: 'creation-started', key: 'k', prompt: 'go', now: later },
      { type: 'creation-finished', key: 'k', task: makeTask({ id: 'mine' }), now: later },
    );
    expect(rows(made)).toBe('minebac');
    expect(made.view.selected).toBe('mine');
  });
});

describe('the attention filter', () => {
  const all = [
    task('a', 'idle', NOON - 4 * MINUTE),
    task('b', 'working', NOON - 5 * MINUTE),
    task('c', 'failed', NOON - 6 * MINUTE),
    task('d', 'complete', NOON - 7 * MINUTE),
  ];
  const start = applyEvents(emptyState(), listReceived(all), { type: 'attention-filter-changed', on: true });
  const listAt = (state: State, ...tasks: readonly Task[]): State =>
    applyEvents(
      state,
      listReceived(
        state.tasks.map((old) => tasks.find(({ id }) => id === old.id) ?? old),
        later,
      ),
    );

  it('shows tasks that need attention, then all again', () => {
    expect(rows(start)).toBe('acd');
    expect(rows(applyEvents(start, { type: 'attention-filter-changed', on: false }))).toBe('abcd');
  });

  it('keeps a handled task until the user moves on', () => {
    const answered = listAt(start, task('a', 'working', later));
    expect(rows(answered)).toBe('acd');
    expect(answered.view.selected).toBe('a');
    expect(rows(applyEvents(answered, { type: 'task-selected', taskId: 'c' }))).toBe('cd');
  });

  it('keeps a task that another user handled in place, too', () => {
    const answered = listAt(start, task('c', 'working', later));
    expect(rows(answered)).toBe('acd');
    expect(rows(applyEvents(answered, { type: 'task-selected', taskId: 'd' }))).toBe('ad');
  });

  it('loses a completed task when the user has seen it and moved on', () => {
    const passed = applyEvents(start, { type: 'task-selected', taskId: 'd' });
    expect(rows(applyEvents(passed, { type: 'task-selected', taskId: 'a' }))).toBe('acd');
    const looked = applyEvents(start, ...selectAndView('d'));
    expect(rows(looked)).toBe('acd');
    expect(rows(applyEvents(looked, { type: 'task-selected', taskId: 'a' }))).toBe('ac');
  });

  it('appends a task after it has needed attention for three seconds', () => {
    const begun = listAt(start, task('b', 'idle', later - 1_000));
    expect(rows(begun)).toBe('acd');
    expect(rows(applyEvents(begun, { type: 'clock-ticked', now: later + 2_000 }))).toBe('acdb');
    expect(
      rows(
        applyEvents(
          begun,
          { type: 'clock-ticked', now: later + 2_000 },
          { type: 'sort-changed', sort: 'name' },
        ),
      ),
    ).toBe('abcd');
  });

  it('can be empty; then selects the first task that appears', () => {
    const none = applyEvents(emptyState(), listReceived([task('b', 'working', NOON)]), {
      type: 'attention-filter-changed',
      on: true,
    });
    expect(rows(none)).toBe('');
    expect(none.view.selected).toBeNull();
    const one = listAt(none, task('b', 'idle', later - 9_000));
    expect(rows(one)).toBe('b');
    expect(one.view.selected).toBe('b');
    expect(applyEvents(none, { type: 'attention-filter-changed', on: false }).view.selected).toBe('b');
  });

  it('includes a selected task that was just created', () => {
    const made = applyEvents(
      start,
      { type: 'creation-started', key: 'k', prompt: 'go', now: later },
      { type: 'creation-finished', key: 'k', task: task('m', 'working', later), now: later },
    );
    expect(made.view.selected).toBe('m');
    expect(rows(made)).toContain('m');
  });

  it('loses a deleted task, and selects the next one', () => {
    const gone = applyEvents(start, {
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: later,
    });
    expect(rows(gone)).toBe('cd');
    expect(gone.view.selected).toBe('c');
  });
});

describe('an unseen task', () => {
  const unseen = (state: State): string =>
    state.tasks
      .filter((each) => isUnseenIn(state, each))
      .map(({ id }) => id)
      .join('');
  const state = applyEvents(
    emptyState(),
    listReceived([
      task('a', 'idle', NOON - 9_000),
      task('b', 'idle', NOON - 10_000),
      task('c', 'working', NOON - 20_000),
    ]),
  );

  it('is one with a new result that the user has not viewed; passing it with the cursor is not enough', () => {
    expect(unseen(state)).toBe('ab');
    expect(unseen(applyEvents(state, { type: 'task-selected', taskId: 'b' }))).toBe('ab');
    expect(unseen(applyEvents(state, ...selectAndView('b')))).toBe('a');
  });

  it('is one that has changed since the user saw it', () => {
    const looked = applyEvents(state, ...selectAndView('b'), ...selectAndView('a'));
    expect(unseen(looked)).toBe('');
    expect(
      unseen(
        applyEvents(
          looked,
          listReceived(
            [...state.tasks.filter(({ id }) => id !== 'b'), task('b', 'idle', later - 9_000)],
            later,
          ),
        ),
      ),
    ).toBe('b');
  });

  it('is one with a new build result', () => {
    const failed = (buildNumber: number) =>
      makeTask({ id: 'b', status: 'error', workspaceStatus: 'failed', buildNumber });
    const looked = applyEvents(
      state,
      listReceived([failed(1)]),
      ...selectAndView('b'),
      listReceived([failed(1), task('a', 'idle', 1)], later),
    );
    const aside = applyEvents(looked, ...selectAndView('a'));
    expect(unseen(aside)).toBe('');
    expect(unseen(applyEvents(aside, listReceived([failed(3), task('a', 'idle', 1)], later + 1)))).toBe('b');
  });

  it('can be the selected one while the terminal has no focus', () => {
    const done = [task('a', 'complete', later - 9_000)];
    const away = applyEvents(
      state,
      { type: 'window-focus-changed', focused: false, now: NOON + 1 },
      listReceived(done, later),
    );
    expect(unseen(away)).toBe('a');
    expect(counts(away).needYou).toBe(1);
    const back = applyEvents(
      away,
      { type: 'window-focus-changed', focused: true, now: later + 1 },
      ...selectAndView('a'),
    );
    expect(unseen(back)).toBe('');
    expect(counts(back).needYou).toBe(0);
  });

  it('is the same after a restart', () => {
    const kept = applyEvents(state, ...selectAndView('a'), ...selectAndView('b')).seenFingerprints;
    const again = applyEvents(
      emptyState(),
      {
        type: 'saved-state-restored',
        drafts: new Map(),
        history: [],
        selected: null,
        seen: kept,
        sort: 'activity',
      },
      listReceived(state.tasks),
    );
    expect(unseen(again)).toBe('');
  });
});
