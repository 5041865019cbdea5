import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { draftKey } from '../../src/store/selectors.ts';
import type { BulkOperation } from '../../src/store/slices/actions.ts';
import { MARKED_TASKS_KEY } from '../../src/store/slices/drafts.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, draftTyped, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

/** Tasks a, b, c … in these phases, all marked. */
function marked(...phases: readonly Phase[]): AppFixture {
  const tasks = phases.map((phase, index) => taskIn(phase, 'abcdefgh'[index] ?? 'z'));
  const app = appFixture(applyEvents(emptyState(), listReceived(tasks)));
  app.dispatch({ type: 'marks-changed', marked: new Set(tasks.map(({ id }) => id)) });
  return app;
}

describe.each([
  ['p', 'pause', ['idle', 'paused', 'working'], ['a', 'c']],
  ['r', 'resume', ['paused', 'idle', 'error'], ['a', 'c']],
  ['d', 'delete', ['idle', 'starting', 'paused'], ['a', 'c']],
] as const)('%s with marked tasks', (key, action, phases, able) => {
  it('asks one question, and y acts on the eligible tasks', () => {
    const app = marked(...phases);
    app.press(key);
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-bulk', act: action });
    expect(app.calls).toEqual([]);
    app.press('y');
    expect(app.calls).toEqual([{ what: 'bulk', action, taskIds: expect.arrayContaining([...able]) }]);
    expect(app.state().view.overlay).toBeNull();
    expect(app.state().view.marked.size).toBe(0);
  });

  it.each(['enter', 'n', 'esc', 'space', 'Y', 'q', 'w', 'U'])('%s is no', (no) => {
    const app = marked(...phases);
    app.press(key, no);
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toBeNull();
    expect(app.state().view.marked.size).toBe(3);
  });

  it('acts on the marked tasks, not on the selected one', () => {
    const app = marked(...phases);
    app.dispatch({ type: 'marks-changed', marked: new Set(['c']) });
    app.press('g', key, 'y');
    expect(app.calls).toEqual([{ what: 'bulk', action, taskIds: ['c'] }]);
  });
});

it('shows the reason when no marked task is eligible', () => {
  const app = marked('paused', 'pausing');
  app.press('p');
  expect(app.state().view.overlay).toBeNull();
  expect(app.notice()).toMatch(/^None of the 2 marked tasks can be paused\. .*It is already paused\./u);
});

it('acts on the remaining tasks when one disappears while the question is open', () => {
  const app = marked('idle', 'idle');
  app.press('d');
  app.dispatch({
    type: 'action-accepted',
    taskId: 'a',
    action: 'delete',
    patch: { isRemoved: true },
    now: NOON,
  });
  app.press('y');
  expect(app.calls).toEqual([{ what: 'bulk', action: 'delete', taskIds: ['b'] }]);
});

it('acts on the selected task without marks', () => {
  const app = marked('idle', 'idle');
  app.press('u', 'p', 'y');
  expect(app.calls).toEqual([{ what: 'act', action: 'pause', taskId: app.state().view.selected }]);
});

describe('a message to the marked tasks', () => {
  const write = (app: AppFixture, text: string): void => {
    app.press('enter');
    app.type(text);
    app.press('enter');
  };

  it('goes to each task exactly once after one question', () => {
    const app = marked('idle', 'working', 'error');
    write(app, 'run the tests');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-bulk', act: 'send' });
    app.press('y');
    expect(app.calls).toEqual(
      expect.arrayContaining([
        { what: 'send', taskId: 'a', text: 'run the tests' },
        { what: 'send', taskId: 'b', text: 'run the tests' },
      ]),
    );
    expect(app.calls).toHaveLength(2);
    expect(app.state().view).toMatchObject({ focus: 'list', overlay: null });
    expect(app.state().view.marked.size).toBe(0);
    expect(app.state().drafts.size).toBe(0);
    expect(app.state().promptHistory).toEqual(['run the tests']);
  });

  it('resumes paused tasks with y, and only queues it with w', () => {
    for (const [key, resume] of [
      ['y', true],
      ['w', false],
    ] as const) {
      const app = marked('idle', 'paused');
      write(app, 'go on');
      app.press(key);
      expect(app.calls.find((call) => 'taskId' in call && call.taskId === 'b')).toEqual({
        what: 'send',
        taskId: 'b',
        text: 'go on',
        ...(resume && { resume }),
      });
      expect(app.calls.find((call) => 'taskId' in call && call.taskId === 'a')).toEqual({
        what: 'send',
        taskId: 'a',
        text: 'go on',
      });
    }
  });

  it('stays a separate draft when the answer is no', () => {
    const app = marked('idle', 'idle');
    app.dispatch(draftTyped('a', 'only for a'));
    write(app, 'for all');
    app.press('esc');
    expect(app.calls).toEqual([]);
    expect(app.state().view.focus).toBe('prompt');
    expect(app.state().drafts.get(MARKED_TASKS_KEY)?.text).toBe('for all');
    app.press('esc', 'u', 'enter');
    expect(draftKey(app.state())).toBe(app.state().view.selected);
    expect(app.state().drafts.get('a')?.text).toBe('only for a');
  });

  it('goes to no other task when the marked tasks disappear', () => {
    const app = marked('idle', 'idle', 'idle');
    app.dispatch({ type: 'marks-changed', marked: new Set(['a']) });
    app.press('enter');
    app.type('for a');
    app.dispatch({
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: NOON,
    });
    app.press('enter');
    expect(app.notice()).toBe('No task is marked. The draft stays.');
    app.press('y', 'enter');
    expect(app.calls).toEqual([]);
    expect(app.state().drafts.get(MARKED_TASKS_KEY)?.text).toContain('for a');
  });

  it('shows the reason when no task accepts it', () => {
    const app = marked('error', 'unknown');
    write(app, 'hello');
    expect(app.state().view.overlay).toBeNull();
    expect(app.notice()).toMatch(/^None of the 2 marked tasks can be sent to\./u);
    expect(app.state().drafts.get(MARKED_TASKS_KEY)?.text).toBe('hello');
  });
});

