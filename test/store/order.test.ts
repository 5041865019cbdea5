import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { AWAY_MS } from '../../src/store/order.ts';
import { counts, isUnseenIn, visibleTasks } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/make.ts';
import { begin, listed, lookingAt, play } from './make.ts';

const rows = (state: State): string =>
  visibleTasks(state)
    .map(({ id }) => id)
    .join('');
const task = (id: string, state: 'working' | 'idle' | 'complete' | 'failed', at: number): Task =>
  makeTask({ id, state: makeReport({ state, at }) });
const later = NOON + MINUTE;

describe('rows', () => {
  const first = play(
    begin(),
    listed([task('a', 'idle', NOON - 3 * MINUTE), task('b', 'working', NOON - MINUTE), task('c', 'idle', 1)]),
  );
  const changed = [
    task('c', 'working', later),
    task('b', 'idle', later - 9_000),
    task('a', 'working', later - 1),
  ];

  it('are in order when the server answers first, what was shown from the last time included', () => {
    expect(rows(first)).toBe('bac');
    const recalled = play(begin(), { type: 'list-recalled', tasks: changed, at: NOON });
    expect(rows(recalled)).toBe('cab');
    const answered = play(
      recalled,
      listed([task('a', 'idle', NOON), task('b', 'idle', 2), task('c', 'idle', 1)]),
    );
    expect(rows(answered)).toBe('abc');
  });

  it('stay where they are when tasks change, come and go', () => {
    const next = play(first, listed([task('new', 'working', later), ...changed], later));
    expect(rows(next)).toBe('bacnew');
    expect(rows(play(next, listed([task('new', 'working', later), ...changed.slice(0, 2)], later)))).toBe(
      'bcnew',
    );
    expect(rows(play(next, { type: 'ticked', now: later + 60 * MINUTE }))).toBe('bacnew');
  });

  it('take their places when a sort is chosen', () => {
    const next = play(first, listed([task('n', 'working', later + 1), ...changed], later));
    expect(rows(play(next, { type: 'sorted', sort: 'activity' }))).toBe('ncab');
    expect(rows(play(next, { type: 'sorted', sort: 'name' }))).toBe('abcn');
    const byPhase = play(next, { type: 'sorted', sort: 'phase' });
    expect(rows(byPhase)).toBe('bnca');
    expect(byPhase.view.selected).toBe(next.view.selected);
  });

  it('take their places when all is asked anew, and once more when the answer comes', () => {
    const asked = play(first, listed(changed, later), { type: 'returned' });
    expect(rows(asked)).toBe('cab');
    const answered = play(asked, listed([task('a', 'idle', later + 2), ...changed.slice(0, 2)], later + 2));
    expect(rows(answered)).toBe('acb');
    expect(rows(play(answered, listed(changed, later + 3)))).toBe('acb');
  });

  it('take their places for somebody who comes back to the window, but not for a glance aside', () => {
    const away = play(first, { type: 'focus-changed', focused: false, now: NOON }, listed(changed, NOON + 1));
    const back = (now: number) => rows(play(away, { type: 'focus-changed', focused: true, now }));
    expect(back(NOON + AWAY_MS - 1)).toBe('bac');
    expect(back(NOON + AWAY_MS)).toBe('cab');
  });

  it('have a task on top that was made here', () => {
    const made = play(
      first,
      { type: 'creation-begun', key: 'k', prompt: 'go', now: later },
      { type: 'created', key: 'k', task: makeTask({ id: 'mine' }), now: later },
    );
    expect(rows(made)).toBe('minebac');
    expect(made.view.selected).toBe('mine');
  });
});

