import { BackendError, sentenceOf } from '../domain/errors.ts';
import { deliveryTo } from '../domain/rules.ts';
import type { Task } from '../domain/task.ts';
import { type Transcript, timesSaid } from '../domain/transcript.ts';
import { phaseIn, taskById } from '../store/selectors.ts';
import type { DeliveryEntry } from '../store/state.ts';
import { askedToWait, backOff } from './back-off.ts';
import type { Context } from './context.ts';
import type { Look } from './look.ts';
import { pause } from './pause.ts';

/** How long to wait before a message is offered again to an agent that said it was busy, ms. */
const BUSY_PAUSE_MS = 2_000;
/** A transcript that was asked for within this time says what stood there before a message was sent, ms. */
const RECENT_MS = 5_000;
/** How long a message that the server took is shown when no transcript shows it, ms. */
const TAKEN_MS = 3_000;
/** How often, and with which pause in ms, the transcript is looked at before a message is taken to be lost. */
const LOOKS = 5;
const LOOK_PAUSE_MS = 2_000;

const TASK_GONE = 'The task is gone. What you wrote to it is kept: up in a prompt brings it back.';

export interface Outbox {
  /** Takes a message for a task: it goes out at once, or when the agent is ready for it. */
  add(taskId: string, text: string): void;
  /** Stops waiting for a message: one that was not sent goes back to the draft, the fate of another is looked up. */
  giveUp(deliveryId: string): void;
  stop(): void;
}

export interface OutboxContext extends Context {
  readonly look: Look;
  /** Called when the server took a message. */
  readonly sent: (taskId: string) => void;
}

/**
 * Delivers messages, one at a time for each task and in the order they were written. A message is sent once: only
 * when the server refused it, or was never reached, may it be sent again.
 */
export function createOutbox(context: OutboxContext): Outbox {
  const { backend, store, clock, random, look, sent } = context;
  const underWay = new Map<string, AbortController>();
  const stopping = new AbortController();
  /** When a task whose agent was busy is asked again, Unix ms. */
  const restUntil = new Map<string, number>();
  let counter = 0;

  const isOpen = (id: string): boolean => store.getState().deliveries.some((delivery) => delivery.id === id);

  /** Ends a delivery, its text a draft again; of a task that is gone nobody would find the draft, but the history. */
  const returnText = ({ id, taskId, text }: DeliveryEntry, why: string): void => {
    store.dispatch({ type: 'delivery-ended', id });
    store.dispatch(
      taskById(store.getState(), taskId) === null
        ? { type: 'prompt-used', text }
        : { type: 'draft-returned', key: taskId, text },
    );
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: why, at: clock.now() } });
  };

  const giveBack = (delivery: DeliveryEntry, why: string): void => {
    if (isOpen(delivery.id)) returnText(delivery, why);
  };

  /** What the conversation held just now; null when that is not known well enough to count by. */
  function recentTranscript(taskId: string): Transcript | null {
    const entry = store.getState().transcripts.get(taskId);
    if (!entry?.transcript || entry.transcript.snapshot || entry.at === null) return null;
    return clock.now() - entry.at <= RECENT_MS ? entry.transcript : null;
  }

  /** The task's transcript as it is now; shown too, since it is at hand. */
  async function lookAtTranscript(task: Task, signal: AbortSignal): Promise<Transcript> {
    const { transcript, startedAt } = await look(task, signal);
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
      const before = recentTranscript(taskId) ?? (await lookAtTranscript(task, controller.signal));
      // It may have been taken back meanwhile.
      if (!isOpen(id)) return;
      store.dispatch({
        type: 'delivery-changed',
        id,
        stage: 'sending',
        saidBefore: timesSaid(before, text),
        now: clock.now(),
      });
      await backend.send(task, text, controller.signal);
      if (isOpen(id)) {
        store.dispatch({ type: 'delivery-changed', id, stage: 'taken', now: clock.now() });
        // Nobody looks at the transcript of a task that is not selected.
        void pause(clock, TAKEN_MS, stopping.signal).then(() =>
          store.dispatch({ type: 'delivery-ended', id }),
        );
      }
      sent(taskId);
    } catch (cause) {
      await failed(delivery, task, cause, controller.signal);
    } finally {
      underWay.delete(id);
    }
  }

  async function failed(
    delivery: DeliveryEntry,
    task: Task,
    cause: unknown,
    { aborted: givenUp }: AbortSignal,
  ): Promise<void> {
    if (stopping.signal.aborted) return;
    const error = cause instanceof BackendError ? cause : null;
    const stage = store.getState().deliveries.find(({ id }) => id === delivery.id)?.stage;
    const never = stage === 'waiting' || error?.tookEffect === 'no';
    const notSent = `Not sent: ${sentenceOf(cause)} It is back in the prompt.`;
    if (stage === undefined) {
      // It was taken back, or the transcript seemed to show it; but the server knows best what it refused.
      if (never && !givenUp) returnText(delivery, notSent);
    } else if (!never) {
      store.dispatch({ type: 'delivery-changed', id: delivery.id, stage: 'unsure', now: clock.now() });
      await findOut(delivery, task, sentenceOf(cause));
    } else if (error?.kind === 'busy' || error?.kind === 'rate-limited') {
      const rest = askedToWait(error) ?? BUSY_PAUSE_MS;
      restUntil.set(task.id, clock.now() + rest);
      store.dispatch({ type: 'delivery-changed', id: delivery.id, stage: 'waiting', now: clock.now() });
      void pause(clock, rest, stopping.signal).then(work);
    } else {
      returnText(delivery, notSent);
    }
  }

  /** Nobody said what became of the message: the transcript has to. */
  async function findOut(delivery: DeliveryEntry, task: Task, why: string): Promise<void> {
    const { signal } = stopping;
    let looks = 0;
    let failures = 0;
    while (looks < LOOKS && isOpen(delivery.id)) {
      if (taskById(store.getState(), task.id) === null) return giveBack(delivery, `${why} ${TASK_GONE}`);
      try {
        await lookAtTranscript(task, signal);
        looks++;
        failures = 0;
      } catch {
        // Only an answered look counts: until the server is back nobody can know.
        failures++;
      }
      const rest = failures === 0 ? 0 : backOff(failures, random());
      if (isOpen(delivery.id)) await pause(clock, Math.max(LOOK_PAUSE_MS, rest), signal);
      if (signal.aborted) return;
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
      if (task === null) giveBack(delivery, TASK_GONE);
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
      // The last first: each is put before what stands there, and so they keep their order.
      for (const { id, taskId: key, text, stage } of store.getState().deliveries.toReversed()) {
        if (stage !== 'waiting') continue;
        store.dispatch({ type: 'delivery-ended', id });
        store.dispatch({ type: 'draft-returned', key, text });
      }
      for (const controller of underWay.values()) controller.abort();
    },
  };
}
