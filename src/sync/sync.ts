import type { OutboxStorage } from '../domain/ports/outbox-storage.ts';
import { type BulkRunner, createBulkRunner } from './bulk-runner.ts';
import { startLoadingCosts } from './load-costs.ts';
import { startLoadingModelNames } from './load-model-names.ts';
import { startLoadingStartupLogs } from './load-startup-log.ts';
import { startMarkingRead } from './mark-read.ts';
import { startMarkingSeen, type TaskInView } from './mark-seen.ts';
import { startOfferingRestart } from './offer-restart.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { buildRequests } from './refresh/build-requests.ts';
import { createTranscriptFetcher, createTranscriptReader } from './refresh/fetch-transcript.ts';
import { identityRequests } from './refresh/identity-requests.ts';
import { listRequests } from './refresh/list-requests.ts';
import { menuRequests } from './refresh/menu-requests.ts';
import { olderRequests } from './refresh/older-requests.ts';
import { guardedBackend } from './refresh/rate-limit-guard.ts';
import { createScheduler, type Scheduler } from './refresh/scheduler.ts';
import { statusRequests } from './refresh/status-requests.ts';
import { transcriptRequests } from './refresh/transcript-requests.ts';
import { unlistedRequests } from './refresh/unlisted-requests.ts';
import type { SyncContext } from './sync-context.ts';
import { createTaskOperations, type Operations } from './task-operations.ts';
import { startTicker } from './ticker.ts';
import { trackActivity } from './track-activity.ts';
import { trackQuestion } from './track-question.ts';

/** Timers and network: everything that changes the state without user input. */
export interface Sync extends Pick<Scheduler, 'refresh' | 'suspend'> {
  readonly operations: Omit<Operations, 'stop'>;
  readonly bulk: Omit<BulkRunner, 'stop'>;
  readonly outbox: Omit<Outbox, 'stop'>;
  /** Whether the task may turn out to ask a question: its conversation is being loaded, or is about to be. */
  isMenuPending(taskId: string): boolean;
  stop(): void;
}

/** The outbox continues while the scheduler is suspended. */
export function startSync(
  options: SyncContext & { readonly outboxStorage: OutboxStorage; readonly taskInView: TaskInView },
): Sync {
  const { store, clock } = options;
  const backend = guardedBackend(options.backend, clock);
  const context = { ...options, backend };
  const fetchTranscript = createTranscriptFetcher(context);
  const readTranscript = createTranscriptReader({ ...context, fetchTranscript });
  const menus = menuRequests({ ...context, readTranscript });
  const scheduler = createScheduler({ ...context, onRefresh: () => operations.reloadFormOptions() }, [
    ...listRequests(context),
    statusRequests(context),
    unlistedRequests(context),
    transcriptRequests({ ...context, fetchTranscript }),
    olderRequests(context),
    buildRequests(context),
    identityRequests(context),
    ...menus.kinds,
  ]);
  store.dispatch({ type: 'sources-known', sources: backend.sources.map(({ id }) => id) });
  const changed = (): void => scheduler.wake('list', 'status', 'transcript', 'build');
  const operations = createTaskOperations({ ...context, changed, streamsEnded: scheduler.streamsEnded });
  const bulk = createBulkRunner({ store, clock, operations, changed });
  const outbox = createOutbox({
    ...context,
    readTranscript,
    resume: (taskId, task) => operations.act('resume', taskId, task),
    onTaskChanged: () => scheduler.wake('list', 'status', 'transcript'),
  });
  const stops = [
    startMarkingSeen(context),
    startMarkingRead(context),
    startLoadingModelNames(context),
    startLoadingCosts(context),
    startLoadingStartupLogs(context),
    startTicker(store, clock),
    trackActivity(store, clock),
    trackQuestion(store, clock),
    startOfferingRestart(context),
  ];
  scheduler.wake();

  return {
    operations,
    bulk,
    outbox,
    isMenuPending: menus.isPending,
    refresh: scheduler.refresh,
    suspend: scheduler.suspend,
    stop() {
      for (const stop of stops) stop();
      for (const part of [scheduler, bulk, operations, outbox]) part.stop();
    },
  };
}
