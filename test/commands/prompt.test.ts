import { describe, expect, it, vi } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { draft } from '../../src/store/selectors.ts';
import { NOON } from '../domain/builders.ts';
import {
  applyEvents,
  delivery,
  draftTyped,
  emptyState,
  listReceived,
  stateWithTasks,
} from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const inPhase = (phase: Phase) => appFixture(applyEvents(emptyState(), listReceived([taskIn(phase, 'a')])));
const textOf = (app: AppFixture): string => draft(app.state()).text;

describe('writing to a task', () => {
  it.each(['enter', 'i'])('%s opens the prompt, esc leaves it and keeps the draft', (key) => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press(key);
    expect(app.state().view.focus).toBe('prompt');
    app.type('half a thought');
    app.press('esc');
    expect(app.state().view.focus).toBe('list');
    expect(textOf(app)).toBe('half a thought');
    app.press('j');
    expect(textOf(app)).toBe('');
    app.press('k', key);
    expect(textOf(app)).toBe('half a thought');
    expect(app.calls).toEqual([]);
  });

  it('goes back to the pane it was opened from', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('tab', 'i', 'esc');
    expect(app.state().view.focus).toBe('transcript');
  });

  it('types letters that are commands elsewhere', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('i');
    app.type('q p?j/Q');
    expect(textOf(app)).toBe('q p?j/Q');
    expect(app.calls).toEqual([]);
  });

  it('inserts a line break with alt+enter, shift+enter and ctrl+j', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('i', '1', 'alt+enter', '2', 'ctrl+j', '3', 'shift+enter', '4');
    expect(textOf(app)).toBe('1\n2\n3\n4');
    expect(app.calls).toEqual([]);
  });

  it('edits whole characters', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('i', '漢', '👨‍👩‍👧', 'é', 'backspace', 'backspace', 'left', 'x');
    expect(textOf(app)).toBe('x漢');
  });

  it('edits as readline does', () => {
    const app = appFixture(applyEvents(stateWithTasks('a'), draftTyped('a', 'one two three')));
    app.press('i', 'ctrl+w');
    expect(textOf(app)).toBe('one two ');
    app.press('ctrl+a', 'alt+f', 'ctrl+k');
    expect(textOf(app)).toBe('one');
    app.press('ctrl+e', '!', 'ctrl+a', '>', 'ctrl+e', 'ctrl+u');
    expect(textOf(app)).toBe('');
  });

  it('inserts a sanitised paste with its line breaks, and never sends it', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('i');
    app.paste('one\r\ntwo\rthree\x1b[31m red\x07\n');
    expect(textOf(app)).toBe('one\ntwo\nthree red\n');
    expect(app.calls).toEqual([]);
    expect(app.state().view.focus).toBe('prompt');
  });
});

describe('a paste outside the prompt', () => {
  it('runs no command and shows how to paste', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.paste('dy');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toBeNull();
    expect(app.notice()).toMatch(/^Open the prompt to paste/u);
  });

  it('does nothing in the help', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('?');
    app.paste('q');
    expect(app.state().view.overlay).toMatchObject({ kind: 'help' });
  });
});

describe('enter in the prompt', () => {
  it.each(['idle', 'complete', 'failed', 'working', 'queued', 'starting', 'resuming'] as const)(
    'adds the message to the outbox while the task is %s',
    (phase) => {
      const app = inPhase(phase);
      app.press('enter');
      app.type('use main');
      app.press('enter');
      expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'use main' }]);
      expect(textOf(app)).toBe('');
      expect(app.state().view.focus).toBe('list');
      expect(app.state().promptHistory).toEqual(['use main']);
    },
  );

  it('keeps the draft and shows why the task accepts no messages', () => {
    for (const phase of ['deleting', 'error', 'unknown'] as const) {
      const app = inPhase(phase);
      app.press('i');
      app.type('hello');
      app.press('enter');
      expect(app.calls).toEqual([]);
      expect(textOf(app)).toBe('hello');
      expect(app.state().view.focus).toBe('prompt');
      expect(app.state().notice, phase).toMatchObject({ tone: 'bad' });
    }
  });

  it('sends no blank message', () => {
    const app = inPhase('idle');
    app.press('i', ' ', 'ctrl+j', 'enter');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe('The prompt is empty.');
    expect(app.state().view.focus).toBe('prompt');
  });

  it('keeps white space inside a message', () => {
    const app = inPhase('idle');
    app.press('i');
    app.paste('  indented\n\n  more  ');
    app.press('enter');
    expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: '  indented\n\n  more  ' }]);
  });
});

describe('a message to a paused task', () => {
  const asked = (): AppFixture => {
    const app = inPhase('paused');
    app.press('i');
    app.type('go on');
    app.press('enter');
    expect(app.state().view.overlay).toEqual({ kind: 'confirm-resume', taskId: 'a' });
    expect(textOf(app)).toBe('go on');
    expect(app.calls).toEqual([]);
    return app;
  };

  it('y adds it to the outbox, which resumes the task', () => {
    const app = asked();
    app.press('y');
    expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on', resume: true }]);
    expect(textOf(app)).toBe('');
  });

  it('w only queues it', () => {
    const app = asked();
    app.press('w');
    expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on' }]);
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'list' });
  });

  it.each(['enter', 'esc', 'n', 'q', 'space', 'W'])('%s returns to the draft', (key) => {
    const app = asked();
    app.press(key);
    expect(app.calls).toEqual([]);
    expect(textOf(app)).toBe('go on');
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'prompt' });
  });

  it('y resumes the task later while it is still pausing', () => {
    const app = inPhase('pausing');
    app.press('i');
    app.type('go on');
    app.press('enter', 'y');
    expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on', resume: true }]);
  });
});

it('one enter sends in one change: listeners run once', () => {
  const app = appFixture(applyEvents(stateWithTasks('a'), draftTyped('a', 'yes')));
  app.press('i');
  app.dispatch({ type: 'notice-changed', notice: { tone: 'plain', text: 'A remark.', at: NOON } });
  vi.spyOn(app.context.outbox, 'add').mockImplementation((taskId, text) =>
    app.store.dispatch({ type: 'delivery-added', delivery: delivery({ taskId, text }) }),
  );
  const dispatch = vi.spyOn(app.store, 'dispatch');
  const listener = vi.fn();
  app.store.subscribe(listener);
  app.press('enter');
  expect(app.state().deliveries.map(({ text }) => text)).toEqual(['yes']);
  expect(app.state().promptHistory).toEqual(['yes']);
  expect(app.state().view.focus).toBe('list');
  expect(listener).toHaveBeenCalledTimes(1);
  // The remark goes, the prompt closes, the outbox adds the message.
  expect(dispatch).toHaveBeenCalledTimes(3);
});
