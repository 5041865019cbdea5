import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { draft } from '../../src/store/selectors.ts';

import {
  applyEvents,
  draftTyped,
  emptyState,
  listReceived,
  stateWithTasks,
} from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const inPhase = (phase: Phase) => appFixture(applyEvents(emptyState(), listReceived([taskIn(phase, 'a')])));
const textOf = (deck: AppFixture): string => draft(deck.state()).text;

describe('writing to a task', () => {
  it.each(['enter', 'i'])('%s opens the prompt, esc leaves it and keeps the draft', (key) => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press(key);
    expect(deck.state().view.focus).toBe('prompt');
    deck.type('half a thought');
    deck.press('esc');
    expect(deck.state().view.focus).toBe('list');
    expect(textOf(deck)).toBe('half a thought');
    deck.press('j');
    expect(textOf(deck)).toBe('');
    deck.press('k', key);
    expect(textOf(deck)).toBe('half a thought');
    expect(deck.calls).toEqual([]);
  });

  it('goes back to the pane it was opened from', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('tab', 'i', 'esc');
    expect(deck.state().view.focus).toBe('transcript');
  });

  it('types what elsewhere are commands', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press('i');
    deck.type('q p?j/Q');
    expect(textOf(deck)).toBe('q p?j/Q');
    expect(deck.calls).toEqual([]);
  });

  it('takes new lines from alt+enter, shift+enter and ctrl+j', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('i', '1', 'alt+enter', '2', 'ctrl+j', '3', 'shift+enter', '4');
    expect(textOf(deck)).toBe('1\n2\n3\n4');
    expect(deck.calls).toEqual([]);
  });

  it('edits whole characters', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('i', '漢', '👨‍👩‍👧', 'é', 'backspace', 'backspace', 'left', 'x');
    expect(textOf(deck)).toBe('x漢');
  });

  it('edits as readline does', () => {
    const deck = appFixture(applyEvents(stateWithTasks('a'), draftTyped('a', 'one two three')));
    deck.press('i', 'ctrl+w');
    expect(textOf(deck)).toBe('one two ');
    deck.press('ctrl+a', 'alt+f', 'ctrl+k');
    expect(textOf(deck)).toBe('one');
    deck.press('ctrl+e', '!', 'ctrl+a', '>', 'ctrl+e', 'ctrl+u');
    expect(textOf(deck)).toBe('');
  });

  it('inserts a paste with its line breaks, made safe, and never sends it', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('i');
    deck.paste('one\r\ntwo\rthree\x1b[31m red\x07\n');
    expect(textOf(deck)).toBe('one\ntwo\nthree red\n');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.focus).toBe('prompt');
  });
});

describe('a paste outside the prompt', () => {
  it('presses no keys and says where pastes go', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.paste('dy');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.notice()).toMatch(/^Open the prompt to paste/u);
  });

  it('is nothing to the help', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('?');
    deck.paste('q');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'help' });
  });
});

describe('enter in the prompt', () => {
  it.each(['idle', 'complete', 'failed', 'working', 'queued', 'starting', 'resuming'] as const)(
    'hands the message to the outbox while the task is %s',
    (phase) => {
      const deck = inPhase(phase);
      deck.press('enter');
      deck.type('use main');
      deck.press('enter');
      expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'use main' }]);
      expect(textOf(deck)).toBe('');
      expect(deck.state().view.focus).toBe('list');
      expect(deck.state().promptHistory).toEqual(['use main']);
    },
  );

  it('keeps what was written and says why a task takes nothing', () => {
    for (const phase of ['deleting', 'error', 'unknown'] as const) {
      const deck = inPhase(phase);
      deck.press('i');
      deck.type('hello');
      deck.press('enter');
      expect(deck.calls).toEqual([]);
      expect(textOf(deck)).toBe('hello');
      expect(deck.state().view.focus).toBe('prompt');
      expect(deck.state().notice, phase).toMatchObject({ tone: 'bad' });
    }
  });

  it('sends no blank message', () => {
    const deck = inPhase('idle');
    deck.press('i', ' ', 'ctrl+j', 'enter');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toBe('The prompt is empty.');
    expect(deck.state().view.focus).toBe('prompt');
  });

  it('keeps white space inside a message', () => {
    const deck = inPhase('idle');
    deck.press('i');
    deck.paste('  indented\n\n  more  ');
    deck.press('enter');
    expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: '  indented\n\n  more  ' }]);
  });
});

describe('a message to a paused task', () => {
  const asked = (): AppFixture => {
    const deck = inPhase('paused');
    deck.press('i');
    deck.type('go on');
    deck.press('enter');
    expect(deck.state().view.overlay).toEqual({ kind: 'confirm-resume', taskId: 'a' });
    expect(textOf(deck)).toBe('go on');
    expect(deck.calls).toEqual([]);
    return deck;
  };

  it('y puts it into the outbox, which resumes the task for it', () => {
    const deck = asked();
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on', resume: true }]);
    expect(textOf(deck)).toBe('');
  });

  it('w only queues it', () => {
    const deck = asked();
    deck.press('w');
    expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on' }]);
    expect(deck.state().view).toMatchObject({ overlay: null, focus: 'list' });
  });

  it.each(['enter', 'esc', 'n', 'q', 'space', 'W'])('%s goes back to the draft', (key) => {
    const deck = asked();
    deck.press(key);
    expect(deck.calls).toEqual([]);
    expect(textOf(deck)).toBe('go on');
    expect(deck.state().view).toMatchObject({ overlay: null, focus: 'prompt' });
  });

  it('y takes the wish to resume along while the task is still pausing', () => {
    const deck = inPhase('pausing');
    deck.press('i');
    deck.type('go on');
    deck.press('enter', 'y');
    expect(deck.calls).toEqual([{ what: 'send', taskId: 'a', text: 'go on', resume: true }]);
  });
});
