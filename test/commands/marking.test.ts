import { describe, expect, it } from 'vitest';
import { hiddenMarks, markCountWords, markedTasks } from '../../src/store/marks.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const marked = (deck: AppFixture): readonly string[] => markedTasks(deck.state()).map(({ id }) => id);

describe('space', () => {
  it('marks the task and goes on to the next, and unmarks it again', () => {
    const deck = appFixture(stateWithTasks('a', 'b', 'c'));
    deck.press(' ', ' ');
    expect(marked(deck)).toEqual(['a', 'b']);
    expect(deck.state().view.selected).toBe('c');
    deck.press('g', ' ');
    expect(marked(deck)).toEqual(['b']);
  });

  it('stays on the last row', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press('G', ' ', ' ', ' ');
    expect(deck.state().view.selected).toBe('b');
    expect(marked(deck)).toEqual(['b']);
  });

  it('in the transcript scrolls and marks nothing', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press('tab', ' ');
    expect(marked(deck)).toEqual([]);
  });

  it('says why where there is nothing to mark', () => {
    const deck = appFixture(applyEvents(emptyState(), listReceived([])));
    deck.press(' ', 'a', 'u');
    expect(marked(deck)).toEqual([]);
    expect(deck.notice()).toBe('No task is marked.');
  });
});

describe('a', () => {
  const filtered = (): AppFixture => {
    const deck = appFixture(stateWithTasks('a1', 'a2', 'b1'));
    deck.dispatch({ type: 'filter-changed', filter: 'name-a' });
    return deck;
  };

  it('marks all that the filter shows', () => {
    const deck = filtered();
    deck.press('a');
    expect(marked(deck)).toEqual(['a1', 'a2']);
    deck.press('a');
    expect(deck.notice()).toBe('All shown tasks are marked.');
  });

  it('keeps marks that are hidden, and u takes them all away', () => {
    const deck = filtered();
    deck.press('a');
    deck.dispatch({ type: 'filter-changed', filter: 'name-b' });
    deck.press('a');
    expect(marked(deck)).toEqual(['b1', 'a1', 'a2']);
    expect(markCountWords(deck.state())).toBe('3 marked, 2 hidden');
    deck.press('esc');
    expect(markCountWords(deck.state())).toBe('3 marked');
    deck.press('u');
    expect(markCountWords(deck.state())).toBe('');
  });
});

describe('the mark of a task', () => {
  it('goes away with it, whoever deleted it', () => {
    const deck = appFixture(stateWithTasks('a', 'b', 'c'));
    deck.press('a');
    deck.dispatch(
      { type: 'task-deleted', taskId: 'a', now: NOON },
      listReceived([makeTask({ id: 'b' }), makeTask({ id: 'd' })], NOON + 1_000),
    );
    expect(marked(deck)).toEqual(['b']);
  });

  it('stays while it is only hidden', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press(' ');
    deck.dispatch({ type: 'filter-changed', filter: 'name-b' });
    expect(hiddenMarks(deck.state())).toBe(1);
    expect(marked(deck)).toEqual(['a']);
  });
});
