import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { draftKey } from '../../src/store/selectors.ts';
import { MARKED, type Order } from '../../src/store/state.ts';
import { NOON } from '../domain/make.ts';
import { begin, listed, play, typed } from '../store/make.ts';
import { type Deck, deckOn } from './deck.ts';
import { taskIn } from './make.ts';

/** Tasks in these phases, named a, b, c; all of them marked. */
function marked(...phases: readonly Phase[]): Deck {
  const tasks = phases.map((phase, index) => taskIn(phase, 'abcdefgh'[index] ?? 'z'));
  const deck = deckOn(play(begin(), listed(tasks)));
  deck.dispatch({ type: 'marked', marked: new Set(tasks.map(({ id }) => id)) });
  return deck;
}

describe.each([
  ['p', 'pause', ['idle', 'paused', 'working'], ['a', 'c']],
  ['r', 'resume', ['paused', 'idle', 'error'], ['a', 'c']],
  ['d', 'delete', ['idle', 'starting', 'paused'], ['a', 'c']],
] as const)('%s with marked tasks', (key, intent, phases, able) => {
  it('asks one question about all of them, and y does it to those that it can be done to', () => {
    const deck = marked(...phases);
    deck.press(key);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-several', act: intent });
    expect(deck.calls).toEqual([]);
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'several', intent, taskIds: expect.arrayContaining([...able]) }]);
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.state().view.marked.size).toBe(0);
  });

  it.each(['enter', 'n', 'esc', 'space', 'Y', 'q', 'w', 'U'])('%s is no', (no) => {
    const deck = marked(...phases);
    deck.press(key, no);
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.state().view.marked.size).toBe(3);
  });

  it('is about the marked ones and not about the selected one', () => {
    const deck = marked(...phases);
    deck.dispatch({ type: 'marked', marked: new Set(['c']) });
    deck.press('g', key, 'y');
    expect(deck.calls).toEqual([{ what: 'several', intent, taskIds: ['c'] }]);
  });
});

it('says why where it can be done to none of them', () => {
  const deck = marked('paused', 'pausing');
  deck.press('p');
  expect(deck.state().view.overlay).toBeNull();
  expect(deck.notice()).toMatch(/^None of the 2 marked tasks can be paused\. .*It is paused already\./u);
});

it('acts on what is left when a task goes while the question is open', () => {
  const deck = marked('idle', 'idle');
  deck.press('d');
  deck.dispatch({ type: 'removed', taskId: 'a', now: NOON });
  deck.press('y');
  expect(deck.calls).toEqual([{ what: 'several', intent: 'delete', taskIds: ['b'] }]);
});

it('without marks acts on the selected task as ever', () => {
  const deck = marked('idle', 'idle');
  deck.press('u', 'p', 'y');
  expect(deck.calls).toEqual([{ what: 'pause', taskId: deck.state().view.selected }]);
});

describe('a message to the marked tasks', () => {
  const write = (deck: Deck, text: string): void => {
    deck.press('enter');
    deck.type(text);
    deck.press('enter');
  };

  it('goes to each of them after one question, exactly once', () => {
    const deck = marked('idle', 'working', 'error');
    write(deck, 'run the tests');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-several', act: 'send' });
    deck.press('y');
    expect(deck.calls).toEqual(
      expect.arrayContaining([
        { what: 'send', taskId: 'a', text: 'run the tests' },
        { what: 'send', taskId: 'b', text: 'run the tests' },
      ]),
    );
    expect(deck.calls).toHaveLength(2);
    expect(deck.state().view).toMatchObject({ focus: 'list', overlay: null });
    expect(deck.state().view.marked.size).toBe(0);
    expect(deck.state().drafts.size).toBe(0);
    expect(deck.state().history).toEqual(['run the tests']);
  });

  it('resumes the paused ones for it with y, and only queues it there with w', () => {
    for (const [key, resume] of [
      ['y', true],
      ['w', false],
    ] as const) {
      const deck = marked('idle', 'paused');
      write(deck, 'go on');
      deck.press(key);
      expect(deck.calls.find((call) => 'taskId' in call && call.taskId === 'b')).toEqual({
        what: 'send',
        taskId: 'b',
        text: 'go on',
        ...(resume && { resume }),
      });
      expect(deck.calls.find((call) => 'taskId' in call && call.taskId === 'a')).toEqual({
        what: 'send',
        taskId: 'a',
        text: 'go on',
      });
    }
  });

  it('stays a draft of its own when the answer is no', () => {
    const deck = marked('idle', 'idle');
    deck.dispatch(typed('a', 'only for a'));
    write(deck, 'for all');
    deck.press('esc');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.focus).toBe('prompt');
    expect(deck.state().drafts.get(MARKED)?.text).toBe('for all');
    deck.press('esc', 'u', 'enter');
    expect(draftKey(deck.state())).toBe(deck.state().view.selected);
    expect(deck.state().drafts.get('a')?.text).toBe('only for a');
  });

  it('goes to nobody else when the marked tasks go while it is written', () => {
    const deck = marked('idle', 'idle', 'idle');
    deck.dispatch({ type: 'marked', marked: new Set(['a']) });
    deck.press('enter');
    deck.type('for a');
    deck.dispatch({ type: 'removed', taskId: 'a', now: NOON });
    deck.press('enter');
    expect(deck.notice()).toBe('No task is marked any more; what you wrote stays here.');
    deck.press('y', 'enter');
    expect(deck.calls).toEqual([]);
    expect(deck.state().drafts.get(MARKED)?.text).toContain('for a');
  });

  it('says why none of them takes it', () => {
    const deck = marked('error', 'unknown');
    write(deck, 'hello');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.notice()).toMatch(/^None of the 2 marked tasks can be sent to\./u);
    expect(deck.state().drafts.get(MARKED)?.text).toBe('hello');
  });
});

