import { describe, expect, it } from 'vitest';
import { isAgentRunning, isTransitional, type Phase, phaseOf } from '../../src/domain/phase.ts';
import {
  type ChatFields,
  MINUTE,
  makeChat,
  makeQuestion,
  makeReport,
  makeTask,
  NOON,
  type TaskFields,
} from './builders.ts';
import { coderAction } from './coder-actions.ts';

const phase = (about: TaskFields, now = NOON): Phase => phaseOf(makeTask(about), now);

describe('the phase of a task', () => {
  it.each<[string, TaskFields, Phase]>([
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

describe('a chat', () => {
  const open = { questions: [], unread: true };
  it.each<[string, ChatFields, Phase]>([
    ['admitted, without a worker', { status: 'pending' }, 'queued'],
    ['a turn', { status: 'running' }, 'working'],
    ['a turn, not read', { status: 'running', unread: true }, 'working'],
    ['a turn that waits for capacity', { status: 'running', queuedForCapacity: true }, 'queued'],
    ['a turn that is being stopped', { status: 'interrupting' }, 'working'],
    ["a turn that waits for its program's own tool", { status: 'requires_action' }, 'working'],
    ['no turn, not read', { status: 'waiting', unread: true }, 'idle'],
    ['no turn, read', { status: 'waiting', unread: false }, 'complete'],
    ['no turn, unknown whether read', { status: 'waiting', unread: null }, 'idle'],
    ['a question, read', { status: 'waiting', questions: [makeQuestion()], unread: false }, 'idle'],
    ['archived, not read', { status: 'waiting', ...open, archived: true }, 'complete'],
    [
      'archived, with a question',
      { status: 'waiting', questions: [makeQuestion()], archived: true },
      'complete',
    ],
    ['a queued message is being edited', { status: 'paused' }, 'idle'],
    ['a failed turn', { status: 'error' }, 'failed'],
    ['a failed turn, archived', { status: 'error', archived: true }, 'failed'],
    ['a word that no server sends', { status: 'completed' }, 'unknown'],
    ['a word of a later server', { status: 'dreaming' }, 'unknown'],
    ['no word', { status: '' }, 'unknown'],
    ['a word of Coder Tasks', { status: 'active' }, 'unknown'],
  ])('%s', (_, about, expected) => {
    expect(phaseOf(makeChat(about), NOON)).toBe(expected);
    // A chat has no builds: neither its age nor a report decides.
    expect(phaseOf(makeChat({ ...about, state: null, updatedAt: NOON }), NOON)).toBe(expected);
  });

  it('shows the phase of a requested action', () => {
    const working = makeChat({ status: 'running' });
    expect(phaseOf(working, NOON, { phase: 'deleting' })).toBe('deleting');
    expect(phaseOf(working, NOON, { phase: null })).toBe('working');
  });
});

describe('a requested action', () => {
  const phaseAfter = (action: 'pause' | 'resume' | 'delete', about: TaskFields = {}): Phase =>
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
