import { describe, expect, it } from 'vitest';
import { openFormAt } from '../../src/store/form.ts';
import { draft } from '../../src/store/selectors.ts';
import { NEW_TASK_KEY } from '../../src/store/state.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const textOf = (deck: AppFixture): string => draft(deck.state()).text;

/** In the prompt of task a, with three prompts sent before. */
function writing(text = ''): AppFixture {
  const said = ['first', 'second', 'third'].map(
    (words) => ({ type: 'prompt-recorded', text: words }) as const,
  );
  const deck = appFixture(applyEvents(stateWithTasks('a', 'b'), ...said));
  deck.press('i');
  deck.type(text);
  return deck;
}

describe('up and down in the prompt', () => {
  it('go through the prompts sent before, and back to what was being written', () => {
    const deck = writing('mine');
    const seen: string[] = [];
    for (const key of ['up', 'up', 'ctrl+p', 'up', 'down', 'ctrl+n', 'down', 'down']) {
      deck.press(key);
      seen.push(textOf(deck));
    }
    expect(seen).toEqual(['third', 'second', 'first', 'first', 'second', 'third', 'mine', 'mine']);
  });

  it('move within a text of several lines before they leave it', () => {
    const deck = writing();
    deck.paste('one\ntwo');
    deck.press('up');
    expect(textOf(deck)).toBe('one\ntwo');
    deck.press('up');
    expect(textOf(deck)).toBe('third');
    deck.press('down');
    expect(textOf(deck)).toBe('one\ntwo');
    // At its end, where going on downwards would leave it again.
    deck.press('!');
    expect(textOf(deck)).toBe('one\ntwo!');
  });

  it('lose nothing when the cursor moves in between', () => {
    const deck = writing('mine');
    deck.press('up', 'left', 'end', 'home', 'down');
    expect(textOf(deck)).toBe('mine');
  });

  it('keep what was changed on the way', () => {
    const deck = writing('mine');
    deck.press('up', '!', 'up', '?', 'home', 'down');
    expect(textOf(deck)).toBe('!third');
    deck.press('down', 'up', 'end', 'up');
    expect(textOf(deck)).toBe('?second');
    deck.press('end', 'down', 'down');
    expect(textOf(deck)).toBe('mine');
  });
});

describe('leaving in the middle of it', () => {
  it('brings the draft back when the old prompt was only looked at', () => {
    const deck = writing('mine');
    deck.press('up', 'up', 'esc');
    expect(textOf(deck)).toBe('mine');
  });

  it('keeps a changed old prompt as the draft, and the draft in the history', () => {
    const deck = writing('mine');
    deck.press('up', '!', 'esc');
    expect(textOf(deck)).toBe('!third');
    expect(deck.state().promptHistory.at(-1)).toBe('mine');
  });

  it('brings the draft back before the end too', () => {
    const deck = writing('mine');
    deck.press('up', 'ctrl+c');
    expect(deck.state().drafts.get('a')?.text).toBe('mine');
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('does not carry one task to another', () => {
    const deck = writing('mine');
    deck.press('up', '!', 'esc', 'j', 'i', 'up', 'down');
    expect(deck.state().view.selected).toBe('b');
    expect(textOf(deck)).toBe('');
    expect(deck.state().drafts.get('a')?.text).toBe('!third');
  });

  it('and sending gives the draft back', () => {
    const deck = writing('mine');
    deck.press('up', 'enter');
    expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'third' }]);
    expect(textOf(deck)).toBe('mine');
  });
});

it('a draft that was never left is sent as it is, and gone', () => {
  const deck = writing('mine');
  deck.press('up', 'down', 'enter');
  expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'mine' }]);
  expect(textOf(deck)).toBe('');
});

it('works for a new task as well', () => {
  const deck = writing();
  deck.press('esc');
  deck.dispatch(
    { type: 'open-form-changed', openForm: openFormAt('prompt') },
    draftTyped(NEW_TASK_KEY, 'a new one'),
    {
      type: 'pane-focused',
      pane: 'prompt',
    },
  );
  deck.press('ctrl+a', 'up');
  expect(textOf(deck)).toBe('third');
  deck.press('esc');
  expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('a new one');
});
