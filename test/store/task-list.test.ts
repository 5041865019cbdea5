import { describe, expect, it } from 'vitest';
import { taskById } from '../../src/store/selectors.ts';
import type { State } from '../../src/store/state.ts';
import { live, makeReport, makeTask, NOON, you } from '../domain/make.ts';
import { begin, idsOf, listed, lookingAt, play, showing, transcribed } from './make.ts';

const task = (id: string, buildNumber = 1) => makeTask({ id, buildNumber });

describe('a list that arrives', () => {
  it('is taken as it is, in its order', () => {
    const tasks = [task('b'), task('a')];
    const state = play(begin(), listed(tasks));
    expect(state.tasks).toBe(tasks);
    expect(state.list).toEqual({ at: NOON, promised: 5_000, error: null, retryAt: null });
  });

  it('that was asked for before a task was made does not lose it', () => {
    const made = play(
      showing('a'),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON + 10 },
      { type: 'created', key: 'c1', task: task('new'), now: NOON + 20 },
    );
    expect(idsOf(made)).toEqual(['new', 'a']);
    const older = play(made, listed([task('a')], NOON + 15));
    expect(idsOf(older)).toEqual(['new', 'a']);
    expect(idsOf(play(made, listed([task('a')], NOON + 20)))).toEqual(['new', 'a']);
    expect(idsOf(play(made, listed([task('new'), task('a')], NOON + 15)))).toEqual(['new', 'a']);
    const newer = play(older, listed([task('a')], NOON + 21));
    expect(idsOf(newer)).toEqual(['a']);
  });

  it('that has the new task already shows it once', () => {
    const state = play(
      showing('a'),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON },
      listed([task('new'), task('a')], NOON + 5),
      { type: 'created', key: 'c1', task: task('new'), now: NOON + 20 },
    );
    expect(idsOf(state)).toEqual(['new', 'a']);
  });

  it('that was asked for before a task was removed does not bring it back', () => {
    const removed = play(showing('a', 'b'), { type: 'removed', taskId: 'a', now: NOON + 20 });
    expect(idsOf(removed)).toEqual(['b']);
    const older = play(removed, listed([task('a'), task('b')], NOON + 15));
    expect(idsOf(older)).toEqual(['b']);
    const newer = play(older, listed([task('a'), task('b')], NOON + 21));
    expect(idsOf(newer)).toEqual(['a', 'b']);
  });

  it('that was asked for before a task was looked at by itself does not bring its past back', () => {
    const looked = play(showing('a', 'b'), {
      type: 'task-arrived',
      task: task('b', 2),
      startedAt: NOON + 20,
      now: NOON + 30,
    });
    const older = play(looked, listed([task('a', 7), task('b', 1)], NOON + 15));
    expect(taskById(older, 'a')?.buildNumber).toBe(7);
    expect(taskById(older, 'b')?.buildNumber).toBe(2);
    const newer = play(older, listed([task('a', 7), task('b', 3)], NOON + 21));
    expect(taskById(newer, 'b')?.buildNumber).toBe(3);
    expect(idsOf(newer)).toEqual(['a', 'b']);
  });

  it('that was asked for before, but does not have the task any more, takes it away', () => {
    const looked = play(showing('a', 'b'), {
      type: 'task-arrived',
      task: task('b', 2),
      startedAt: NOON + 20,
      now: NOON + 30,
    });
    expect(idsOf(play(looked, listed([task('a')], NOON + 15)))).toEqual(['a']);
  });

  it('keeps a new task that was looked at, too', () => {
    const state = play(
      showing('a'),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON + 10 },
      { type: 'created', key: 'c1', task: task('new'), now: NOON + 20 },
      { type: 'task-arrived', task: task('new', 1), startedAt: NOON + 25, now: NOON + 30 },
      listed([task('a')], NOON + 15),
    );
    expect(idsOf(state)).toEqual(['new', 'a']);
  });

  it('forgets what hung on tasks that are gone', () => {
    const complete = makeTask({ id: 'a', state: makeReport({ state: 'complete' }) });
    const state = play(
      begin(),
      listed([complete, task('b')]),
      ...lookingAt('a'),
      transcribed('a', live(you(0, 'go'))),
      { type: 'asked', taskId: 'a', intent: 'pause', now: NOON },
      ...lookingAt('b'),
      listed([task('b')], NOON + 1),
    );
    expect(state.transcripts.size).toBe(0);
    expect(state.asked.size).toBe(0);
    expect([...state.seen.keys()]).toEqual(['b']);
  });
});

describe('one task that arrives', () => {
  const arrived = (state: State, id: string, startedAt: number) =>
    play(state, { type: 'task-arrived', task: task(id, 9), startedAt, now: startedAt });

  it('takes its place in the list', () => {
    const state = arrived(showing('a', 'b', 'c'), 'b', NOON + 1);
    expect(state.tasks.map(({ buildNumber }) => buildNumber)).toEqual([1, 9, 1]);
  });

  it('does not return to a list that it has left', () => {
    const state = play(showing('a', 'b'), listed([task('b')], NOON + 1));
    expect(idsOf(arrived(state, 'a', NOON))).toEqual(['b']);
    const removed = play(showing('a', 'b'), { type: 'removed', taskId: 'a', now: NOON + 1 });
    expect(idsOf(arrived(removed, 'a', NOON))).toEqual(['b']);
  });

  it('that is the very same leaves the list the very same', () => {
    const state = showing('a', 'b');
    const same = state.tasks[1] ?? task('b');
    expect(play(state, { type: 'task-arrived', task: same, startedAt: NOON, now: NOON + 1 }).tasks).toBe(
      state.tasks,
    );
  });
});

