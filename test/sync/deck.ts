import { keyNames } from '../../src/commands/key-names.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Action } from '../../src/store/action.ts';
import { initialState } from '../../src/store/initial.ts';
import type { State } from '../../src/store/state.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { createLook, type Look } from '../../src/sync/look.ts';
import { createProbes, type Probes } from '../../src/sync/probes.ts';
import { createRounds, type Rounds } from '../../src/sync/rounds.ts';
import { NOON } from '../domain/make.ts';
import { type HandClock, handClock } from '../support/clock.ts';
import { type ScriptedBackend, scriptedBackend } from './backend.ts';

/** Everything that sync works with, all of it in the test's hands. */
export interface Deck {
  readonly backend: ScriptedBackend;
  readonly look: Look;
  readonly store: Store;
  readonly clock: HandClock;
  readonly rounds: Rounds;
  readonly probes: Probes;
  readonly random: () => number;
  readonly state: State;
  /** The list as the server tells it now. */
  listed(...tasks: readonly Task[]): void;
  select(taskId: string): void;
}

export function makeDeck({ deaf = false, tasks = [] as readonly Task[] } = {}): Deck {
  const clock = handClock(NOON);
  const store = createStore(
    initialState({
      deployment: { name: 'local', local: true },
      size: { columns: 80, rows: 24 },
      keyNames: keyNames({}),
      now: clock.now(),
    }),
  );
  const dispatch = (action: Action): void => store.dispatch(action);
  const backend = scriptedBackend({ deaf });
  const deck: Deck = {
    backend,
    look: createLook({ backend, clock }),
    store,
    clock,
    rounds: createRounds(clock),
    probes: createProbes({ backend, clock }),
    // Nothing is spread.
    random: () => 0,
    get state() {
      return store.getState();
    },
    listed(...listed) {
      const now = clock.now();
      dispatch({ type: 'list-arrived', tasks: listed, startedAt: now, promised: 5_000, now });
    },
    select: (taskId) => dispatch({ type: 'selected', taskId }),
  };
  if (tasks.length > 0) deck.listed(...tasks);
  return deck;
}
