import { describe, expect, it } from 'vitest';
import { progressOf, stepsOf } from '../../src/domain/build-progress.ts';
import type { Build } from '../../src/domain/ports/backend.ts';
import type { Task } from '../../src/domain/task.ts';
import { exactDuration } from '../../src/domain/text/age.ts';
import { makeBuild, makeTask, NOON } from './make.ts';

const SIGN = { done: '+', now: '>', ahead: '.', failed: '!' } as const;

const steps = (build: Partial<Build>, task: Partial<Task> = {}): string =>
  stepsOf(makeBuild(build), makeTask({ status: 'initializing', agentLifecycle: null, ...task }))
    .map(({ name, state }) => SIGN[state] + name)
    .join(' ');

describe('the steps of a build', () => {
  it.each<[string, Partial<Build>, Partial<Task>]>([
    ['>queued, 2 of 3 .building .agent connecting .scripts .ready', { queuePosition: 2, queueSize: 3 }, {}],
    ['>queued .building .agent connecting .scripts .ready', {}, {}],
    ['+queued >building .agent connecting .scripts .ready', { status: 'running', startedAt: NOON }, {}],
    ['+queued +building >agent connecting .scripts .ready', { status: 'succeeded' }, {}],
    [
      '+queued +building >agent connecting .scripts .ready',
      { status: 'succeeded' },
      { agentLifecycle: 'created' },
    ],
    [
      '+queued +building +agent connecting >scripts .ready',
      { status: 'succeeded' },
      { agentLifecycle: 'starting' },
    ],
    [
      '+queued +building +agent connecting +scripts >ready',
      { status: 'succeeded' },
      { agentLifecycle: 'start_error' },
    ],
    [
      '+queued +building +agent connecting +scripts +ready',
      { status: 'succeeded' },
      { agentLifecycle: 'ready', status: 'active' },
    ],
    ['+queued !building .agent connecting .scripts .ready', { status: 'failed', startedAt: NOON }, {}],
    ['!queued .building .agent connecting .scripts .ready', { status: 'canceled' }, {}],
    ['+queued !building .agent connecting .scripts .ready', { status: 'canceled', startedAt: NOON }, {}],
    ['+queued >stopping .stopped', { transition: 'stop', status: 'running' }, {}],
    ['+queued +stopping +stopped', { transition: 'stop', status: 'succeeded' }, {}],
  ])('%s', (expected, build, task) => {
    expect(steps(build, task)).toBe(expected);
  });
});

describe('the progress of a build', () => {
  const running = (seconds: number) => makeBuild({ status: 'running', startedAt: NOON - seconds * 1_000 });
  const time = { usualMs: 40_000, longMs: 120_000 };

  it('is measured against the longest that such builds usually take', () => {
    expect(progressOf(running(30), time, NOON)).toEqual({
      share: 0.25,
      words: '30s, usually 40s, seldom over 2m',
    });
  });

  it('says so when it takes longer', () => {
    expect(progressOf(running(150), time, NOON)).toEqual({
      share: 1,
      words: '2m 30s, longer than it should: usually 40s, seldom over 2m',
    });
  });

  it('promises nothing where the server does not know, and nothing before it runs', () => {
    const unknown = { usualMs: null, longMs: null };
    expect(progressOf(running(30), unknown, NOON)).toEqual({ share: null, words: '30s' });
    expect(progressOf(makeBuild(), time, NOON)).toBeNull();
    expect(progressOf({ ...running(30), status: 'succeeded' }, time, NOON)).toBeNull();
  });

  it('is none yet by a clock that is behind the server', () => {
    expect(progressOf(running(-5), time, NOON)).toMatchObject({ share: 0 });
  });
});

it.each([
  [0, '0s'],
  [59_400, '59s'],
  [60_000, '1m'],
  [80_000, '1m 20s'],
  [600_000, '10m'],
  [3_599_000, '59m'],
  [7_500_000, '2h 5m'],
])('%d ms are %s', (ms, words) => {
  expect(exactDuration(ms)).toBe(words);
});
