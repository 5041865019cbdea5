import { expect, it } from 'vitest';
import type { Build } from '../../../src/domain/build.ts';
import type { Task } from '../../../src/domain/task.ts';
import { visibleBuild } from '../../../src/store/builds.ts';
import { selectedTask } from '../../../src/store/selectors.ts';
import { buildRequests } from '../../../src/sync/refresh/build-requests.ts';
import { makeBuild, makeChat, makeTask, NOON, withFields } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { type SyncFixture, schedule, syncFixture } from '../sync-fixture.ts';

const line = (id: number, output: string) => ({ id, at: NOON, level: 'info', stage: 'Plan', output });

const QUEUED = makeTask({ id: 'a', status: 'pending', state: null, agentLifecycle: null });
const STARTING = withFields(QUEUED, { status: 'initializing' });

function polling(...tasks: readonly Task[]): SyncFixture {
  const fixture = syncFixture();
  schedule(fixture, buildRequests(fixture));
  fixture.receiveList(...tasks);
  return fixture;
}

async function answerBuild({ backend, clock }: SyncFixture, about: Partial<Build>): Promise<void> {
  await clock.settle();
  backend.open('latestBuild').answer(makeBuild(about));
  await clock.settle();
}

const shownBuild = (fixture: SyncFixture) => {
  const task = selectedTask(fixture.state);
  return task === null ? null : visibleBuild(fixture.state, task);
};

it('a start is polled until it ends, and its log from the last known line', async () => {
  const fixture = polling(QUEUED);
  const { backend, clock } = fixture;
  await answerBuild(fixture, { queuePosition: 1, queueSize: 2 });
  // A pending build has no log.
  expect(backend.calls('buildLogs')).toHaveLength(0);
  await clock.advance(1_000);
  await answerBuild(fixture, { status: 'running', startedAt: NOON });
  expect(backend.open('buildLogs').args).toEqual(['b1', 0]);
  backend.open('buildLogs').answer([line(7, 'one'), line(8, 'two')]);
  await clock.advance(1_000);
  await answerBuild(fixture, { status: 'running', startedAt: NOON });
  expect(backend.open('buildLogs').args).toEqual(['b1', 8]);
  backend.open('buildLogs').answer([line(9, 'three')]);
  await clock.advance(1_000);
  await answerBuild(fixture, { status: 'succeeded', startedAt: NOON, completedAt: NOON + 3_000 });
  backend.open('buildLogs').answer([]);
  await clock.settle();
  expect(shownBuild(fixture)?.lines.map(({ output }) => output)).toEqual(['one', 'two', 'three']);

  const count = backend.calls('latestBuild').length;
  fixture.receiveList(STARTING);
  await clock.advance(60_000);
  expect(backend.calls('latestBuild')).toHaveLength(count);
  expect(backend.maxOpen('latestBuild')).toBe(1);
  expect(backend.maxOpen('buildLogs')).toBe(1);
});

it.each([
  ['at rest', makeTask({ id: 'a' })],
  ['working', makeTask({ id: 'a', state: { state: 'working', message: '', uri: '', at: NOON } })],
  ['paused', makeTask({ id: 'a', status: 'paused' })],
])('the last build of a task that is %s is requested once, and not shown', async (_, task) => {
  const fixture = polling(task);
  await fixture.clock.advance(1_000);
  // The list and the transcript come first.
  expect(fixture.backend.calls('latestBuild')).toHaveLength(0);
  await fixture.clock.advance(2_000);
  await answerBuild(fixture, { status: 'succeeded', startedAt: NOON - 9_000, completedAt: NOON });
  fixture.receiveList({ ...task, displayName: 'renamed' });
  await fixture.clock.advance(60_000);
  expect(fixture.backend.calls('latestBuild')).toHaveLength(1);
  expect(fixture.backend.calls('buildLogs')).toHaveLength(0);
  expect(shownBuild(fixture)).toBeNull();
});

