import { describe, expect, it } from 'vitest';
import { hiddenMarks, markCountWords, markedTasks } from '../../src/store/marks.ts';
import { makeTask, NOON } from '../domain/builders.ts';
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
