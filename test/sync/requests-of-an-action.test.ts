import { afterAll, expect, it } from 'vitest';
import { selectedTask } from '../../src/store/selectors.ts';
import { phaseIn } from '../../src/store/slices/actions.ts';
import { makeReport } from '../domain/builders.ts';
import { openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import { manualTime } from '../support/faults/test-time.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

it.each([
  ['p', 'a task that works', { current_state: report('working') }, ['pause'], 'pausing'],
  ['p', 'an idle task', { current_state: report('idle') }, ['pause'], 'pausing'],
  // Only the transcript can change with a start.
  [
    'r',
    'a paused task',
    { status: 'paused', workspace_status: 'stopped' },
    ['resume', 'transcript'],
    'resuming',
  ],
] as const)(
  '%s on %s sends the action, and nothing that its answer settles',
  async (key, _, about, kinds, phase) => {
    let id = '';
    const world = await openHeadlessApp({
      storage,
      time: manualTime,
      prepare({ model }) {
        id = model.add('One', about);
      },
    });
    await world.time.pass(3_000);
    world.select(id);
    await world.time.pass(61_500);
    world.press(key);
    // A pause can be undone for five seconds.
    const waitMs = key === 'p' ? 5_000 : 0;
    if (waitMs > 0) await world.time.pass(waitMs - 100);
    const before = world.server.seen.length;
    if (waitMs > 0) await world.time.pass(200);
    await world.time.settle();
    expect(world.server.seen.slice(before).map(({ kind }) => kind)).toEqual(kinds);
    const task = selectedTask(world.state);
    expect(task && phaseIn(world.state, task)).toBe(phase);
    expect(world.state.pendingChanges.size).toBe(0);
    // The build is followed until it ends.
    await world.time.pass(10_000);
    expect(world.server.seen.slice(before).some(({ kind }) => kind === 'build')).toBe(true);
    expect(world.state.tasks.find((each) => each.id === id)?.facts).toMatchObject({
      status: key === 'p' ? 'paused' : 'active',
    });
    await world.close();
  },
);

function report(state: 'working' | 'idle') {
  const { message, uri, at } = makeReport();
  return { state, message, uri, timestamp: new Date(at).toISOString() };
}
