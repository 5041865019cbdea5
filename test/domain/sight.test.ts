import { expect, it } from 'vitest';
import {
  acknowledgedSight,
  parseSnooze,
  seenSight,
  sightOf,
  snoozedSight,
  withShiftedSnoozes,
} from '../../src/domain/sight.ts';
import { MINUTE, makeChat, makeQuestion, makeReport, makeTask, NOON } from './builders.ts';

const HOUR = 60 * MINUTE;
const task = makeTask({ state: makeReport({ at: 1 }) });
const later = makeTask({ state: makeReport({ at: 2 }) });

it.each([
  ['seen', seenSight(task)],
  ['acknowledged', acknowledgedSight(task)],
  ['snoozed', snoozedSight(task, NOON, HOUR)],
] as const)('a %s status counts until it changes', (sight, stored) => {
  expect(sightOf(stored, task, NOON)).toBe(sight);
  expect(sightOf(stored, later, NOON)).toBe('unseen');
});

it('an unknown or an empty sight is unseen', () => {
  expect([sightOf(undefined, task, NOON), sightOf('', task, NOON)]).toEqual(['unseen', 'unseen']);
});

it('a snooze is due at its end', () => {
  const stored = snoozedSight(task, NOON, 10 * MINUTE);
  expect(sightOf(stored, task, NOON + 10 * MINUTE - 1)).toBe('snoozed');
  expect(sightOf(stored, task, NOON + 10 * MINUTE)).toBe('due');
});

it('a snooze without an end lasts until the status changes', () => {
  const stored = snoozedSight(task, NOON, null);
  expect(sightOf(stored, task, NOON + 1_000 * HOUR)).toBe('snoozed');
  expect(sightOf(stored, later, NOON)).toBe('unseen');
});

it('a clock that was set back before its begin ends a snooze', () => {
  expect(sightOf(snoozedSight(task, NOON, HOUR), task, NOON - 1)).toBe('due');
});

it('a snoozed question is snoozed until the agent asks another one, also over other changes', () => {
  const chat = (id: string, updatedAt: number) =>
    makeChat({ questions: [makeQuestion({ id })], status: 'requires_action', updatedAt });
  const stored = snoozedSight(chat('q1', 1), NOON, HOUR);
  expect(sightOf(stored, chat('q1', 2), NOON)).toBe('snoozed');
  expect(sightOf(stored, chat('q2', 2), NOON)).toBe('unseen');
});

it('a hostile question id cannot look like another snooze', () => {
  const chat = makeChat({ questions: [makeQuestion({ id: 'q snoozed 1 2' })] });
  expect(parseSnooze(snoozedSight(chat, NOON, null))).toEqual({
    fingerprint: 'asks q snoozed 1 2',
    from: NOON,
    until: Number.POSITIVE_INFINITY,
  });
});

it('moves the times of snoozes, and nothing else', () => {
  const sights = new Map([
    ['a', seenSight(task)],
    ['b', snoozedSight(task, NOON, HOUR)],
    ['c', snoozedSight(task, NOON, null)],
  ]);
  expect(withShiftedSnoozes(sights, 5_000)).toEqual(
    new Map([
      ['a', seenSight(task)],
      ['b', snoozedSight(task, NOON + 5_000, HOUR)],
      ['c', snoozedSight(task, NOON + 5_000, null)],
    ]),
  );
});
