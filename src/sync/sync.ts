import type { OutboxRows } from '../domain/outbox-rows.ts';
import { pollBuilds } from './builds.ts';
import { considerate } from './considerate.ts';
import type { Context } from './context.ts';
import { pollDetail } from './detail.ts';
import { learnIdentity } from './identity.ts';
import { USUAL_PACE } from './intervals.ts';
import { pollList } from './list.ts';
import { createLook } from './look.ts';
import { createOperations, type Operations } from './operations.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import type { Poller } from './poller.ts';
import { createProbes } from './probes.ts';
import { feelPulses } from './pulse.ts';
import { createRounds } from './rounds.ts';
import { createSeveral, type Several } from './several.ts';
import { startTicker } from './ticker.ts';
import { startWatching } from './watching.ts';

/** Time and network: everything that moves the store without a key being pressed. */
export interface Sync {
  readonly operations: Omit<Operations, 'stop'>;
  readonly several: Omit<Several, 'stop'>;
  readonly outbox: Omit<Outbox, 'stop'>;
  /** Asks everything anew at once, whatever pause a failure called for; but for one that the server asked for itself. */
  refresh(): void;
  /** Asks nothing until `refresh`: nobody is there to see an answer. Messages that are on their way stay so. */
  rest(): void;
  stop(): void;
}

export function startSync(given: Omit<Context, 'rounds' | 'probes'> & { readonly rows: OutboxRows }): Sync {
  const { clock, pace = USUAL_PACE } = given;
  const backend = considerate(given.backend, clock);
  const rounds = createRounds(clock);
  const context = { ...given, backend, rounds, probes: createProbes({ backend, clock }) };
  const list = pollList(context);
  const look = createLook(context);
  // Others may have begun at the same moment: the user hears about all of them at once.
  const detail = pollDetail({ ...context, look, needsUser: list.wake });
  const builds = pollBuilds(context);
  const identity = learnIdentity(context);
  const changed = (): void => {
    list.wake();
    detail.wake();
    builds.wake();
  };
  const operations = createOperations({ ...context, changed });
  const several = createSeveral({ ...context, request: operations.request, changed });
  const outbox = createOutbox({
    ...context,
    look,
    resume: operations.resume,
    changed() {
      list.wake();
      detail.wake();
    },
  });
  const stopHastening = hastenOnReturn(context, [list, detail, builds]);
  const stopWatching = startWatching(context);
  const stopTicker = startTicker(context.store, context.clock);
  const stopPulses = feelPulses(context.store, context.clock);
  for (const part of [list, detail, builds, identity]) part.wake();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isResting = false;

  function refresh(): void {
    isResting = false;
    refreshedAt = clock.now();
    list.restart();
    detail.restart();
    builds.restart();
    operations.askAgain();
    const { user, templates } = context.store.getState();
    if (user === null || templates === null) identity.restart();
  }

  const stopSleep = clock.onSleep(() => {
    // All data is stale, and is shown so.
    context.store.dispatch({ type: 'ticked', now: clock.now() });
    if (!isResting) refresh();
  });

  return {
    operations,
    several,
    outbox,
    refresh() {
      // A key that is held down asks no more often than looking does.
      if (clock.now() - refreshedAt >= pace.transcript * 1_000) refresh();
    },
    rest() {
      refreshedAt = Number.NEGATIVE_INFINITY;
      isResting = true;
      for (const part of [list, detail, builds, identity]) part.rest();
    },
    stop() {
      stopSleep();
      stopHastening();
      stopWatching();
      stopTicker();
      stopPulses();
      for (const part of [list, detail, builds, identity, several, operations, outbox, context.probes])
        part.stop();
    },
  };
}

/** What was asked for more seldom while the user was elsewhere is due at its usual time when they come back. */
function hastenOnReturn(
  { store, pace = USUAL_PACE }: Pick<Context, 'store' | 'pace'>,
  pollers: readonly Poller[],
): () => void {
  let { focused } = store.getState().window;
  return store.subscribe(() => {
    const before = focused;
    ({ focused } = store.getState().window);
    if (before === false && focused === true) for (const poller of pollers) poller.hasten(pace.list * 1_000);
  });
}
