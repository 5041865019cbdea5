import { describe, expect, it } from 'vitest';
import { isAgentRunning, isTransitional, type Phase, phaseOf } from '../../src/domain/phase.ts';
import type { Task } from '../../src/domain/task.ts';
import { MINUTE, makeReport, makeTask, NOON } from './builders.ts';
import { coderAction } from './coder-actions.ts';

const phase = (about: Partial<Task>, now = NOON): Phase => phaseOf(makeTask(about), now);

describe('the phase of a task', () => {
  it.each<[string, Partial<Task>, Phase]>([
    ['a workspace that is being deleted', { workspaceStatus: 'deleting', status: 'paused' }, 'deleting'],
    ['unknown while stopping', { status: 'unknown', workspaceStatus: 'stopping' }, 'pausing'],
    ['unknown while a build waits', { status: 'unknown', workspaceStatus: 'pending' }, 'pausing'],
    ['unknown otherwise', { status: 'unknown', workspaceStatus: 'running' }, 'unknown'],
    ['paused with any report', { status: 'paused', state: makeReport({ state: 'working' }) }, 'paused'],
    ['pending, first build', { status: 'pending', buildNumber: 1 }, 'queued'],
    ['pending, no build number', { status: 'pending', buildNumber: 0 }, 'queued'],
    ['pending, a later build', { status: 'pending', buildNumber: 2 }, 'resuming'],
    ['initializing, first build', { status: 'initializing', buildNumber: 1 }, 'starting'],
    ['initializing, a later build', { status: 'initializing', buildNumber: 3 }, 'resuming'],
    [
      'initializing, although the server makes up a state',
      { status: 'initializing', state: makeReport({ state: 'working' }) },
      'starting',
    ],
    ['error', { status: 'error' }, 'error'],
    [
      'error of a build, however young',
      { status: 'error', workspaceStatus: 'failed', updatedAt: NOON },
      'error',
    ],
    ['active and working', { state: makeReport({ state: 'working' }) }, 'working'],
    ['active and idle', { state: makeReport({ state: 'idle' }) }, 'idle'],
    ['active and complete', { state: makeReport({ state: 'complete' }) }, 'complete'],
    ['active and failed', { state: makeReport({ state: 'failed' }) }, 'failed'],
    ['a status of a later server', { status: 'hibernating' }, 'unknown'],
  ])('%s', (_, about, expected) => {
    expect(phase(about)).toBe(expected);
  });

  it('reports the error of a running workspace after exactly five minutes', () => {
    const about = { status: 'error', workspaceStatus: 'running', updatedAt: NOON };
    expect(phase(about, NOON + 5 * MINUTE - 1)).toBe('starting');
    expect(phase(about, NOON + 5 * MINUTE)).toBe('error');
  });

  it.each([
    ['no state', null],
    ['an unknown state', makeReport({ state: 'unknown', at: NOON })],
  ])('counts an agent with %s as working for exactly two minutes', (_, state) => {
    const about = { state, updatedAt: NOON };
    expect(phase(about, NOON + 2 * MINUTE - 1)).toBe('working');
    expect(phase(about, NOON + 2 * MINUTE)).toBe('idle');
  });

  it('counts a start in the future, by the clock of the server, as recent', () => {
    expect(phase({ state: null, updatedAt: NOON + MINUTE })).toBe('working');
  });
});

describe('a requested action', () => {
  const phaseAfter = (action: 'pause' | 'resume' | 'delete', about: Partial<Task> = {}): Phase =>
    phaseOf(makeTask(about), NOON, { phase: coderAction(action).phase ?? null });

  it('shows immediately', () => {
    expect(phaseAfter('pause')).toBe('pausing');
    expect(phaseAfter('resume', { status: 'paused' })).toBe('resuming');
    expect(phaseAfter('delete', { status: 'paused' })).toBe('deleting');
  });

  it('never hides that the workspace is being deleted', () => {
    expect(phaseAfter('pause', { workspaceStatus: 'deleting' })).toBe('deleting');
    expect(phaseAfter('resume', { workspaceStatus: 'deleting' })).toBe('deleting');
  });
});

const PHASES: readonly Phase[] = [
  'deleting',
  'pausing',
  'paused',
  'queued',
  'starting',
  'resuming',
  'error',
  'working',
  'idle',
  'complete',
  'failed',
  'unknown',
];

it('an agent runs while it works or is idle', () => {
  expect(PHASES.filter(isAgentRunning)).toEqual(['working', 'idle']);
});

it('a phase is transitional if it ends by itself', () => {
  expect(PHASES.filter(isTransitional)).toEqual(['deleting', 'pausing', 'queued', 'starting', 'resuming']);
});
