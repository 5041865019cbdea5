import { describe, expect, it } from 'vitest';
import type { Phase } from '../../src/domain/phase.ts';
import { mayDelete, mayPause, mayResume } from '../domain/coder-actions.ts';

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
  it('on this machine is paused by p and y, or a notice shows the reason', () => {
    const app = locallyIn(phase);
    app.press('p');
    const availability = mayPause(phase);
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe(availability === true ? null : availability);
    expect(app.state().view.overlay).toEqual(
      availability === true ? { kind: 'confirm-action', action: 'pause', taskId: 'a' } : null,
    );
    if (availability !== true) return;
    app.press('y');
    expect(app.calls).toEqual([{ what: 'act', action: 'pause', taskId: 'a' }]);
    expect(app.state().view.overlay).toBeNull();
  });

  it('on a deployment is paused by p, or a notice shows the reason', () => {
    const app = inPhase(phase);
    app.press('p');
    const availability = mayPause(phase);
    expect(app.state().view.overlay).toBeNull();
    expect(app.calls).toEqual(
      availability === true ? [{ what: 'act-after-undo-window', action: 'pause', taskId: 'a' }] : [],
    );
    expect(app.notice()).toBe(availability === true ? null : availability);
  });

  it('is resumed by r, or a notice shows the reason', () => {
    const app = inPhase(phase);
    app.press('r');
    const availability = mayResume(phase);
    expect(app.calls).toEqual(availability === true ? [{ what: 'act', action: 'resume', taskId: 'a' }] : []);
    expect(app.notice()).toBe(availability === true ? null : availability);
  });

  it('is deleted by d and y, or a notice shows the reason', () => {
    const app = inPhase(phase);
    const availability = mayDelete(phase);
    app.press('d');
    expect(app.state().view.overlay).toEqual(
      availability === true ? { kind: 'confirm-action', action: 'delete', taskId: 'a' } : null,
    );
    expect(app.calls).toEqual([]);
    expect(app.notice()).toBe(availability === true ? null : availability);
    if (availability !== true) return;
    app.press('y');
    expect(app.calls).toEqual([{ what: 'act-after-undo-window', action: 'delete', taskId: 'a' }]);
    expect(app.state().view.overlay).toBeNull();
  });
});

describe('the question before a delete', () => {
  it.each(['enter', 'n', 'esc', 'space', 'Y', 'd', 'q', 'ctrl+j', 'tab', 'ctrl+y'])('%s is no', (key) => {
    const app = inPhase('idle');
    app.press('d', key);
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'list' });
    expect(app.calls).toEqual([]);
  });

  it('is not answered by a paste', () => {
    const app = inPhase('idle');
    app.press('d');
    app.paste('y\ny\n');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-action', action: 'delete' });
  });

  it('applies to the task that was selected when it opened', () => {
    const app = appFixture(stateWithTasks('a', 'b'));
    app.press('d');
    app.dispatch({ type: 'task-selected', taskId: 'b' });
    app.press('y');
    expect(app.calls).toEqual([{ what: 'act-after-undo-window', action: 'delete', taskId: 'a' }]);
  });

  it('stays while the screen is redrawn, and ctrl+c still works', () => {
    const app = inPhase('idle');
    app.press('d', 'ctrl+l');
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-action', action: 'delete' });
    app.press('ctrl+c');
    expect(app.calls.map(({ what }) => what)).toEqual(['repaint', 'refresh', 'quit']);
  });
});

describe('the question before a pause on this machine', () => {
  it.each(['enter', 'n', 'esc', 'space', 'Y', 'p', 'q', 'ctrl+j', 'tab'])('%s is no', (key) => {
    const app = locallyIn('working');
    app.press('p', key);
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'list' });
    expect(app.calls).toEqual([]);
  });
});

it('typing a word into the list does nothing to a task of this machine', () => {
  const app = locallyIn('working');
  app.press(...'please'.split(''));
  expect(app.calls).toEqual([]);
});

describe('quitting', () => {
  it.each(['q', 'ctrl+c'])('%s quits at once without unsent messages', (key) => {
    const app = appFixture(stateWithTasks('a'));
    app.press(key);
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('asks while a message is unsent: y quits, any other key stays', () => {
    const app = appFixture(
      applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    );
    app.press('q');
    expect(app.state().view.overlay).toEqual({ kind: 'confirm-quit' });
    app.press('enter');
    expect(app.state().view.overlay).toBeNull();
    app.press('q', 'q');
    expect(app.calls).toEqual([]);
    app.press('q', 'y');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('a second ctrl+c quits', () => {
    const app = appFixture(
      applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    );
    app.press('ctrl+c', 'ctrl+c');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('ctrl+z suspends instead', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('ctrl+z');
    expect(app.calls).toEqual([{ what: 'suspend' }]);
  });
});
