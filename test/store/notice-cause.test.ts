import { describe, expect, it } from 'vitest';
import type { Intent, Phase } from '../../src/domain/phase.ts';
import { EVERYONE, ownedBy } from '../../src/domain/scope.ts';
import type { Action } from '../../src/store/action.ts';
import { nextTickAt, REMARK_MS } from '../../src/store/selectors.ts';
import type { Notice, NoticeCause, State } from '../../src/store/state.ts';
import { taskIn, template } from '../commands/make.ts';
import { NOON } from '../domain/make.ts';
import { begin, delivery, listed, play } from './make.ts';

const bad = (about?: NoticeCause): Action => ({
  type: 'noticed',
  notice: { tone: 'bad', text: 'It failed.', at: NOON, ...(about && { about }) },
});
const isShown = (state: State): boolean => state.notice !== null;
const inPhase = (phase: Phase, at = NOON): Action => listed([taskIn(phase, 'a')], at);

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
  ] as const)('of %s, %s before and %s now, stays: %s', (intent, before, after, stays) => {
    const cause = { kind: 'intent', taskId: 'a', intent } as const;
    const state = play(begin(), inPhase(before), bad(cause));
    expect(isShown(state)).toBe(true);
    expect(isShown(play(state, inPhase(after, NOON + 1)))).toBe(stays);
  });

  it('of a delete goes with the task', () => {
    const cause = { kind: 'intent', taskId: 'a', intent: 'delete' } as const;
    const state = play(begin(), inPhase('idle'), bad(cause));
    expect(play(state, { type: 'removed', taskId: 'a', now: NOON + 1 }).notice?.text ?? '').not.toBe(
      'It failed.',
    );
  });

  describe('after another owner was chosen', () => {
    const refused = (intent: Intent): State =>
      play(
        begin(),
        inPhase(intent === 'resume' ? 'paused' : 'idle'),
        { type: 'scope-chosen', scope: ownedBy('bob'), now: NOON },
        { type: 'ask-refused', taskId: 'a' },
        bad({ kind: 'intent', taskId: 'a', intent }),
      );

    it.each(['pause', 'resume', 'delete'] as const)(
      'is shown, and stays with the next list: %s',
      (intent) => {
        expect(isShown(refused(intent))).toBe(true);
        expect(isShown(play(refused(intent), listed([taskIn('idle', 'b')], NOON + 1)))).toBe(true);
      },
    );

    it('of a delete goes when the task is removed after all', () => {
      const state = play(refused('delete'), { type: 'removed', taskId: 'a', now: NOON + 1 });
      expect(isShown(state)).toBe(false);
    });
  });

  it('of a message goes when the task is in another phase', () => {
    const cause = { kind: 'phase', taskId: 'a', phase: 'error' } as const;
    const state = play(begin(), inPhase('error'), bad(cause));
    expect(isShown(state)).toBe(true);
    expect(isShown(play(state, inPhase('idle', NOON + 1)))).toBe(false);
  });
});

describe('a notice of a message', () => {
  const queued = (stage: 'waiting' | 'asked'): State =>
    play(
      begin(),
      inPhase('idle'),
      { type: 'delivery-begun', delivery: delivery({ stage }) },
      bad({ kind: 'delivery', id: 'd1', stages: [stage] }),
    );

  it.each(['waiting', 'asked'] as const)('that is %s goes when it is so no longer', (stage) => {
    const state = queued(stage);
    expect(isShown(state)).toBe(true);
    expect(isShown(play(state, { type: 'delivery-ended', id: 'd1' }))).toBe(false);
    expect(isShown(play(state, { type: 'delivery-changed', delivery: delivery({ stage: 'taken' }) }))).toBe(
      false,
    );
  });

  it('of unknown fate goes when none is left', () => {
    const state = play(
      begin(),
      { type: 'delivery-begun', delivery: delivery({ id: 'd1', stage: 'asked' }) },
      { type: 'delivery-begun', delivery: delivery({ id: 'd2', stage: 'asked' }) },
      bad({ kind: 'unknown-deliveries' }),
    );
    const one = play(state, { type: 'delivery-ended', id: 'd1' });
    expect([isShown(state), isShown(one), isShown(play(one, { type: 'delivery-ended', id: 'd2' }))]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

it('a notice that templates are missing goes when they come', () => {
  const state = play(begin(), listed([]), bad({ kind: 'templates', known: null }));
  expect(isShown(state)).toBe(true);
  expect(isShown(play(state, { type: 'templates-arrived', templates: [template('shell')] }))).toBe(false);
});

it('a refusal to list the tasks of others goes when others are chosen', () => {
  const state = play(
    begin(),
    listed([]),
    { type: 'scope-chosen', scope: EVERYONE, now: NOON },
    { type: 'scope-refused', scope: EVERYONE, text: 'Not allowed.', now: NOON },
  );
  expect(state.notice?.text).toBe('Not allowed.');
  expect(isShown(play(state, { type: 'scope-chosen', scope: EVERYONE, now: NOON + 1 }))).toBe(false);
});

it('a trouble that is over goes, told or not', () => {
  const told = play(
    begin(),
    { type: 'trouble-told', text: 'The disk is full.', now: NOON },
    { type: 'trouble-told', text: 'Another.', now: NOON },
  );
  const over = (text: string): Action => ({ type: 'trouble-over', text });
  expect(play(told, over('The disk is full.')).notice?.text).toBe('Another.');
  expect(play(told, over('Another.'), over('The disk is full.')).notice).toBeNull();
});

it('a notice without a cause stays until the user hides it', () => {
  const state = play(begin(), inPhase('idle'), bad(), inPhase('paused', NOON + 1), {
    type: 'ticked',
    now: NOON + 10 * REMARK_MS,
  });
  expect(isShown(state)).toBe(true);
});

it.each(['plain', 'good'] as const)(
  'a remark goes by itself, at a time that the clock moves for: %s',
  (tone) => {
    const notice: Notice = { tone, text: 'It is still pausing.', at: NOON };
    const state = play(begin(), inPhase('idle'), { type: 'noticed', notice });
    expect(nextTickAt(state)).toBeLessThanOrEqual(NOON + REMARK_MS);
    expect(isShown(play(state, { type: 'ticked', now: NOON + REMARK_MS - 1 }))).toBe(true);
    expect(isShown(play(state, { type: 'ticked', now: NOON + REMARK_MS }))).toBe(false);
  },
);