describe('while something waits', () => {
  const order: Order = {
    id: 'o1',
    intent: 'delete',
    tasks: [taskIn('idle', 'a'), taskIn('idle', 'b')],
    stage: 'waiting',
    dueAt: NOON + 5_000,
    done: 0,
    failures: [],
  };
  const waiting = (): Deck => {
    const deck = marked('idle', 'idle');
    deck.dispatch({ type: 'order-given', order, now: NOON });
    return deck;
  };

  it('U takes it back, in the list and in the transcript', () => {
    const deck = waiting();
    deck.press('U', 'tab', 'U');
    expect(deck.calls).toEqual([{ what: 'take-back' }, { what: 'take-back' }]);
  });

  it('in the prompt U is a letter', () => {
    const deck = waiting();
    deck.press('enter', 'U');
    expect(deck.calls).toEqual([]);
    expect(deck.state().drafts.get('a')?.text).toBe('U');
  });

  it.each(['q', 'ctrl+c'])('%s asks: n quits without it, anything else stays', (key) => {
    const deck = waiting();
    deck.press(key);
    expect(deck.state().view.overlay).toEqual({ kind: 'confirm-quit' });
    deck.press('enter');
    expect(deck.calls).toEqual([]);
    deck.press(key, 'n');
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('y has it done first and quits then', async () => {
    const deck = waiting();
    deck.press('q', 'y');
    expect(deck.calls).toEqual([{ what: 'finish' }]);
    await new Promise(setImmediate);
    expect(deck.calls).toEqual([{ what: 'finish' }, { what: 'quit' }]);
  });

  it('goes to no other deployment', () => {
    const deck = waiting();
    deck.press('P');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.notice()).toMatch(/still running/u);
  });

  it('nothing is taken back where nothing waits', () => {
    const deck = waiting();
    deck.dispatch({ type: 'order-begun', id: 'o1', now: NOON });
    deck.press('U');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toBe('Nothing to undo.');
  });
});

describe('the list of what failed', () => {
  it('is closed by esc and q, shown again by R, and scrolls', () => {
    const deck = marked('idle', 'idle');
    const failures = Array.from({ length: 40 }, (_, index) => ({
      taskId: `x${index}`,
      title: `Task ${index}`,
      reason: 'Out of order.',
    }));
    deck.press('R');
    expect(deck.notice()).toBe('Nothing has failed.');
    deck.dispatch(
      {
        type: 'order-given',
        order: {
          id: 'o1',
          intent: 'pause',
          tasks: [taskIn('idle', 'a')],
          stage: 'going',
          dueAt: NOON,
          done: 1,
          failures,
        },
        now: NOON,
      },
      { type: 'order-ended', id: 'o1', now: NOON },
    );
    expect(deck.state().view.overlay).toEqual({ kind: 'outcome', top: 0 });
    deck.press('j', 'down', 'pagedown', 'k');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'outcome', top: 2 + 18 - 1 });
    deck.press('q');
    expect(deck.state().view.overlay).toBeNull();
    deck.press('R', 'esc');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual([]);
  });
});
