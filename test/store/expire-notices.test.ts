import { describe, expect, it } from 'vitest';
import { EVERYONE, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { Phase, TaskAction } from '../../src/domain/phase.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import { NOTICE_MS, nextTickAt } from '../../src/store/selectors.ts';
import type { Notice, NoticeCause, State } from '../../src/store/state.ts';
import { taskIn, template } from '../commands/phase-builders.ts';
import { NOON } from '../domain/builders.ts';
import { applyEvents, delivery, emptyState, listReceived } from './state-builders.ts';

const bad = (about?: NoticeCause): StoreEvent => ({
  type: 'notice-changed',
  notice: { tone: 'bad', text: 'It failed.', at: NOON, ...(about && { cause: about }) },
});
const isShown = (state: State): boolean => state.notice !== null;
const inPhase = (phase: Phase, at = NOON): StoreEvent => listReceived([taskIn(phase, 'a')], at);

describe('a notice of a refusal', () => {
  it.each([
    ['pause', 'idle', 'working', true],
    ['pause', 'idle', 'pausing', false],
    ['pause', 'idle', 'paused', false],
    ['resume', 'paused', 'paused', true],
    ['resume', 'paused', 'resuming', false],
    ['resume', 'error', 'idle', false],
    ['delete', 'idle', 'working', true],
    ['delete', 'idle', 'deleting', false],
  ] as const)('of %s, %s before and %s now, stays: %s', (action, before, after, stays) => {
    const cause = { kind: 'action', taskId: 'a', action } as const;
    const state = applyEvents(emptyState(), inPhase(before), bad(cause));
    expect(isShown(state)).toBe(true);
    expect(isShown(applyEvents(state, inPhase(after, NOON + 1)))).toBe(stays);
  });

  it('of a delete goes with the task', () => {
    const cause = { kind: 'action', taskId: 'a', action: 'delete' } as const;
    const state = applyEvents(emptyState(), inPhase('idle'), bad(cause));
    expect(
      applyEvents(state, { type: 'task-deleted', taskId: 'a', now: NOON + 1 }).notice?.text ?? '',
    ).not.toBe('It failed.');
  });

  describe('after another owner was chosen', () => {
    const refused = (action: TaskAction): State =>
      applyEvents(
        emptyState(),
        inPhase(action === 'resume' ? 'paused' : 'idle'),
        { type: 'scope-selected', scope: scopeOfOwner('bob'), now: NOON },
        { type: 'action-failed', taskId: 'a' },
        bad({ kind: 'action', taskId: 'a', action }),
      );

    it.each(['pause', 'resume', 'delete'] as const)(
      'is shown, and stays with the next list: %s',
      (action) => {
        expect(isShown(refused(action))).toBe(true);
        expect(isShown(applyEvents(refused(action), listReceived([taskIn('idle', 'b')], NOON + 1)))).toBe(
          true,
        );
      },
    );

    it('of a delete goes when the task is removed after all', () => {
      const state = applyEvents(refused('delete'), { type: 'task-deleted', taskId: 'a', now: NOON + 1 });
      expect(isShown(state)).toBe(false);
    });
  });

  it('of a message goes when the task is in another phase', () => {
    const cause = { kind: 'phase', taskId: 'a', phase: 'error' } as const;
    const state = applyEvents(emptyState(), inPhase('error'), bad(cause));
    expect(isShown(state)).toBe(true);
    expect(isShown(applyEvents(state, inPhase('idle', NOON + 1)))).toBe(false);
  });
});

describe('a notice of a message', () => {
  const queued = (stage: 'waiting' | 'asked'): State =>
    applyEvents(
      emptyState(),
      inPhase('idle'),
      { type: 'delivery-added', delivery: delivery({ stage }) },
      bad({ kind: 'delivery', id: 'd1', stages: [stage] }),
    );

  it.each(['waiting', 'asked'] as const)('that is %s goes when it is so no longer', (stage) => {
    const state = queued(stage);
    expect(isShown(state)).toBe(true);
    expect(isShown(applyEvents(state, { type: 'delivery-finished', id: 'd1' }))).toBe(false);
    expect(
      isShown(applyEvents(state, { type: 'delivery-changed', delivery: delivery({ stage: 'accepted' }) })),
    ).toBe(false);
  });

  it('of unknown fate goes when none is left', () => {
    const state = applyEvents(
      emptyState(),
      { type: 'delivery-added', delivery: delivery({ id: 'd1', stage: 'asked' }) },
      { type: 'delivery-added', delivery: delivery({ id: 'd2', stage: 'asked' }) },
      bad({ kind: 'unknown-deliveries' }),
    );
    const one = applyEvents(state, { type: 'delivery-finished', id: 'd1' });
    expect([
      isShown(state),
      isShown(one),
      isShown(applyEvents(one, { type: 'delivery-finished', id: 'd2' })),
    ]).toEqual([true, true, false]);
  });
});

it('a notice that templates are missing goes when they come', () => {
  const state = applyEvents(emptyState(), listReceived([]), bad({ kind: 'templates', known: null }));
  expect(isShown(state)).toBe(true);
  expect(isShown(applyEvents(state, { type: 'templates-received', templates: [template('shell')] }))).toBe(
    false,
  );
});

it('a refusal to list the tasks of others goes when others are chosen', () => {
  const state = applyEvents(
    emptyState(),
    listReceived([]),
    { type: 'scope-selected', scope: EVERYONE, now: NOON },
    { type: 'scope-failed', scope: EVERYONE, text: 'Not allowed.', now: NOON },
  );
  expect(state.notice?.text).toBe('Not allowed.');
  expect(isShown(applyEvents(state, { type: 'scope-selected', scope: EVERYONE, now: NOON + 1 }))).toBe(false);
});

it('a trouble that is over goes, told or not', () => {
  const told = applyEvents(
    emptyState(),
    { type: 'notice-queued', text: 'The disk is full.', now: NOON },
    { type: 'notice-queued', text: 'Another.', now: NOON },
  );
  const over = (text: string): StoreEvent => ({ type: 'notice-withdrawn', text });
  expect(applyEvents(told, over('The disk is full.')).notice?.text).toBe('Another.');
  expect(applyEvents(told, over('Another.'), over('The disk is full.')).notice).toBeNull();
});

it('a notice without a cause stays until the user hides it', () => {
  const state = applyEvents(emptyState(), inPhase('idle'), bad(), inPhase('paused', NOON + 1), {
    type: 'clock-ticked',
    now: NOON + 10 * NOTICE_MS,
  });
  expect(isShown(state)).toBe(true);
});

it.each(['plain', 'good'] as const)(
  'a remark goes by itself, at a time that the clock moves for: %s',
  (tone) => {
    const notice: Notice = { tone, text: 'It is still pausing.', at: NOON };
    const state = applyEvents(emptyState(), inPhase('idle'), { type: 'notice-changed', notice });
    expect(nextTickAt(state)).toBeLessThanOrEqual(NOON + NOTICE_MS);
    expect(isShown(applyEvents(state, { type: 'clock-ticked', now: NOON + NOTICE_MS - 1 }))).toBe(true);
    expect(isShown(applyEvents(state, { type: 'clock-ticked', now: NOON + NOTICE_MS }))).toBe(false);
  },
);
