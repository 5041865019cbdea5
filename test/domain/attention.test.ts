import { expect, it } from 'vitest';
import { needsYou } from '../../src/domain/attention.ts';
import type { Phase } from '../../src/domain/phase.ts';
import { makeReport, makeTask } from './make.ts';

const task = makeTask();

it.each<Phase>(['idle', 'failed', 'error'])('%s needs you, seen or not', (phase) => {
  expect(needsYou(task, phase, false)).toBe(true);
  expect(needsYou(task, phase, true)).toBe(true);
});

it('complete needs you until it was looked at', () => {
  expect(needsYou(task, 'complete', false)).toBe(true);
  expect(needsYou(task, 'complete', true)).toBe(false);
});

it.each<Phase>(['deleting', 'pausing', 'paused', 'queued', 'starting', 'resuming', 'working', 'unknown'])(
  '%s needs nobody',
  (phase) => {
    expect(needsYou(task, phase, false)).toBe(false);
  },
);

it('an agent that never said that it is idle needs nobody', () => {
  expect(needsYou(makeTask({ state: null }), 'idle', false)).toBe(false);
  expect(needsYou(makeTask({ state: makeReport({ state: 'unknown' }) }), 'idle', false)).toBe(false);
});
