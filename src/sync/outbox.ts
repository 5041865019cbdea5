import { BackendError, sentenceOf } from '../domain/errors.ts';
import { deliveryTo } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { timesSaid } from '../domain/transcript.ts';
import { phaseIn, taskById } from '../store/selectors.ts';
import type { DeliveryEntry } from '../store/state.ts';
import type { Context } from './context.ts';
import { pause } from './pause.ts';

/** How long to wait before a message is offered again to an agent that said it was busy, ms. */
const BUSY_PAUSE_MS = 2_000;
/** How often, and with which pause in ms, the transcript is looked at before a message is taken to be lost. */
const LOOKS = 5;
const LOOK_PAUSE_MS = 2_000;

export interface Outbox {
  /** Takes a message for a task: it goes out at once, or when the agent is ready for it. */
  add(taskId: string, text: string): void;
  /** Stops waiting for a message: one that was not sent goes back to the draft, the fate of another is looked up. */
  giveUp(deliveryId: string): void;
  stop(): void;
}

/**
 * Delivers messages, one at a time for each task and in the order they were written. A message is sent once: only
 * when the server refused it, or was never reached, may it be sent again.
 */
export function createOutbox(context: Context & { readonly sent: (taskId: string) => void }): Outbox {
  const { backend, store, clock, sent } = context;
  const underWay = new Map<string, AbortController>();
  const stopping = new AbortController();
  /** When a task whose agent was busy is asked again, Unix ms. */
  const restUntil = new Map<string, number>();
  let counter = 0;

  const isOpen = (id: string): boolean => store.getState().deliveries.some((delivery) => delivery.id === id);

  const giveBack = ({ id, taskId, text }: DeliveryEntry, why: string): void => {
    if (!isOpen(id)) return;
    store.dispatch({ type: 'delivery-ended', id });
    store.dispatch({ type: 'draft-returned', key: taskId, text });
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: why, at: clock.now() } });
  };

  /** The task's transcript as it is now; shown too, since it is at hand. */
  async function lookAtTranscript(task: Task, signal: AbortSignal) {
    const startedAt = clock.now();
    const transcript = await backend.transcript(task, signal);
    const promised = store.getState().transcripts.get(task.id)?.promised ?? Number.POSITIVE_INFINITY;
    store.dispatch({
      type: 'transcript-arrived',
      taskId: task.id,
      transcript,
      startedAt,
      promised,
      now: clock.now(),
    });
    return transcript;
  }

  async function deliver(delivery: DeliveryEntry, task: Task): Promise<void> {
    const { id, text, taskId } = delivery;
    const controller = new AbortController();
    underWay.set(id, controller);
    try {
      const known = store.getState().transcripts.get(taskId)?.transcript;
      const before = known ?? (await lookAtTranscript(task, controller.signal));
      store.dispatch({
        type: 'delivery-changed',
        id,
        stage: 'sending',
        saidBefore: timesSaid(before, text),
        now: clock.now(),
      });
      await backend.send(task, text, controller.signal);
      store.dispatch({ type: 'delivery-changed', id, stage: 'taken', now: clock.now() });
      sent(taskId);
    } catch (cause) {
      await failed(delivery, task, cause);
    } finally {
      underWay.delete(id);
    }
  }

  async function failed(delivery: DeliveryEntry, task: Task, cause: unknown): Promise<void> {
    const error = cause instanceof BackendError ? cause : null;
    if (stopping.signal.aborted || !isOpen(delivery.id)) return;
    const stage = store.getState().deliveries.find(({ id }) => id === delivery.id)?.stage;
    const never = stage === 'waiting' || error?.tookEffect === 'no';
    if (!never) {
      store.dispatch({ type: 'delivery-changed', id: delivery.id, stage: 'unsure', now: clock.now() });
      await findOut(delivery, task, sentenceOf(cause));
    } else if (error?.kind === 'busy' || error?.kind === 'rate-limited') {
      restUntil.set(task.id, clock.now() + (error.retryAfterMs ?? BUSY_PAUSE_MS));
      store.dispatch({ type: 'delivery-changed', id: delivery.id, stage: 'waiting', now: clock.now() });
      void pause(clock, error.retryAfterMs ?? BUSY_PAUSE_MS, stopping.signal).then(work);
    } else {
      giveBack(delivery, `Not sent: ${sentenceOf(cause)} It is back in the prompt.`);
    }
  }

  /** Nobody said what became of the message: the transcript has to. */
  async function findOut(delivery: DeliveryEntry, task: Task, why: string): Promise<void> {
    let looks = 0;
    while (looks < LOOKS && isOpen(delivery.id) && !stopping.signal.aborted) {
      try {
        await lookAtTranscript(task, stopping.signal);
        looks++;
      } catch {
        // Only an answered look counts: until the server is back nobody can know.
      }
      if (isOpen(delivery.id)) await pause(clock, LOOK_PAUSE_MS, stopping.signal);
    }
    giveBack(
      delivery,
      `${why} The transcript does not show it, so it is back in the prompt: look before you send it again.`,
    );
  }

  /** Starts what can start. Called whenever anything changed. */
  function work(): void {
    if (stopping.signal.aborted) return;
    const state = store.getState();
    const busy = new Set<string>();
    for (const delivery of state.deliveries) {
      const isFirst = !busy.has(delivery.taskId);
      busy.add(delivery.taskId);
      if (!isFirst || delivery.stage !== 'waiting' || underWay.has(delivery.id)) continue;
      const task = taskById(state, delivery.taskId);
      if (task === null) giveBack(delivery, 'The task is gone. What you wrote to it is kept as its draft.');
      else if (deliveryTo(phaseIn(state, task)) === 'now' && (restUntil.get(task.id) ?? 0) <= clock.now()) {
        void deliver(delivery, task);
      }
    }
  }

  const unsubscribe = store.subscribe(work);

  return {
    add(taskId, text) {
      const delivery = {
        id: `d${++counter}`,
        taskId,
        text,
        stage: 'waiting',
        saidBefore: 0,
        since: clock.now(),
      } as const;
      store.dispatch({ type: 'delivery-begun', delivery });
    },
    giveUp(id) {
      const delivery = store.getState().deliveries.find((entry) => entry.id === id);
      if (delivery === undefined) return;
      if (delivery.stage === 'waiting' || delivery.stage === 'unsure')
        giveBack(delivery, 'Taken back. It is in the prompt again.');
      underWay.get(id)?.abort();
    },
    stop() {
      unsubscribe();
      stopping.abort();
      // What never left is a draft again. Of the rest nobody knows; it can be recalled from the history.
      for (const { id, taskId: key, text, stage } of store.getState().deliveries) {
        if (stage !== 'waiting') continue;
        store.dispatch({ type: 'delivery-ended', id });
        store.dispatch({ type: 'draft-returned', key, text });
      }
      for (const controller of underWay.values()) controller.abort();
    },
  };
}
