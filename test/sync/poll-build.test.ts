import { expect, it } from 'vitest';
import type { Build } from '../../src/domain/ports/backend.ts';
import type { Task } from '../../src/domain/task.ts';
import { visibleBuild } from '../../src/store/build-view.ts';
import { selectedTask } from '../../src/store/selectors.ts';
import { pollBuild } from '../../src/sync/poll-build.ts';
import { makeBuild, makeTask, NOON } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const line = (id: number, output: string) => ({ id, at: NOON, level: 'info', stage: 'Plan', output });

const QUEUED = makeTask({ id: 'a', status: 'pending', state: null, agentLifecycle: null });
const STARTING: Task = { ...QUEUED, status: 'initializing' };

function polling(...tasks: readonly Task[]): SyncFixture {
  const deck = syncFixture();
  pollBuild(deck);
  deck.receiveList(...tasks);
  return deck;
}

async function answerBuild({ backend, clock }: SyncFixture, about: Partial<Build>): Promise<void> {
  await clock.settle();
  backend.open('latestBuild').answer(makeBuild(about));
  await clock.settle();
}

const shown = (deck: SyncFixture) => {
  const task = selectedTask(deck.state);
  return task === null ? null : visibleBuild(deck.state, task);
};

it('a start is followed until it is through, and its log is asked for from where it is known', async () => {
  const deck = polling(QUEUED);
  const { backend, clock } = deck;
  await answerBuild(deck, { queuePosition: 1, queueSize: 2 });
  // Nothing has been printed by what has not begun.
  expect(backend.calls('buildLogs')).toHaveLength(0);
  await clock.advance(1_000);
  await answerBuild(deck, { status: 'running', startedAt: NOON });
  expect(backend.open('buildLogs').args).toEqual(['b1', 0]);
  backend.open('buildLogs').answer([line(7, 'one'), line(8, 'two')]);
  await clock.advance(1_000);
  await answerBuild(deck, { status: 'running', startedAt: NOON });
  expect(backend.open('buildLogs').args).toEqual(['b1', 8]);
  backend.open('buildLogs').answer([line(9, 'three')]);
  await clock.advance(1_000);
  await answerBuild(deck, { status: 'succeeded', startedAt: NOON, completedAt: NOON + 3_000 });
  backend.open('buildLogs').answer([]);
  await clock.settle();
  expect(shown(deck)?.lines.map(({ output }) => output)).toEqual(['one', 'two', 'three']);

  const asked = backend.calls('latestBuild').length;
  deck.receiveList(STARTING);
  await clock.advance(60_000);
  expect(backend.calls('latestBuild')).toHaveLength(asked);
  expect(backend.mostOpen('latestBuild')).toBe(1);
  expect(backend.mostOpen('buildLogs')).toBe(1);
});

it.each([
  ['at rest', makeTask({ id: 'a' })],
  ['working', makeTask({ id: 'a', state: { state: 'working', message: '', uri: '', at: NOON } })],
  ['paused', makeTask({ id: 'a', status: 'paused' })],
])(
  'of a task that is %s it is asked once when its build ended, and nothing of it is shown',
  async (_, task) => {
    const deck = polling(task);
    await deck.clock.advance(1_000);
    // What is looked at comes first.
    expect(deck.backend.calls('latestBuild')).toHaveLength(0);
    await deck.clock.advance(2_000);
    await answerBuild(deck, { status: 'succeeded', startedAt: NOON - 9_000, completedAt: NOON });
    deck.receiveList({ ...task, displayName: 'renamed' });
    await deck.clock.advance(60_000);
    expect(deck.backend.calls('latestBuild')).toHaveLength(1);
    expect(deck.backend.calls('buildLogs')).toHaveLength(0);
    expect(shown(deck)).toBeNull();
  },
);

it('of a task at rest it is not asked again when that fails', async () => {
  const deck = polling(makeTask({ id: 'a' }));
  await deck.clock.advance(3_000);
  deck.backend.open('latestBuild').refuse(failure());
  await deck.clock.advance(5 * 60_000);
  expect(deck.backend.calls('latestBuild')).toHaveLength(1);
});

it('of a task without a workspace nothing is asked', async () => {
  const deck = polling({ ...QUEUED, workspaceId: null });
  await deck.clock.advance(10_000);
  expect(deck.backend.calls('latestBuild')).toHaveLength(0);
});

it('of a task in error it is asked once why, with the log of a build that failed', async () => {
  const deck = polling({ ...QUEUED, status: 'error', workspaceStatus: 'failed' });
  await answerBuild(deck, { status: 'failed', error: 'no more machines', startedAt: NOON });
  deck.backend.open('buildLogs').answer([line(1, 'quota exceeded')]);
  await deck.clock.advance(60_000);
  expect(deck.backend.calls('latestBuild')).toHaveLength(1);
  expect(shown(deck)).toMatchObject({
    build: { error: 'no more machines' },
    lines: [{ output: 'quota exceeded' }],
  });
});

it('a task in error whose build was fine shows none, and its log is not asked for', async () => {
  const deck = polling({ ...QUEUED, status: 'error', workspaceStatus: 'running', updatedAt: 0 });
  await answerBuild(deck, { status: 'succeeded' });
  await deck.clock.advance(60_000);
  expect(deck.backend.calls('buildLogs')).toHaveLength(0);
  expect(shown(deck)).toBeNull();
});

it('after a pause was asked for, the build before it is not taken for it', async () => {
  const deck = polling(makeTask({ id: 'a', buildNumber: 3 }));
  deck.store.dispatch({ type: 'action-started', taskId: 'a', action: 'pause', now: NOON });
  await answerBuild(deck, { number: 3, status: 'succeeded' });
  expect(shown(deck)).toBeNull();
  await deck.clock.advance(1_000);
  await answerBuild(deck, { id: 'b4', number: 4, transition: 'stop', status: 'pending' });
  expect(shown(deck)?.build.id).toBe('b4');
});

it('the failed build is readable until the task is started again', async () => {
  const deck = polling({ ...QUEUED, status: 'error', workspaceStatus: 'failed', buildNumber: 1 });
  await answerBuild(deck, { status: 'failed', error: 'no more machines', startedAt: NOON });
  deck.backend.open('buildLogs').answer([line(1, 'quota exceeded')]);
  await deck.clock.advance(10 * 60_000);
  expect(shown(deck)?.build.error).toBe('no more machines');
  deck.store.dispatch({ type: 'action-started', taskId: 'a', action: 'resume', now: deck.clock.now() });
  expect(shown(deck)).toBeNull();
});

it('only the task where the selection comes to rest is asked about', async () => {
  const deck = polling(
    QUEUED,
    { ...QUEUED, id: 'b', workspaceId: 'w-b' },
    { ...QUEUED, id: 'c', workspaceId: 'w-c' },
  );
  await answerBuild(deck, {});
  deck.select('b');
  deck.select('c');
  await deck.clock.advance(200);
  expect(deck.backend.calls('latestBuild').map(({ args }) => args[0])).toEqual(['w-a', 'w-c']);
});

it('a workspace that may not be read is left alone', async () => {
  const deck = polling(QUEUED);
  await deck.clock.settle();
  deck.backend.open('latestBuild').refuse(failure({ kind: 'not-found' }));
  await deck.clock.advance(60_000);
  expect(deck.backend.calls('latestBuild')).toHaveLength(1);
});
