import type { Delivery, DeliveryStage } from '../../domain/delivery.ts';
import { type ArrivalStatus, arrivalStatus } from '../../domain/delivery-evidence.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { knownTask, taskById } from '../../store/selectors.ts';
import type { FetchedTranscript, State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import type { OutboxStore } from './outbox-store.ts';

/** The last comparison of a message with a transcript. */
interface CheckedDelivery {
  readonly entry: FetchedTranscript;
  readonly stage: DeliveryStage;
  readonly version: number;
}

/**
 * Returns a function that settles sent messages by the transcripts in the state. Call it after each state change: it
 * compares each message with each transcript once.
 */
export function createReconciler({
  store,
  clock,
  outboxStore,
}: Pick<SyncContext, 'store' | 'clock'> & { readonly outboxStore: OutboxStore }): () => void {
  /** By message id, since a reload from disk creates new objects. */
  const checked = new Map<string, CheckedDelivery>();

  function reconcile(delivery: Delivery, state: State): void {
    const { id, stage, version } = delivery;
    const entry = state.transcripts.get(delivery.taskId);
    const last = checked.get(id);
    if (entry === undefined) return;
    if (last?.entry === entry && last.stage === stage && last.version === version) return;
    checked.set(id, { entry, stage, version });
    switch (arrivalOf(delivery, entry, state, outboxStore.wasSentBefore)) {
      case 'arrived':
        if (stage === 'accepted') outboxStore.forget(id);
        else outboxStore.apply(id, { type: 'arrived' });
        return;
      case 'absent':
        outboxStore.apply(id, { type: 'absent', now: clock.now() });
        return;
      case 'unclear':
        if (outboxStore.apply(id, { type: 'unclear', now: clock.now() }) === null) return;
        store.dispatch({
          type: 'notice-changed',
          notice: {
            tone: 'bad',
            text: unknownStatusText(delivery, state),
            at: clock.now(),
            cause: { kind: 'delivery', id, stages: ['asked'] },
          },
        });
        return;
      case 'pending':
        return;
    }
  }

  return () => {
    const { deliveries } = store.getState();
    for (const delivery of deliveries) {
      const { stage, instanceName } = delivery;
      const isSent = stage === 'sending' || stage === 'unsure';
      if (stage === 'accepted' || (isSent && instanceName === outboxStore.instanceName))
        reconcile(delivery, store.getState());
    }
    for (const id of checked.keys())
      if (!deliveries.some((delivery) => delivery.id === id)) checked.delete(id);
  };
}

function arrivalOf(
  { text, attempt, taskId }: Delivery,
  { transcript, requestedAt }: FetchedTranscript,
  state: State,
  wasSentBefore: (text: string) => boolean,
): ArrivalStatus {
  if (transcript === null || requestedAt === null || attempt === null) return 'pending';
  const build = taskById(state, taskId)?.buildNumber ?? attempt.build;
  // The prompt history holds texts that were sent before the outbox was on disk.
  const wasSentHere = (other: string): boolean => wasSentBefore(other) || state.promptHistory.includes(other);
  return arrivalStatus(text, attempt, { transcript, requestedAt, build, wasSentHere });
}

function unknownStatusText({ taskId }: Delivery, state: State): string {
  const task = knownTask(state, taskId);
  const name = task === null ? 'a task' : `“${shortTitle(task)}”`;
  return `A message to ${name} has an unknown delivery status. Press ${keyFor('outbox')} to resolve it.`;
}
