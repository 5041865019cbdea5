// taskdeck without a screen, in a process that the test can kill at any moment: real HTTP, storage and sync. It receives
// user input and the time, and reports its outbox.

import { createCoderBackend } from '../../../src/api/coder-backend.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { initialState } from '../../../src/store/initial-state.ts';
import { createStore } from '../../../src/store/store.ts';
import { persistState } from '../../../src/sync/persist-state.ts';
import { DEFAULT_PACE, type Pace } from '../../../src/sync/refresh/intervals.ts';
import { startSync } from '../../../src/sync/sync.ts';
import { savedScrollPositionsOf } from '../../../src/view/detail/scroll-positions.ts';
import { taskInView } from '../../../src/view/layout/task-in-view.ts';
import { eventLoopTurn, manualClock } from '../../support/manual-clock.ts';

/** User input, or the time to advance the clock to. */
export type Input =
  | { readonly do: 'step'; readonly to: number }
  | { readonly do: 'write'; readonly number: number; readonly taskId: string; readonly text: string }
  | { readonly do: 'answer'; readonly id: string; readonly answer: 'delivered' | 'resend' };

/** A report of the process to the test. */
export type Report =
  | { readonly ready: true }
  | { readonly stepped: true }
  | { readonly written: number }
  | { readonly asked: readonly { readonly id: string; readonly taskId: string; readonly text: string }[] };

const [directory = '', url = ''] = process.argv.slice(2);
const send = (report: Report): void => void process.send?.(report);

// The first step contains the start time.
const start = await new Promise<number>((resolve) => {
  process.once('message', (input: Input) => {
    if (input.do === 'step') resolve(input.to);
  });
  send({ ready: true });
});
const clock = manualClock(start);
const storage = openStorage({ directory });
const account = { origin: url, user: 'ada' };
const store = createStore(
  initialState({
    deployment: { name: 'test', local: false },
    size: { columns: 80, rows: 24 },
    now: clock.now(),
  }),
);
persistState(store, storage.savedState(account), clock, savedScrollPositionsOf);
// Responses take real time while the clock is simulated, so `busy: 1` ignores response times.
const pace: Pace = { ...DEFAULT_PACE, busy: 1 };
const backend = createCoderBackend({
  url,
  token: 'abcdefghij-abcdefghijklmnopqrstuv',
  clock: { ...systemClock, now: clock.now },
  hasChats: true,
});
const sync = startSync({
  backend,
  store,
  clock,
  random: Math.random,
  outboxStorage: storage.outbox(account),
  taskInView,
  pace,
});

let lastReport = '';
store.subscribe(() => {
  const asked = store
    .getState()
    .deliveries.filter(({ stage }) => stage === 'asked')
    .map(({ id, taskId, text }) => ({ id, taskId, text }));
  const now = JSON.stringify(asked);
  if (now === lastReport) return;
  lastReport = now;
  send({ asked });
});

process.on('message', async (input: Input) => {
  if (input.do === 'step') {
    await clock.advance(input.to - clock.now());
    await eventLoopTurn();
    return send({ stepped: true });
  }
  if (input.do === 'answer') return sync.outbox.answer(input.id, input.answer);
  store.dispatch({ type: 'prompt-recorded', text: input.text });
  sync.outbox.add(input.taskId, input.text);
  send({ written: input.number });
});
send({ stepped: true });
// The test process has ended.
process.on('disconnect', () => process.exit(1));
