import { describe, expect, it } from 'vitest';
import * as pending from '../../src/domain/pending-change.ts';
import type { Task } from '../../src/domain/task.ts';
import { makeTask, NOON, withFields } from './builders.ts';
import { coderAction } from './coder-actions.ts';

const beginChange = (action: string, task: Task, now: number) =>
  pending.beginChange(coderAction(action), task, now);
const isSettled = (change: pending.PendingChange, task: Task, now: number) =>
  pending.isSettled(change, coderAction(change.action), task, now);

const PATIENCE = 90_000;
const task = makeTask({ buildNumber: 4 });

it('starts with the task as it is', () => {
  expect(beginChange('pause', task, NOON)).toEqual({
    action: 'pause',
    phase: 'pausing',
    since: NOON,
    before: task,
  });
});

describe.each(['pause', 'resume'] as const)('a %s', (action) => {
  const change = beginChange(action, task, NOON);

  it('is pending while the build is the old one', () => {
    expect(isSettled(change, task, NOON + 1)).toBe(false);
  });

  it('is settled by any newer build', () => {
    expect(isSettled(change, makeTask({ buildNumber: 5, status: 'error' }), NOON + 1)).toBe(true);
  });

  it('expires after 90 seconds', () => {
    expect(isSettled(change, task, NOON + PATIENCE)).toBe(false);
    expect(isSettled(change, task, NOON + PATIENCE + 1)).toBe(true);
  });
});

describe('a server that does not count builds', () => {
  const uncounted = makeTask({ buildNumber: 0 });

  it('settles a pause by its status', () => {
    const change = beginChange('pause', uncounted, NOON);
    expect(isSettled(change, uncounted, NOON)).toBe(false);
    expect(isSettled(change, withFields(uncounted, { status: 'paused' }), NOON)).toBe(true);
  });

  it('settles a resume by its status', () => {
    const change = beginChange('resume', withFields(uncounted, { status: 'paused' }), NOON);
    expect(isSettled(change, withFields(uncounted, { status: 'paused' }), NOON)).toBe(false);
    expect(isSettled(change, withFields(uncounted, { status: 'active' }), NOON)).toBe(true);
  });
});

it('a resume from error is not settled when the old build is active again', () => {
  const change = beginChange('resume', makeTask({ buildNumber: 4, status: 'error' }), NOON);
  expect(isSettled(change, makeTask({ buildNumber: 4, status: 'active' }), NOON)).toBe(false);
});

it('a delete is settled only when the task disappears or the time is over', () => {
  const change = beginChange('delete', task, NOON);
  expect(isSettled(change, makeTask({ buildNumber: 5 }), NOON + PATIENCE)).toBe(false);
  expect(isSettled(change, task, NOON + PATIENCE + 1)).toBe(true);
});
