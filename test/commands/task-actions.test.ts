import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { mayDelete, mayPause, mayResume } from '../../src/domain/rules.ts';

import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  onDeployment,
  stateWithTasks,
} from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const inPhase = (phase: Phase) =>
  appFixture(onDeployment(applyEvents(emptyState(), listReceived([taskIn(phase, 'a')]))));
const locallyIn = (phase: Phase) => appFixture(applyEvents(emptyState(), listReceived([taskIn(phase, 'a')])));

const PHASES: readonly Phase[] = [
  'deleting',
  'pausing',
  'paused',
  'queued',
  'starting',
  'resuming',
  'error',
  'working',
  'idle',
  'complete',
  'failed',
  'unknown',
];

describe.each(PHASES)('a task that is %s', (phase) => {
  it('on this machine is paused by p only after y, or says why not', () => {
    const deck = locallyIn(phase);
    deck.press('p');
    const availability = mayPause(phase);
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toBe(availability === true ? null : availability);
    expect(deck.state().view.overlay).toEqual(
      availability === true ? { kind: 'confirm-pause', taskId: 'a' } : null,
    );
    if (availability !== true) return;
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'pause', taskId: 'a' }]);
    expect(deck.state().view.overlay).toBeNull();
  });

  it('on a deployment is paused by p, or says why not', () => {
    const deck = inPhase(phase);
    deck.press('p');
    const availability = mayPause(phase);
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual(availability === true ? [{ what: 'pause', taskId: 'a' }] : []);
    expect(deck.notice()).toBe(availability === true ? null : availability);
  });

  it('is resumed by r, or says why not', () => {
    const deck = inPhase(phase);
    deck.press('r');
    const availability = mayResume(phase);
    expect(deck.calls).toEqual(availability === true ? [{ what: 'resume', taskId: 'a' }] : []);
    expect(deck.notice()).toBe(availability === true ? null : availability);
  });

  it('is deleted by d only after y, or says why not', () => {
    const deck = inPhase(phase);
    const availability = mayDelete(phase);
    deck.press('d');
    expect(deck.state().view.overlay).toEqual(
      availability === true ? { kind: 'confirm-delete', taskId: 'a' } : null,
    );
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toBe(availability === true ? null : availability);
    if (availability !== true) return;
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'remove', taskId: 'a' }]);
    expect(deck.state().view.overlay).toBeNull();
  });
});

describe('the question before a delete', () => {
  it.each(['enter', 'n', 'esc', 'space', 'Y', 'd', 'q', 'ctrl+j', 'tab', 'ctrl+y'])('%s is no', (key) => {
    const deck = inPhase('idle');
    deck.press('d', key);
    expect(deck.state().view).toMatchObject({ overlay: null, focus: 'list' });
    expect(deck.calls).toEqual([]);
  });

  it('is not answered by a paste', () => {
    const deck = inPhase('idle');
    deck.press('d');
    deck.paste('y\ny\n');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-delete' });
  });

  it('is about the task that was selected, whatever is selected by now', () => {
    const deck = appFixture(stateWithTasks('a', 'b'));
    deck.press('d');
    deck.dispatch({ type: 'task-selected', taskId: 'b' });
    deck.press('y');
    expect(deck.calls).toEqual([{ what: 'remove', taskId: 'a' }]);
  });

  it('stays while the screen is drawn anew, and lets ctrl+c through', () => {
    const deck = inPhase('idle');
    deck.press('d', 'ctrl+l');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-delete' });
    deck.press('ctrl+c');
    expect(deck.calls.map(({ what }) => what)).toEqual(['repaint', 'refresh', 'quit']);
  });
});

describe('the question before a pause on this machine', () => {
  it.each(['enter', 'n', 'esc', 'space', 'Y', 'p', 'q', 'ctrl+j', 'tab'])('%s is no', (key) => {
    const deck = locallyIn('working');
    deck.press('p', key);
    expect(deck.state().view).toMatchObject({ overlay: null, focus: 'list' });
    expect(deck.calls).toEqual([]);
  });
});

it('typing a word into the list does nothing to a task of this machine', () => {
  const deck = locallyIn('working');
  deck.press(...'please'.split(''));
  expect(deck.calls).toEqual([]);
});

describe('leaving', () => {
  it.each(['q', 'ctrl+c'])('%s quits at once when nothing is on its way', (key) => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press(key);
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('asks while a message is on its way: y quits, anything else stays', () => {
    const deck = appFixture(
      applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    );
    deck.press('q');
    expect(deck.state().view.overlay).toEqual({ kind: 'confirm-quit' });
    deck.press('enter');
    expect(deck.state().view.overlay).toBeNull();
    deck.press('q', 'q');
    expect(deck.calls).toEqual([]);
    deck.press('q', 'y');
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('is not asked twice of somebody who insists with ctrl+c', () => {
    const deck = appFixture(
      applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    );
    deck.press('ctrl+c', 'ctrl+c');
    expect(deck.calls).toEqual([{ what: 'quit' }]);
  });

  it('is for a while with ctrl+z', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('ctrl+z');
    expect(deck.calls).toEqual([{ what: 'suspend' }]);
  });
});
