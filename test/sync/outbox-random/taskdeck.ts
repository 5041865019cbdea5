// A taskdeck without a screen, in a process of its own that may be killed at any moment: real HTTP, real storage, and
// all that it does by itself. It receives what the user types and the time, and reports the state of the queue.
import { createTasksBackend } from '../../../src/api/tasks-backend.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { initialState } from '../../../src/store/initial-state.ts';
import { createStore } from '../../../src/store/store.ts';
import { DEFAULT_PACE, type Pace } from '../../../src/sync/intervals.ts';
import { persistState } from '../../../src/sync/persist-state.ts';
import { startSync } from '../../../src/sync/sync.ts';
import { eventLoopTurn, manualClock } from '../../support/manual-clock.ts';

/** What the user does; and the time until which everything that is due happens now. */
export type Told =
  | { readonly do: 'step'; readonly to: number }
  | { readonly do: 'write'; readonly number: number; readonly taskId: string; readonly text: string }
  | { readonly do: 'answer'; readonly id: string; readonly answer: 'delivered' | 'resend' };

/** What is to be seen on its screen. */
export type Shown =
  | { readonly ready: true }
  | { readonly stepped: true }
  | { readonly written: number }
  | { readonly asked: readonly { readonly id: string; readonly taskId: string; readonly text: string }[] };

const [directory = '', url = ''] = process.argv.slice(2);
const show = (shown: Shown): void => void process.send?.(shown);

// The first step says what time it is.
const start = await new Promise<number>((resolve) => {
  process.once('message', (told: Told) => {
    if (told.do === 'step') resolve(told.to);
  });
  show({ ready: true });
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
persistState(store, storage.savedState(account), clock);
// HTTP takes the time that it takes on this machine, however fast the clock runs: so do its time-outs.
// And an answer of this machine's is no work that a server would have to rest from.
const pace: Pace = { ...DEFAULT_PACE, busy: 1 };
const backend = createTasksBackend({
  url,
  token: 'abcdefghij-abcdefghijklmnopqrstuv',
  clock: { ...systemClock, now: clock.now },
});
const sync = startSync({
  backend,
  store,
  clock,
  random: Math.random,
  outboxStorage: storage.outbox(account),
  pace,
});

let shown = '';
store.subscribe(() => {
  const asked = store
    .getState()
    .deliveries.filter(({ stage }) => stage === 'asked')
    .map(({ id, taskId, text }) => ({ id, taskId, text }));
  const now = JSON.stringify(asked);
  if (now === shown) return;
  shown = now;
  show({ asked });
});

process.on('message', async (told: Told) => {
  if (told.do === 'step') {
    await clock.advance(told.to - clock.now());
    await eventLoopTurn();
    return show({ stepped: true });
  }
  if (told.do === 'answer') return sync.outbox.answer(told.id, told.answer);
  store.dispatch({ type: 'prompt-recorded', text: told.text });
  sync.outbox.add(told.taskId, told.text);
  show({ written: told.number });
});
show({ stepped: true });
// Whoever started it has ended.
process.on('disconnect', () => process.exit(1));
