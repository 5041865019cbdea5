import { describe, expect, it } from 'vitest';
import { phaseOf } from '../../src/domain/phase.ts';
import { coderFacts } from '../../src/domain/task.ts';
import { patchedTask } from '../../src/domain/task-patch.ts';
import { makeBuild, makeReport, makeTask, NOON } from './builders.ts';

const running = makeTask({
  id: 'a',
  buildNumber: 3,
  state: makeReport({ state: 'idle' }),
  updatedAt: NOON - 60_000,
});
const paused = makeTask({ id: 'a', buildNumber: 3, status: 'paused', workspaceStatus: 'stopped' });

describe('the build that an action started', () => {
  it.each([
    ['stop', 'pending', 'pausing'],
    ['stop', 'running', 'pausing'],
    ['stop', 'succeeded', 'paused'],
    ['stop', 'failed', 'error'],
    ['start', 'pending', 'resuming'],
    ['start', 'running', 'resuming'],
    ['start', 'succeeded', 'resuming'],
    ['start', 'canceled', 'error'],
    ['delete', 'running', 'deleting'],
  ])('%s %s: the task is %s', (transition, status, phase) => {
    const before = transition === 'start' ? paused : running;
    const task = patchedTask(before, { build: makeBuild({ number: 4, transition, status }) });
    expect(phaseOf(task, NOON)).toBe(phase);
    expect(coderFacts(task)).toMatchObject({ buildNumber: 4, agentId: null, appId: null });
    expect(task.updatedAt).toBe(NOON);
  });

  it('a start drops the report, a stop keeps it', () => {
    const build = (transition: string) => ({ build: makeBuild({ number: 4, transition }) });
    expect(patchedTask(running, build('start')).state).toBeNull();
    expect(patchedTask(running, build('stop')).state).toBe(running.state);
  });

  it.each([
    ['is the known one', { number: 3, transition: 'stop' }],
    ['has no number', { number: 0, transition: 'stop' }],
    ['has an unknown transition', { number: 4, transition: 'rebase' }],
    ['has an unknown status', { number: 4, transition: 'stop', status: 'dreaming' }],
  ])('changes nothing when it %s', (_, about) => {
    expect(patchedTask(running, { build: makeBuild(about) })).toBe(running);
  });
});

it('a whole task replaces the known one', () => {
  expect(patchedTask(running, { task: paused })).toBe(paused);
  expect(patchedTask(running, {})).toBe(running);
});
