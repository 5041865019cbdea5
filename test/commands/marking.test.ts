import { describe, expect, it } from 'vitest';
import { hiddenMarks, markedTasks, marksWords } from '../../src/store/marks.ts';
import { makeTask, NOON } from '../domain/make.ts';
import { begin, listed, play, showing } from '../store/make.ts';
import { type Deck, deckOn } from './deck.ts';

const marked = (deck: Deck): readonly string[] => markedTasks(deck.state()).map(({ id }) => id);

describe('space', () => {
  it('marks the task and goes on to the next, and unmarks it again', () => {
    const deck = deckOn(showing('a', 'b', 'c'));
    deck.press(' ', ' ');
    expect(marked(deck)).toEqual(['a', 'b']);
    expect(deck.state().view.selected).toBe('c');
    deck.press('g', ' ');
    expect(marked(deck)).toEqual(['b']);
  });

  it('stays on the last row', () => {
    const deck = deckOn(showing('a', 'b'));
    deck.press('G', ' ', ' ', ' ');
    expect(deck.state().view.selected).toBe('b');
    expect(marked(deck)).toEqual(['b']);
  });

  it('in the transcript scrolls and marks nothing', () => {
    const deck = deckOn(showing('a', 'b'));
    deck.press('tab', ' ');
    expect(marked(deck)).toEqual([]);
  });

  it('says why where there is nothing to mark', () => {
    const deck = deckOn(play(begin(), listed([])));
    deck.press(' ', 'a', 'u');
    expect(marked(deck)).toEqual([]);
    expect(deck.notice()).toBe('No task is marked.');
  });
});

describe('a', () => {
  const filtered = (): Deck => {
    const deck = deckOn(showing('a1', 'a2', 'b1'));
    deck.dispatch({ type: 'filtered', filter: 'name-a' });
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
    deck.dispatch({ type: 'filtered', filter: 'name-b' });
    deck.press('a');
    expect(marked(deck)).toEqual(['b1', 'a1', 'a2']);
    expect(marksWords(deck.state())).toBe('3 marked, 2 hidden');
    deck.press('esc');
    expect(marksWords(deck.state())).toBe('3 marked');
    deck.press('u');
    expect(marksWords(deck.state())).toBe('');
  });
});

describe('the mark of a task', () => {
  it('goes away with it, whoever deleted it', () => {
    const deck = deckOn(showing('a', 'b', 'c'));
    deck.press('a');
    deck.dispatch(
      { type: 'removed', taskId: 'a', now: NOON },
      listed([makeTask({ id: 'b' }), makeTask({ id: 'd' })], NOON + 1_000),
    );
    expect(marked(deck)).toEqual(['b']);
  });

  it('stays while it is only hidden', () => {
    const deck = deckOn(showing('a', 'b'));
    deck.press(' ');
    deck.dispatch({ type: 'filtered', filter: 'name-b' });
    expect(hiddenMarks(deck.state())).toBe(1);
    expect(marked(deck)).toEqual(['a']);
  });
});
