import { expect, it } from 'vitest';
import { needsAttention } from '../../src/domain/needs-attention.ts';
import type { Phase } from '../../src/domain/phase.ts';
import { makeReport, makeTask } from './builders.ts';

const task = makeTask();

it.each<Phase>(['idle', 'failed', 'error'])('%s needs you, seen or not', (phase) => {
  expect(needsAttention(task, phase, false)).toBe(true);
  expect(needsAttention(task, phase, true)).toBe(true);
});

it('complete needs attention until viewed', () => {
  expect(needsAttention(task, 'complete', false)).toBe(true);
  expect(needsAttention(task, 'complete', true)).toBe(false);
});

it.each<Phase>(['deleting', 'pausing', 'paused', 'queued', 'starting', 'resuming', 'working', 'unknown'])(
  '%s needs no attention',
  (phase) => {
    expect(needsAttention(task, phase, false)).toBe(false);
  },
);

it('an idle agent without a report needs no attention', () => {
  expect(needsAttention(makeTask({ state: null }), 'idle', false)).toBe(false);
  expect(needsAttention(makeTask({ state: makeReport({ state: 'unknown' }) }), 'idle', false)).toBe(false);
});
