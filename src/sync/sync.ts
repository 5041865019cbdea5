import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import { type BulkRunner, createBulkRunner } from './bulk-runner.ts';
import { considerate } from './considerate.ts';
import { createTranscriptFetcher } from './fetch-transcript.ts';
import { DEFAULT_PACE } from './intervals.ts';
import { loadIdentity } from './load-identity.ts';
import { startMarkingSeen } from './mark-seen.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { pollBuild } from './poll-build.ts';
import { pollList } from './poll-list.ts';
import { pollSelectedTask } from './poll-selected-task.ts';
import type { Poller } from './poller.ts';
import { createProbes } from './probes.ts';
import { createRounds } from './rounds.ts';
import type { SyncContext } from './sync-context.ts';
import { createTaskOperations, type Operations } from './task-operations.ts';
import { startTicker } from './ticker.ts';
import { trackActivity } from './track-activity.ts';

/** Time and network: everything that moves the store without a key being pressed. */
export interface Sync {
  readonly operations: Omit<Operations, 'stop'>;
  readonly bulk: Omit<BulkRunner, 'stop'>;
  readonly outbox: Omit<Outbox, 'stop'>;
  /** Asks everything anew at once, whatever pause a failure called for; but for one that the server asked for itself. */
  refresh(): void;
  /** Asks nothing until `refresh`: nobody is there to see an answer. Messages that are on their way stay so. */
  suspend(): void;
  stop(): void;
}

export function startSync(
  given: Omit<SyncContext, 'rounds' | 'probes'> & { readonly outboxStorage: OutboxStorage },
): Sync {
  const { clock, pace = DEFAULT_PACE } = given;
  const backend = considerate(given.backend, clock);
  const rounds = createRounds(clock);
  const context = { ...given, backend, rounds, probes: createProbes({ backend, clock }) };
  const list = pollList(context);
  const fetchTranscript = createTranscriptFetcher(context);
  // Others may have begun at the same moment: the user hears about all of them at once.
  const detail = pollSelectedTask({ ...context, fetchTranscript, onNeedsAttention: list.wake });
  const builds = pollBuild(context);
  const identity = loadIdentity(context);
  const onTaskChanged = (): void => {
    list.wake();
    detail.wake();
    builds.wake();
  };
  const operations = createTaskOperations({ ...context, changed: onTaskChanged });
  const bulk = createBulkRunner({ ...context, request: operations.request, changed: onTaskChanged });
  const outbox = createOutbox({
    ...context,
    fetchTranscript,
    resume: operations.resume,
    onTaskChanged() {
      list.wake();
      detail.wake();
    },
  });
  const stopHastening = pollOnReturn(context, [list, detail, builds]);
  const stopMarkingSeen = startMarkingSeen(context);
  const stopTicker = startTicker(context.store, context.clock);
  const stopActivity = trackActivity(context.store, context.clock);
  for (const part of [list, detail, builds, identity]) part.wake();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isSuspended = false;

  function refresh(): void {
    isSuspended = false;
    refreshedAt = clock.now();
    list.restart();
    detail.restart();
    builds.restart();
    operations.reloadTemplateOptions();
    const { user, templates } = context.store.getState();
    if (user === null || templates === null) identity.restart();
  }

  const stopSleep = clock.onSleep(() => {
    // All data is stale, and is shown so.
    context.store.dispatch({ type: 'clock-ticked', now: clock.now() });
    if (!isSuspended) refresh();
  });

  return {
    operations,
    bulk,
    outbox,
    refresh() {
      // A key that is held down asks no more often than looking does.
      if (clock.now() - refreshedAt >= pace.transcript * 1_000) refresh();
    },
    suspend() {
      refreshedAt = Number.NEGATIVE_INFINITY;
      isSuspended = true;
      for (const part of [list, detail, builds, identity]) part.suspend();
    },
    stop() {
      stopSleep();
      stopHastening();
      stopMarkingSeen();
      stopTicker();
      stopActivity();
      for (const part of [list, detail, builds, identity, bulk, operations, outbox, context.probes])
        part.stop();
    },
  };
}

/** What was asked for more seldom while the user was elsewhere is due at its usual time when they come back. */
function pollOnReturn(
  { store, pace = DEFAULT_PACE }: Pick<SyncContext, 'store' | 'pace'>,
  pollers: readonly Poller[],
): () => void {
  let { focused } = store.getState().window;
  return store.subscribe(() => {
    const before = focused;
    ({ focused } = store.getState().window);
    if (before === false && focused === true)
      for (const poller of pollers) poller.pollWithin(pace.list * 1_000);
  });
}
