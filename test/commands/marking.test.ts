import { describe, expect, it } from 'vitest';
import { hiddenMarks, markCountWords, markedTasks } from '../../src/store/marks.ts';
import { makeChat, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const marked = (app: AppFixture): readonly string[] => markedTasks(app.state()).map(({ id }) => id);

describe('space', () => {
  it('marks or unmarks the task and moves to the next', () => {
    const app = appFixture(stateWithTasks('a', 'b', 'c'));
    app.press(' ', ' ');
    expect(marked(app)).toEqual(['a', 'b']);
    expect(app.state().view.selected).toBe('c');
    app.press('g', ' ');
    expect(marked(app)).toEqual(['b']);
  });

  it('stays on the last row', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('G', ' ', ' ', ' ');
    expect(app.state().view.selected).toBe('b');
    expect(marked(app)).toEqual(['b']);
  });

  it('scrolls in the transcript and marks nothing', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('tab', ' ');
    expect(marked(app)).toEqual([]);
  });

  it('shows the reason without a task', () => {
    const app = appFixture(applyEvents(emptyState(), listReceived([])));
    app.press(' ', 'a', 'u');
    expect(marked(app)).toEqual([]);
    expect(app.notice()).toBe('No task is marked.');
  });
});

describe('a', () => {
  const filtered = (): AppFixture => {
    const app = appFixture(stateWithTasks('a1', 'a2', 'b1'));
    app.dispatch({ type: 'filter-changed', filter: 'name-a' });
    return app;
  };

  it('marks all tasks that match the filter', () => {
    const app = filtered();
    app.press('a');
    expect(marked(app)).toEqual(['a1', 'a2']);
    app.press('a');
    expect(app.notice()).toBe('All shown tasks are marked.');
  });

  it('keeps hidden marks, and u removes all', () => {
    const app = filtered();
    app.press('a');
    app.dispatch({ type: 'filter-changed', filter: 'name-b' });
    app.press('a');
    expect(marked(app)).toEqual(['b1', 'a1', 'a2']);
    expect(markCountWords(app.state())).toBe('3 marked, 2 hidden');
    app.press('esc');
    expect(markCountWords(app.state())).toBe('3 marked');
    app.press('u');
    expect(markCountWords(app.state())).toBe('');
  });
});

describe('the mark of a task', () => {
  it('disappears with the task', () => {
    const app = appFixture(stateWithTasks('a', 'b', 'c'));
    app.press('a');
    app.dispatch(
      { type: 'action-accepted', taskId: 'a', action: 'delete', patch: { isRemoved: true }, now: NOON },
      listReceived([makeTask({ id: 'b' }), makeTask({ id: 'd' })], NOON + 1_000),
    );
    expect(marked(app)).toEqual(['b']);
  });

  it('stays while the filter hides the task', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press(' ');
    app.dispatch({ type: 'filter-changed', filter: 'name-b' });
    expect(hiddenMarks(app.state())).toBe(1);
    expect(marked(app)).toEqual(['a']);
  });
});

describe('a range', () => {
  const five = (): AppFixture => {
    const app = appFixture(stateWithTasks('a', 'b', 'c', 'd', 'e'));
    app.press('g', 'down');
    return app;
  };

  it('grows and shrinks with shift and an arrow, on both sides of its begin', () => {
    const app = five();
    app.press('shift+down', 'shift+down');
    expect(marked(app)).toEqual(['b', 'c', 'd']);
    app.press('shift+up', 'shift+up');
    expect(marked(app)).toEqual(['b']);
    app.press('shift+up');
    expect(marked(app)).toEqual(['a', 'b']);
    expect(app.state().view.selected).toBe('a');
    app.press('shift+up');
    expect(marked(app)).toEqual(['a', 'b']);
  });

  it('keeps the marks before it, and ends with another key', () => {
    const app = five();
    app.press('G', ' ', 'g', 'shift+down');
    expect(marked(app)).toEqual(['a', 'b', 'e']);
    app.press('down', 'shift+down');
    expect(marked(app)).toEqual(['a', 'b', 'c', 'd', 'e']);
    app.press('u', 'shift+up');
    expect(marked(app)).toEqual(['c', 'd']);
  });

  it('leaves out parents that the filter shows beside matching sub-agents', () => {
    const app = appFixture(
      applyEvents(
        emptyState(),
        listReceived([
          makeChat({ id: 'p', displayName: 'parent' }),
          makeChat({ id: 'k', displayName: 'match one', parentId: 'p' }),
          makeChat({ id: 'z', displayName: 'match two' }),
        ]),
        { type: 'filter-changed', filter: 'match' },
      ),
    );
    app.press('g', 'shift+down', 'shift+down');
    expect(marked(app).toSorted()).toEqual(['k', 'z']);
  });
});

it('the palette inverts the marks of shown tasks, and unmarks those above', () => {
  const app = appFixture(stateWithTasks('a', 'b', 'c', 'd'));
  const run = (id: string): void => {
    app.press(':');
    app.type(id);
    app.press('enter');
  };
  app.press('g', ' ');
  run('invert-marks');
  expect(marked(app)).toEqual(['b', 'c', 'd']);
  app.press('G');
  run('unmark-above');
  expect(marked(app)).toEqual(['d']);
  run('unmark-above');
  expect(app.notice()).toBe('No task above the selected one is marked.');
});
