import { describe, expect, it } from 'vitest';
import { activePromptSearch, visibleDraft } from '../../src/store/prompt-history-search.ts';
import { draft } from '../../src/store/selectors.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const HISTORY = ['fix the login', 'run tests', 'fix the docs'];

/** In the prompt, with half a thought in it. */
const writing = (): AppFixture => {
  const deck = appFixture(
    applyEvents({ ...stateWithTasks('a'), promptHistory: HISTORY }, draftTyped('a', 'half a thought')),
  );
  deck.press('i');
  return deck;
};
const textOf = (deck: AppFixture): string => draft(deck.state()).text;
const shown = (deck: AppFixture): string => visibleDraft(deck.state()).text;

describe('ctrl+r in the prompt', () => {
  it('finds an earlier prompt while it is typed, and older ones', () => {
    const deck = writing();
    deck.press('ctrl+r');
    expect(shown(deck)).toBe('half a thought');
    deck.type('fix t');
    expect(shown(deck)).toBe('fix the docs');
    expect(visibleDraft(deck.state()).cursor).toBe(0);
    deck.press('ctrl+r');
    expect(shown(deck)).toBe('fix the login');
    // Nothing is changed before it is taken.
    expect(textOf(deck)).toBe('half a thought');
    deck.press('backspace');
    expect(shown(deck)).toBe('fix the docs');
  });

  it.each(['enter', 'right', 'up', 'down'])('%s takes what was found, and does not send it', (key) => {
    const deck = writing();
    deck.press('ctrl+r');
    deck.type('tests');
    deck.press(key);
    expect(textOf(deck)).toBe('run tests');
    expect(activePromptSearch(deck.state())).toBeNull();
    expect(deck.calls).toEqual([]);
    // The draft that stood there is still to be had.
    deck.press('down', 'down');
    expect(textOf(deck)).toBe('half a thought');
  });

  it.each(['esc', 'ctrl+g'])('%s goes back to what stood there', (key) => {
    const deck = writing();
    deck.press('ctrl+r');
    deck.type('tests');
    deck.press(key);
    expect(textOf(deck)).toBe('half a thought');
    expect(deck.state().view).toMatchObject({ promptSearch: null, focus: 'prompt' });
  });

  it('takes what was found and then does what another key does to it', () => {
    const deck = writing();
    deck.press('ctrl+r');
    deck.type('tests');
    deck.press('ctrl+e', '!');
    expect(textOf(deck)).toBe('run tests!');
  });

  it('looks for what is pasted', () => {
    const deck = writing();
    deck.press('ctrl+r');
    deck.paste('the login\n');
    expect(shown(deck)).toBe('fix the login');
  });

  it('leaves the draft alone when nothing was found', () => {
    const deck = writing();
    deck.press('ctrl+r');
    deck.type('qqq');
    expect(activePromptSearch(deck.state())).toMatchObject({ index: null, isExhausted: true });
    deck.press('enter');
    expect(textOf(deck)).toBe('half a thought');
  });

  it('says that there is nothing to search', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('i', 'ctrl+r');
    expect(deck.notice()).toBe('No prompt history.');
  });
});
