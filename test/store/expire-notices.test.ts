import { describe, expect, it } from 'vitest';
import type { ActionId } from '../../src/domain/action.ts';
import { EVERYONE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Phase } from '../../src/domain/phase.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { NOTICE_MS, nextTickAt } from '../../src/store/selectors.ts';
import type { Notice, NoticeCause } from '../../src/store/slices/notices.ts';
import type { State } from '../../src/store/state.ts';
import { taskIn, template } from '../commands/phase-builders.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, delivery, emptyState, listReceived } from './state-builders.ts';

const badNotice = (about?: NoticeCause): StoreEvent => ({
  type: 'notice-changed',
  notice: { tone: 'bad', text: 'It failed.', at: NOON, ...(about && { cause: about }) },
});
const isVisible = (state: State): boolean => state.notice !== null;
const inPhase = (phase: Phase, at = NOON): StoreEvent => listReceived([taskIn(phase, 'a')], at);

describe('a notice of a failed action', () => {
  it.each([
    ['pause', 'idle', 'working', true],
    ['pause', 'idle', 'pausing', false],
    ['pause', 'idle', 'paused', false],
    ['resume', 'paused', 'paused', true],
    ['resume', 'paused', 'resuming', false],
    ['resume', 'error', 'idle', false],
    ['delete', 'idle', 'working', true],
    ['delete', 'idle', 'deleting', false],
  ] as const)('of %s on a task that was %s and is %s, stays: %s', (action, before, after, stays) => {
    const cause = { kind: 'action', taskId: 'a', action } as const;
    const state = applyEvents(emptyState(), inPhase(before), badNotice(cause));
    expect(isVisible(state)).toBe(true);
    expect(isVisible(applyEvents(state, inPhase(after, NOON + 1)))).toBe(stays);
  });

  it('of a delete disappears with the task', () => {
    const cause = { kind: 'action', taskId: 'a', action: 'delete' } as const;
    const state = applyEvents(emptyState(), inPhase('idle'), badNotice(cause));
    expect(
      applyEvents(state, {
        type: 'action-accepted',
        taskId: 'a',
        action: 'delete',
        patch: { isRemoved: true },
        now: NOON + 1,
      }).notice?.text ?? '',
    ).not.toBe('It failed.');
  });

  describe('after a switch to another owner', () => {
    const refused = (action: ActionId): State =>
      applyEvents(
        emptyState(),
        inPhase(action === 'resume' ? 'paused' : 'idle'),
        { type: 'scope-selected', scope: scopeOfOwner('bob'), now: NOON },
        { type: 'action-failed', taskId: 'a' },
        badNotice({ kind: 'action', taskId: 'a', action }),
      );

    it.each(['pause', 'resume', 'delete'] as const)('appears, and stays with the next list: %s', (action) => {
      expect(isVisible(refused(action))).toBe(true);
      expect(isVisible(applyEvents(refused(action), listReceived([taskIn('idle', 'b')], NOON + 1)))).toBe(
        true,
      );
    });

    it('of a delete disappears when the task is removed after all', () => {
      const state = applyEvents(refused('delete'), {
        type: 'action-accepted',
        taskId: 'a',
        action: 'delete',
        patch: { isRemoved: true },
        now: NOON + 1,
      });
      expect(isVisible(state)).toBe(false);
    });
  });

  it('of a message disappears when the task is in another phase', () => {
    const cause = { kind: 'phase', taskId: 'a', phase: 'error' } as const;
    const state = applyEvents(emptyState(), inPhase('error'), badNotice(cause));
    expect(isVisible(state)).toBe(true);
    expect(isVisible(applyEvents(state, inPhase('idle', NOON + 1)))).toBe(false);
  });
});

describe('a notice about a message', () => {
  const stateWithDelivery = (stage: 'waiting' | 'asked'): State =>
    applyEvents(
      emptyState(),
      inPhase('idle'),
      { type: 'delivery-added', delivery: delivery({ stage }) },
      badNotice({ kind: 'delivery', id: 'd1', stages: [stage] }),
    );

  it.each(['waiting', 'asked'] as const)('that is %s disappears when the stage changes', (stage) => {
    const state = stateWithDelivery(stage);
    expect(isVisible(state)).toBe(true);
    expect(isVisible(applyEvents(state, { type: 'delivery-finished', id: 'd1' }))).toBe(false);
    expect(
      isVisible(applyEvents(state, { type: 'delivery-changed', delivery: delivery({ stage: 'accepted' }) })),
    ).toBe(false);
  });

  it('with unknown delivery status disappears when none is left', () => {
    const state = applyEvents(
      emptyState(),
      { type: 'delivery-added', delivery: delivery({ id: 'd1', stage: 'asked' }) },
      { type: 'delivery-added', delivery: delivery({ id: 'd2', stage: 'asked' }) },
      badNotice({ kind: 'unknown-deliveries' }),
    );
    const one = applyEvents(state, { type: 'delivery-finished', id: 'd1' });
    expect([
      isVisible(state),
      isVisible(one),
      isVisible(applyEvents(one, { type: 'delivery-finished', id: 'd2' })),
    ]).toEqual([true, true, false]);
  });
});

it('a notice of missing templates disappears when they arrive', () => {
  const state = applyEvents(emptyState(), listReceived([]), badNotice({ kind: 'templates', known: null }));
  expect(isVisible(state)).toBe(true);
  expect(isVisible(applyEvents(state, { type: 'templates-received', templates: [template('shell')] }))).toBe(
    false,
  );
});

it('a notice of a forbidden scope disappears when another scope is selected', () => {
  const state = applyEvents(
    emptyState(),
    listReceived([]),
    { type: 'scope-selected', scope: EVERYONE, now: NOON },
    { type: 'scope-failed', scope: EVERYONE, text: 'Not allowed.', now: NOON },
  );
  expect(state.notice?.text).toBe('Not allowed.');
  expect(isVisible(applyEvents(state, { type: 'scope-selected', scope: EVERYONE, now: NOON + 1 }))).toBe(
    false,
  );
});

it('an ended problem disappears, also from the queue', () => {
  const withNotices = applyEvents(
    emptyState(),
    { type: 'notice-queued', text: 'The disk is full.', now: NOON },
    { type: 'notice-queued', text: 'Another.', now: NOON },
  );
  const withdraw = (text: string): StoreEvent => ({ type: 'notice-withdrawn', text });
  expect(applyEvents(withNotices, withdraw('The disk is full.')).notice?.text).toBe('Another.');
  expect(applyEvents(withNotices, withdraw('Another.'), withdraw('The disk is full.')).notice).toBeNull();
});

it('a bad notice without a cause stays until the user hides it', () => {
  const state = applyEvents(emptyState(), inPhase('idle'), badNotice(), inPhase('paused', NOON + 1), {
    type: 'clock-ticked',
    now: NOON + 10 * NOTICE_MS,
  });
  expect(isVisible(state)).toBe(true);
});

it.each(['plain', 'good'] as const)('a notice of this tone times out at a clock tick: %s', (tone) => {
  const notice: Notice = { tone, text: 'It is still pausing.', at: NOON };
  const state = applyEvents(emptyState(), inPhase('idle'), { type: 'notice-changed', notice });
  expect(nextTickAt(state)).toBeLessThanOrEqual(NOON + NOTICE_MS);
  expect(isVisible(applyEvents(state, { type: 'clock-ticked', now: NOON + NOTICE_MS - 1 }))).toBe(true);
  expect(isVisible(applyEvents(state, { type: 'clock-ticked', now: NOON + NOTICE_MS }))).toBe(false);
});
