import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { buildProgress, buildSteps } from '../../src/domain/build-progress.ts';

import { exactDuration } from '../../src/domain/text/age.ts';
import { makeBuild, makeTask, NOON, type TaskFields } from './builders.ts';

const SIGN = { done: '+', now: '>', ahead: '.', failed: '!' } as const;

const steps = (build: Partial<Build>, task: TaskFields = {}): string =>
  buildSteps(makeBuild(build), makeTask({ status: 'initializing', agentLifecycle: null, ...task }).facts)
    .map(({ name, state }) => SIGN[state] + name)
    .join(' ');

describe('the steps of a build', () => {
  it.each<[string, Partial<Build>, TaskFields]>([
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
  const time = { p50Ms: 40_000, p95Ms: 120_000 };

  it('is measured against the longest usual duration', () => {
    expect(buildProgress(running(30), time, NOON)).toEqual({
      fraction: 0.25,
      text: '30s, usually 40s, rarely over 2m',
    });
  });

  it('says when a build is slower than usual', () => {
    expect(buildProgress(running(150), time, NOON)).toEqual({
      fraction: 1,
      text: '2m 30s, slower than usual: usually 40s, rarely over 2m',
    });
  });

  it('has no fraction without usual durations, and is null before the start', () => {
    const unknown = { p50Ms: null, p95Ms: null };
    expect(buildProgress(running(30), unknown, NOON)).toEqual({ fraction: null, text: '30s' });
    expect(buildProgress(makeBuild(), time, NOON)).toBeNull();
    expect(buildProgress({ ...running(30), status: 'succeeded' }, time, NOON)).toBeNull();
  });

  it('is zero when the local clock is behind the server', () => {
    expect(buildProgress(running(-5), time, NOON)).toMatchObject({ fraction: 0 });
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
])('%d ms are %s', (ms, text) => {
  expect(exactDuration(ms)).toBe(text);
});