it('the build of a task at rest is not requested again after a failure', async () => {
  const fixture = polling(makeTask({ id: 'a' }));
  await fixture.clock.advance(3_000);
  fixture.backend.open('latestBuild').refuse(failure());
  await fixture.clock.advance(5 * 60_000);
  expect(fixture.backend.calls('latestBuild')).toHaveLength(1);
});

it('nothing is requested for a task without a workspace', async () => {
  const fixture = polling(withFields(QUEUED, { workspaceId: null }));
  await fixture.clock.advance(10_000);
  expect(fixture.backend.calls('latestBuild')).toHaveLength(0);
});

it('the failed build of a task in error is requested once, with its log', async () => {
  const fixture = polling(withFields(QUEUED, { status: 'error', workspaceStatus: 'failed' }));
  await answerBuild(fixture, { status: 'failed', error: 'no more machines', startedAt: NOON });
  fixture.backend.open('buildLogs').answer([line(1, 'quota exceeded')]);
  await fixture.clock.advance(60_000);
  expect(fixture.backend.calls('latestBuild')).toHaveLength(1);
  expect(shownBuild(fixture)).toMatchObject({
    build: { error: 'no more machines' },
    lines: [{ output: 'quota exceeded' }],
  });
});

it('the log of a successful build of a task in error is not requested', async () => {
  const fixture = polling(withFields(QUEUED, { status: 'error', workspaceStatus: 'running', updatedAt: 0 }));
  await answerBuild(fixture, { status: 'succeeded' });
  await fixture.clock.advance(60_000);
  expect(fixture.backend.calls('buildLogs')).toHaveLength(0);
  expect(shownBuild(fixture)).toBeNull();
});

it('after a pause request, the build before it does not count', async () => {
  const fixture = polling(makeTask({ id: 'a', buildNumber: 3 }));
  fixture.store.dispatch({ type: 'action-started', taskId: 'a', action: 'pause', now: NOON });
  await fixture.clock.advance(1_000);
  await answerBuild(fixture, { number: 3, status: 'succeeded' });
  expect(shownBuild(fixture)).toBeNull();
  await fixture.clock.advance(1_000);
  await answerBuild(fixture, { id: 'b4', number: 4, transition: 'stop', status: 'pending' });
  expect(shownBuild(fixture)?.build.id).toBe('b4');
});

it('the failed build is shown until the task is started again', async () => {
  const fixture = polling(withFields(QUEUED, { status: 'error', workspaceStatus: 'failed', buildNumber: 1 }));
  await answerBuild(fixture, { status: 'failed', error: 'no more machines', startedAt: NOON });
  fixture.backend.open('buildLogs').answer([line(1, 'quota exceeded')]);
  await fixture.clock.advance(10 * 60_000);
  expect(shownBuild(fixture)?.build.error).toBe('no more machines');
  fixture.store.dispatch({ type: 'action-started', taskId: 'a', action: 'resume', now: fixture.clock.now() });
  expect(shownBuild(fixture)).toBeNull();
});

it('no build is requested for a task that a held key passes', async () => {
  const fixture = polling(
    QUEUED,
    withFields(QUEUED, { id: 'b', workspaceId: 'w-b' }),
    withFields(QUEUED, { id: 'c', workspaceId: 'w-c' }),
  );
  await answerBuild(fixture, {});
  fixture.select('b');
  fixture.select('c');
  await fixture.clock.advance(200);
  expect(fixture.backend.calls('latestBuild').map(({ args }) => args[0])).toEqual(['w-a', 'w-c']);
});

it('a workspace without access is not requested again', async () => {
  const fixture = polling(QUEUED);
  await fixture.clock.settle();
  fixture.backend.open('latestBuild').refuse(failure({ kind: 'not-found' }));
  await fixture.clock.advance(60_000);
  expect(fixture.backend.calls('latestBuild')).toHaveLength(1);
});

it('requests nothing of a task without builds', async () => {
  const { backend, clock } = polling(makeChat({ status: 'running', workspaceId: 'w-a' }));
  await clock.advance(60_000);
  expect(backend.calls('latestBuild')).toEqual([]);
});
