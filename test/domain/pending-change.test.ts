import { describe, expect, it } from 'vitest';
import { beginChange, isSettled } from '../../src/domain/pending-change.ts';
import { makeTask, NOON } from './builders.ts';

const PATIENCE = 90_000;
const task = makeTask({ buildNumber: 4 });

it('begins with the build that the task has', () => {
  expect(beginChange('pause', task, NOON)).toEqual({ action: 'pause', since: NOON, buildNumber: 4 });
});

describe.each(['pause', 'resume'] as const)('a %s', (action) => {
  const asked = beginChange(action, task, NOON);

  it('is open as long as the build is the old one', () => {
    expect(isSettled(asked, task, NOON + 1)).toBe(false);
  });

  it('is settled by a newer build, whatever that does', () => {
    expect(isSettled(asked, makeTask({ buildNumber: 5, status: 'error' }), NOON + 1)).toBe(true);
  });

  it('comes to nothing after a minute and a half', () => {
    expect(isSettled(asked, task, NOON + PATIENCE)).toBe(false);
    expect(isSettled(asked, task, NOON + PATIENCE + 1)).toBe(true);
  });
});

describe('a server that does not count builds', () => {
  const uncounted = makeTask({ buildNumber: 0 });

  it('settles a pause by its status', () => {
    const asked = beginChange('pause', uncounted, NOON);
    expect(isSettled(asked, uncounted, NOON)).toBe(false);
    expect(isSettled(asked, { ...uncounted, status: 'paused' }, NOON)).toBe(true);
  });

  it('settles a resume by its status', () => {
    const asked = beginChange('resume', { ...uncounted, status: 'paused' }, NOON);
    expect(isSettled(asked, { ...uncounted, status: 'paused' }, NOON)).toBe(false);
    expect(isSettled(asked, { ...uncounted, status: 'active' }, NOON)).toBe(true);
  });
});

it('a resume from error is not settled by the old build being active again', () => {
  const asked = beginChange('resume', makeTask({ buildNumber: 4, status: 'error' }), NOON);
  expect(isSettled(asked, makeTask({ buildNumber: 4, status: 'active' }), NOON)).toBe(false);
});

it('a delete is settled by the task going away only, or by patience', () => {
  const asked = beginChange('delete', task, NOON);
  expect(isSettled(asked, makeTask({ buildNumber: 5 }), NOON + PATIENCE)).toBe(false);
  expect(isSettled(asked, task, NOON + PATIENCE + 1)).toBe(true);
});
