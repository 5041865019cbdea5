// A taskdeck without a screen, in a process of its own that may be killed at any moment: real HTTP, real storage, and
// all that it does by itself. It is told what the user types, and tells how the queue is.
import { createTasksBackend } from '../../../src/api/tasks-backend.ts';
import { systemClock } from '../../../src/local/clock.ts';
import { openStorage } from '../../../src/storage/storage.ts';
import { initialState } from '../../../src/store/initial.ts';
import { createStore } from '../../../src/store/store.ts';
import { type Pace, USUAL_PACE } from '../../../src/sync/intervals.ts';
import { startRemembering } from '../../../src/sync/remembering.ts';
import { startSync } from '../../../src/sync/sync.ts';
import { fastClock } from './fast-clock.ts';

/** What the user does. */
export type Told =
  | { readonly do: 'write'; readonly number: number; readonly taskId: string; readonly text: string }
  | { readonly do: 'answer'; readonly id: string; readonly answer: 'there' | 'again' };

/** What is to be seen on its screen. */
export type Shown =
  | { readonly written: number }
  | { readonly asked: readonly { readonly id: string; readonly taskId: string; readonly text: string }[] };

const [directory = '', url = '', epoch = '0', scale = '1'] = process.argv.slice(2);
const clock = fastClock(Number(epoch), Number(scale));
const storage = openStorage({ directory });
const account = { origin: url, user: 'ada' };
const store = createStore(
  initialState({
    deployment: { name: 'test', local: false },
    size: { columns: 80, rows: 24 },
    now: clock.now(),
  }),
);
const show = (shown: Shown): void => void process.send?.(shown);

startRemembering(store, storage.memory(account), clock);
// HTTP takes the time that it takes on this machine, however fast the clock runs: so do its time-outs.
// And an answer of this machine's is no work that a server would have to rest from.
const pace: Pace = { ...USUAL_PACE, busy: 1 };
const backend = createTasksBackend({
  url,
  token: 'abcdefghij-abcdefghijklmnopqrstuv',
  clock: { ...systemClock, now: clock.now },
});
const sync = startSync({ backend, store, clock, random: Math.random, rows: storage.outbox(account), pace });

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

process.on('message', (told: Told) => {
  if (told.do === 'answer') return sync.outbox.answer(told.id, told.answer);
  store.dispatch({ type: 'prompt-used', text: told.text });
  sync.outbox.add(told.taskId, told.text);
  show({ written: told.number });
});
// Whoever started it has ended.
process.on('disconnect', () => process.exit(1));
