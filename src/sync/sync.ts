import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import { type BulkRunner, createBulkRunner } from './bulk-runner.ts';
import { startMarkingSeen } from './mark-seen.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { pollBuild } from './refresh/build-requests.ts';
import { createCoalescedTimers } from './refresh/coalesced-timers.ts';
import { createTranscriptFetcher } from './refresh/fetch-transcript.ts';
import { loadIdentity } from './refresh/identity-requests.ts';
import { DEFAULT_PACE } from './refresh/intervals.ts';
import { pollList } from './refresh/list-requests.ts';
import type { PollLoop } from './refresh/poll-loop.ts';
import { createProbes } from './refresh/probes.ts';
import { guardRateLimits } from './refresh/rate-limit-guard.ts';
import { pollSelectedTask } from './refresh/transcript-requests.ts';
import type { SyncContext } from './sync-context.ts';
import { createTaskOperations, type Operations } from './task-operations.ts';
import { startTicker } from './ticker.ts';
import { trackActivity } from './track-activity.ts';

/** Timers and network: everything that changes the state without user input. */
export interface Sync {
  readonly operations: Omit<Operations, 'stop'>;
  readonly bulk: Omit<BulkRunner, 'stop'>;
  readonly outbox: Omit<Outbox, 'stop'>;
  /** Polls everything now, without back-off; a Retry-After still holds. At most once per transcript interval. */
  refresh(): void;
  /** Stops polling until `refresh`, while nothing is on the screen. The outbox continues. */
  suspend(): void;
  stop(): void;
}

export function startSync(
  options: Omit<SyncContext, 'timers' | 'probes'> & { readonly outboxStorage: OutboxStorage },
): Sync {
  const { clock, pace = DEFAULT_PACE } = options;
  const backend = guardRateLimits(options.backend, clock);
  const timers = createCoalescedTimers(clock);
  const context = { ...options, backend, timers, probes: createProbes({ backend, clock }) };
  const list = pollList(context);
  const fetchTranscript = createTranscriptFetcher(context);
  // Other tasks may need the user at the same moment: the list lets one notification name all.
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
  const stopPollOnReturn = pollOnReturn(context, [list, detail, builds]);
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
    // Shows all data as stale.
    context.store.dispatch({ type: 'clock-ticked', now: clock.now() });
    if (!isSuspended) refresh();
  });

  return {
    operations,
    bulk,
    outbox,
    refresh() {
      // A held key must not poll faster than the transcript interval.
      if (clock.now() - refreshedAt >= pace.transcript * 1_000) refresh();
    },
    suspend() {
      refreshedAt = Number.NEGATIVE_INFINITY;
      isSuspended = true;
      for (const part of [list, detail, builds, identity]) part.suspend();
    },
    stop() {
      stopSleep();
      stopPollOnReturn();
      stopMarkingSeen();
      stopTicker();
      stopActivity();
      for (const part of [list, detail, builds, identity, bulk, operations, outbox, context.probes])
        part.stop();
    },
  };
}

/** Restores the usual poll interval when the window gets the focus. Returns a function that stops it. */
function pollOnReturn(
  { store, pace = DEFAULT_PACE }: Pick<SyncContext, 'store' | 'pace'>,
  pollers: readonly PollLoop[],
): () => void {
  let { focused } = store.getState().window;
  return store.subscribe(() => {
    const wasFocused = focused;
    ({ focused } = store.getState().window);
    if (wasFocused === false && focused === true)
      for (const poller of pollers) poller.pollWithin(pace.list * 1_000);
  });
}