describe('only those that need you', () => {
  const all = [
    task('a', 'idle', NOON - 4 * MINUTE),
    task('b', 'working', NOON - 5 * MINUTE),
    task('c', 'failed', NOON - 6 * MINUTE),
    task('d', 'complete', NOON - 7 * MINUTE),
  ];
  const start = play(begin(), listed(all), { type: 'needing-shown', on: true });
  const now = (state: State, ...tasks: readonly Task[]): State =>
    play(
      state,
      listed(
        state.tasks.map((old) => tasks.find(({ id }) => id === old.id) ?? old),
        later,
      ),
    );

  it('are shown, and all again', () => {
    expect(rows(start)).toBe('acd');
    expect(rows(play(start, { type: 'needing-shown', on: false }))).toBe('abcd');
  });

  it('keep the one that was just answered until the user moves on', () => {
    const answered = now(start, task('a', 'working', later));
    expect(rows(answered)).toBe('acd');
    expect(answered.view.selected).toBe('a');
    expect(rows(play(answered, { type: 'selected', taskId: 'c' }))).toBe('cd');
  });

  it('keep one that somebody else answered where it is, too', () => {
    const answered = now(start, task('c', 'working', later));
    expect(rows(answered)).toBe('acd');
    expect(rows(play(answered, { type: 'selected', taskId: 'd' }))).toBe('ad');
  });

  it('lose a completed one when it was looked at and left', () => {
    const passed = play(start, { type: 'selected', taskId: 'd' });
    expect(rows(play(passed, { type: 'selected', taskId: 'a' }))).toBe('acd');
    const looked = play(start, ...lookingAt('d'));
    expect(rows(looked)).toBe('acd');
    expect(rows(play(looked, { type: 'selected', taskId: 'a' }))).toBe('ac');
  });

  it('gain one that begins to, at the end, when it has for three seconds', () => {
    const begun = now(start, task('b', 'idle', later - 1_000));
    expect(rows(begun)).toBe('acd');
    expect(rows(play(begun, { type: 'ticked', now: later + 2_000 }))).toBe('acdb');
    expect(rows(play(begun, { type: 'ticked', now: later + 2_000 }, { type: 'sorted', sort: 'name' }))).toBe(
      'abcd',
    );
  });

  it('may be none; then the first that begins to is shown, and selected', () => {
    const none = play(begin(), listed([task('b', 'working', NOON)]), { type: 'needing-shown', on: true });
    expect(rows(none)).toBe('');
    expect(none.view.selected).toBeNull();
    const one = now(none, task('b', 'idle', later - 9_000));
    expect(rows(one)).toBe('b');
    expect(one.view.selected).toBe('b');
    expect(play(none, { type: 'needing-shown', on: false }).view.selected).toBe('b');
  });

  it('leave out nothing that is selected because it was just made', () => {
    const made = play(
      start,
      { type: 'creation-begun', key: 'k', prompt: 'go', now: later },
      { type: 'created', key: 'k', task: task('m', 'working', later), now: later },
    );
    expect(made.view.selected).toBe('m');
    expect(rows(made)).toContain('m');
  });

  it('lose one that was deleted, and the next is selected', () => {
    const gone = play(start, { type: 'removed', taskId: 'a', now: later });
    expect(rows(gone)).toBe('cd');
    expect(gone.view.selected).toBe('c');
  });
});

describe('what nobody has looked at', () => {
  const unseen = (state: State): string =>
    state.tasks
      .filter((each) => isUnseenIn(state, each))
      .map(({ id }) => id)
      .join('');
  const state = play(
    begin(),
    listed([
      task('a', 'idle', NOON - 9_000),
      task('b', 'idle', NOON - 10_000),
      task('c', 'working', NOON - 20_000),
    ]),
  );

  it('is what came to something and was not looked at since: that the cursor passed is not enough', () => {
    expect(unseen(state)).toBe('ab');
    expect(unseen(play(state, { type: 'selected', taskId: 'b' }))).toBe('ab');
    expect(unseen(play(state, ...lookingAt('b')))).toBe('a');
  });

  it('is a task that was looked at and has changed since', () => {
    const looked = play(state, ...lookingAt('b'), ...lookingAt('a'));
    expect(unseen(looked)).toBe('');
    expect(
      unseen(
        play(
          looked,
          listed([...state.tasks.filter(({ id }) => id !== 'b'), task('b', 'idle', later - 9_000)], later),
        ),
      ),
    ).toBe('b');
  });

  it('is what a build came to, by the build', () => {
    const failed = (buildNumber: number) =>
      makeTask({ id: 'b', status: 'error', workspaceStatus: 'failed', buildNumber });
    const looked = play(
      state,
      listed([failed(1)]),
      ...lookingAt('b'),
      listed([failed(1), task('a', 'idle', 1)], later),
    );
    const aside = play(looked, ...lookingAt('a'));
    expect(unseen(aside)).toBe('');
    expect(unseen(play(aside, listed([failed(3), task('a', 'idle', 1)], later + 1)))).toBe('b');
  });

  it('is the selected one too while the terminal says that nobody is there', () => {
    const done = [task('a', 'complete', later - 9_000)];
    const away = play(state, { type: 'focus-changed', focused: false, now: NOON + 1 }, listed(done, later));
    expect(unseen(away)).toBe('a');
    expect(counts(away).needYou).toBe(1);
    const back = play(away, { type: 'focus-changed', focused: true, now: later + 1 }, ...lookingAt('a'));
    expect(unseen(back)).toBe('');
    expect(counts(back).needYou).toBe(0);
  });

  it('comes back from the disk as it was', () => {
    const kept = play(state, ...lookingAt('a'), ...lookingAt('b')).seen;
    const again = play(
      begin(),
      { type: 'remembered', drafts: new Map(), history: [], selected: null, seen: kept, sort: 'activity' },
      listed(state.tasks),
    );
    expect(unseen(again)).toBe('');
  });
});
