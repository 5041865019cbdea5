import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { draftKey } from '../../src/store/selectors.ts';
import { type BulkOperation, MARKED_TASKS_KEY } from '../../src/store/state.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, draftTyped, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

/** Tasks in these phases, named a, b, c; all of them marked. */
function marked(...phases: readonly Phase[]): AppFixture {
  const tasks = phases.map((phase, index) => taskIn(phase, 'abcdefgh'[index] ?? 'z'));
  const deck = appFixture(applyEvents(emptyState(), listReceived(tasks)));
  deck.dispatch({ type: 'marks-changed', marked: new Set(tasks.map(({ id }) => id)) });
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
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-bulk', act: intent });
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
    deck.dispatch({ type: 'marks-changed', marked: new Set(['c']) });
    deck.press('g', key, 'y');
    expect(deck.calls).toEqual([{ what: 'several', intent, taskIds: ['c'] }]);
  });
});

it('says why where it can be done to none of them', () => {
  const deck = marked('paused', 'pausing');
  deck.press('p');
  expect(deck.state().view.overlay).toBeNull();
  expect(deck.notice()).toMatch(/^None of the 2 marked tasks can be paused\. .*It is already paused\./u);
});

it('acts on what is left when a task goes while the question is open', () => {
  const deck = marked('idle', 'idle');
  deck.press('d');
  deck.dispatch({ type: 'task-deleted', taskId: 'a', now: NOON });
  deck.press('y');
  expect(deck.calls).toEqual([{ what: 'several', intent: 'delete', taskIds: ['b'] }]);
});

it('without marks acts on the selected task as ever', () => {
  const deck = marked('idle', 'idle');
  deck.press('u', 'p', 'y');
  expect(deck.calls).toEqual([{ what: 'pause', taskId: deck.state().view.selected }]);
});

describe('a message to the marked tasks', () => {
  const write = (deck: AppFixture, text: string): void => {
    deck.press('enter');
    deck.type(text);
    deck.press('enter');
  };

  it('goes to each of them after one question, exactly once', () => {
    const deck = marked('idle', 'working', 'error');
    write(deck, 'run the tests');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-bulk', act: 'send' });
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
    expect(deck.state().promptHistory).toEqual(['run the tests']);
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
    deck.dispatch(draftTyped('a', 'only for a'));
    write(deck, 'for all');
    deck.press('esc');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.focus).toBe('prompt');
    expect(deck.state().drafts.get(MARKED_TASKS_KEY)?.text).toBe('for all');
    deck.press('esc', 'u', 'enter');
    expect(draftKey(deck.state())).toBe(deck.state().view.selected);
    expect(deck.state().drafts.get('a')?.text).toBe('only for a');
  });

  it('goes to nobody else when the marked tasks go while it is written', () => {
    const deck = marked('idle', 'idle', 'idle');
    deck.dispatch({ type: 'marks-changed', marked: new Set(['a']) });
    deck.press('enter');
    deck.type('for a');
    deck.dispatch({ type: 'task-deleted', taskId: 'a', now: NOON });
    deck.press('enter');
    expect(deck.notice()).toBe('No task is marked. The draft stays.');
    deck.press('y', 'enter');
    expect(deck.calls).toEqual([]);
    expect(deck.state().drafts.get(MARKED_TASKS_KEY)?.text).toContain('for a');
  });

  it('says why none of them takes it', () => {
    const deck = marked('error', 'unknown');
    write(deck, 'hello');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.notice()).toMatch(/^None of the 2 marked tasks can be sent to\./u);
    expect(deck.state().drafts.get(MARKED_TASKS_KEY)?.text).toBe('hello');
  });
});

describe('while something waits', () => {
  const operation: BulkOperation = {
    id: 'o1',
    action: 'delete',
    tasks: [taskIn('idle', 'a'), taskIn('idle', 'b')],
    stage: 'waiting',
    startsAt: NOON + 5_000,
    doneCount: 0,
    failures: [],
  };
  const waiting = (): AppFixture => {
    const deck = marked('idle', 'idle');
    deck.dispatch({ type: 'bulk-operation-queued', operation, now: NOON });
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
    deck.dispatch({ type: 'bulk-operation-started', id: 'o1', now: NOON });
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
        type: 'bulk-operation-queued',
        operation: {
          id: 'o1',
          action: 'pause',
          tasks: [taskIn('idle', 'a')],
          stage: 'running',
          startsAt: NOON,
          doneCount: 1,
          failures,
        },
        now: NOON,
      },
      { type: 'bulk-operation-finished', id: 'o1', now: NOON },
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