describe('the selection', () => {
  const select = (state: State, taskId: string): State => play(state, { type: 'selected', taskId });
  const selected = ({ view }: State): string | null => view.selected;

  it('begins with the first task', () => {
    expect(selected(begin())).toBeNull();
    expect(selected(showing('a', 'b'))).toBe('a');
  });

  it('stays with its task wherever that stands', () => {
    const state = play(
      select(showing('a', 'b', 'c'), 'b'),
      listed([task('n'), task('c'), task('b')], NOON + 1),
    );
    expect(selected(state)).toBe('b');
  });

  it.each([
    ['the next one', ['a', 'b', 'd', 'e'], 'd'],
    ['the next one, although rows above it went too', ['b', 'd', 'e'], 'd'],
    ['the next one, although a new one came', ['n', 'a', 'b', 'd', 'e'], 'd'],
    ['the next that is left', ['a', 'b', 'e'], 'e'],
    ['the one before at the end', ['a', 'b'], 'b'],
    ['the first of others', ['x', 'y'], 'x'],
    ['nothing in an empty list', [], null],
  ])('moves to %s when its task goes', (_, ids, heir) => {
    const before = select(showing('a', 'b', 'c', 'd', 'e'), 'c');
    expect(
      selected(
        play(
          before,
          listed(
            ids.map((id) => task(id)),
            NOON + 1,
          ),
        ),
      ),
    ).toBe(heir);
  });

  it('moves when its task is removed here, or found to be gone', () => {
    const before = select(showing('a', 'b', 'c'), 'b');
    expect(selected(play(before, { type: 'removed', taskId: 'b', now: NOON }))).toBe('c');
    expect(selected(play(before, { type: 'task-gone', taskId: 'b', now: NOON }))).toBe('c');
  });

  it('moves to what the filter shows, and only then', () => {
    const named = (id: string, displayName: string) => makeTask({ id, displayName });
    const tasks = [named('a', 'docs'), named('b', 'login'), named('c', 'tests'), named('d', 'more tests')];
    const before = select(play(begin(), listed(tasks)), 'b');
    expect(selected(play(before, { type: 'filtered', filter: 'login' }))).toBe('b');
    expect(selected(play(before, { type: 'filtered', filter: 'tests' }))).toBe('c');
    expect(selected(play(before, { type: 'filtered', filter: 'docs' }))).toBe('a');
    expect(selected(play(before, { type: 'filtered', filter: 'nothing' }))).toBeNull();
    // What arrives does not move it, although the filter hides it by now.
    const filtered = play(before, { type: 'filtered', filter: 'login' });
    const renamed = tasks.map((one) => (one.id === 'b' ? named('b', 'logout') : one));
    expect(selected(play(filtered, listed(renamed, NOON + 1)))).toBe('b');
  });

  it('moves to a task that was made, when it did not move meanwhile', () => {
    const asked = play(select(showing('a', 'b'), 'b'), {
      type: 'creation-begun',
      key: 'c1',
      prompt: 'go',
      now: NOON,
    });
    expect(asked.creating).toMatchObject([{ key: 'c1', prompt: 'go', since: NOON, selected: 'b' }]);
    const created = { type: 'created', key: 'c1', task: task('new'), now: NOON + 9 } as const;
    expect(selected(play(asked, created))).toBe('new');
    expect(play(asked, created).creating).toEqual([]);
    expect(selected(play(select(asked, 'a'), created))).toBe('a');
  });

  it('does not move to a task that was made while something is written to the selected one', () => {
    const state = play(
      select(showing('a', 'b'), 'b'),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON },
      { type: 'focused', pane: 'prompt' },
      { type: 'created', key: 'c1', task: task('new'), now: NOON + 9 },
    );
    expect(selected(state)).toBe('b');
    expect(state.view.focus).toBe('prompt');
  });

  it('does not move for a task that was refused', () => {
    const state = play(
      showing('a'),
      { type: 'creation-begun', key: 'c1', prompt: 'go', now: NOON },
      { type: 'creation-refused', key: 'c1', now: NOON },
    );
    expect(state.creating).toEqual([]);
    expect(selected(state)).toBe('a');
  });
});

describe('what was seen', () => {
  const complete = (id: string, at: number) => makeTask({ id, state: makeReport({ state: 'complete', at }) });

  it('is the report of the task that is looked at, and each new one of it', () => {
    const first = play(begin(), listed([complete('a', 1), complete('b', 1)]), ...lookingAt('a'));
    expect([...first.seen]).toEqual([['a', 'complete 1']]);
    const moved = play(first, ...lookingAt('b'));
    expect([...moved.seen]).toEqual([
      ['a', 'complete 1'],
      ['b', 'complete 1'],
    ]);
    const later = play(moved, listed([complete('a', 2), complete('b', 2)], NOON + 1));
    expect([...later.seen]).toEqual([
      ['a', 'complete 1'],
      ['b', 'complete 2'],
    ]);
  });

  it('is nothing where there is no report', () => {
    expect(play(begin(), listed([makeTask({ state: null })]), ...lookingAt('t1')).seen.size).toBe(0);
  });
});