describe('while a bulk operation waits', () => {
  const operation: BulkOperation = {
    id: 'o1',
    action: 'delete',
    tasks: [taskIn('idle', 'a'), taskIn('idle', 'b')],
    isSingle: false,
    stage: 'waiting',
    startsAt: NOON + 5_000,
    doneCount: 0,
    failures: [],
  };
  const single: BulkOperation = {
    ...operation,
    action: 'pause',
    tasks: operation.tasks.slice(0, 1),
    isSingle: true,
  };
  const waiting = (queued = operation): AppFixture => {
    const app = marked('idle', 'idle');
    app.dispatch({ type: 'bulk-operation-queued', operation: queued, now: NOON });
    return app;
  };

  it.each(['q', 'ctrl+c'])('%s sends a single action and quits without a question', async (key) => {
    const app = waiting(single);
    app.press('u', key);
    expect(app.calls).toEqual([{ what: 'finish-all' }]);
    await new Promise(setImmediate);
    expect(app.calls).toEqual([{ what: 'finish-all' }, { what: 'quit' }]);
  });

  it('the key of a single action that waits names the key for undo, and U undoes it', () => {
    const app = waiting(single);
    app.press('u', 'p');
    expect(app.notice()).toBe('It will be paused in a moment. Press U to undo that.');
    app.press('U');
    expect(app.calls).toEqual([{ what: 'undo' }]);
  });

  it('U undoes it in the list and in the transcript', () => {
    const app = waiting();
    app.press('U', 'tab', 'U');
    expect(app.calls).toEqual([{ what: 'undo' }, { what: 'undo' }]);
  });

  it('U is a letter in the prompt', () => {
    const app = waiting();
    app.press('enter', 'U');
    expect(app.calls).toEqual([]);
    expect(app.state().drafts.get('a')?.text).toBe('U');
  });

  it.each(['q', 'ctrl+c'])('%s asks: n quits, any other key stays', (key) => {
    const app = waiting();
    app.press(key);
    expect(app.state().view.overlay).toEqual({ kind: 'confirm-quit' });
    app.press('enter');
    expect(app.calls).toEqual([]);
    app.press(key, 'n');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('y finishes it and then quits', async () => {
    const app = waiting();
    app.press('q', 'y');
    expect(app.calls).toEqual([{ what: 'finish-all' }]);
    await new Promise(setImmediate);
    expect(app.calls).toEqual([{ what: 'finish-all' }, { what: 'quit' }]);
  });

  it('P does not switch the deployment', () => {
    const app = waiting();
    app.press('P');
    expect(app.state().view.overlay).toBeNull();
    expect(app.notice()).toMatch(/still running/u);
  });

  it('U shows a notice when no bulk operation waits', () => {
    const app = waiting();
    app.dispatch({ type: 'bulk-operation-started', id: 'o1', now: NOON });
    app.press('U');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe('Nothing to undo.');
  });
});

describe('the list of failures', () => {
  it('closes with esc and q, opens again with R, and scrolls', () => {
    const app = marked('idle', 'idle');
    const failures = Array.from({ length: 40 }, (_, index) => ({
      taskId: `x${index}`,
      title: `Task ${index}`,
      reason: 'Out of order.',
    }));
    app.press('R');
    expect(app.notice()).toBe('Nothing has failed.');
    app.dispatch(
      {
        type: 'bulk-operation-queued',
        operation: {
          id: 'o1',
          action: 'pause',
          tasks: [taskIn('idle', 'a')],
          isSingle: false,
          stage: 'running',
          startsAt: NOON,
          doneCount: 1,
          failures,
        },
        now: NOON,
      },
      { type: 'bulk-operation-finished', id: 'o1', now: NOON },
    );
    expect(app.state().view.overlay).toEqual({ kind: 'outcome', top: 0 });
    app.press('j', 'down', 'pagedown', 'k');
    expect(app.state().view.overlay).toMatchObject({ kind: 'outcome', top: 2 + 18 - 1 });
    app.press('q');
    expect(app.state().view.overlay).toBeNull();
    app.press('R', 'esc');
    expect(app.state().view.overlay).toBeNull();
    expect(app.calls).toEqual([]);
  });
});
