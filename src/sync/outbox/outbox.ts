import { randomUUID } from 'node:crypto';
import { isQueued } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-hint.ts';
import type { OutboxRows } from '../../domain/outbox-rows.ts';
import type { OutboxOperations } from '../../domain/ports/operations.ts';
import type { OutboxContext } from './context.ts';
import { createDesk } from './desk.ts';
import { judgeByTranscripts } from './judge.ts';
import { createLanes } from './lanes.ts';
import { createQueue } from './queue.ts';

/** How often it is asked whether another taskdeck of this machine did something, ms. */
const OTHERS_EVERY_MS = 2_000;

export interface Outbox extends OutboxOperations {
  /** Goes on with the messages of these rows: it is known now whose they are. */
  open(rows: OutboxRows): void;
  /** What waits stays in the queue; of what is on its way the next taskdeck finds out what became of it. */
  stop(): void;
}

/**
 * Delivers messages, one at a time for each task and in their order. A message is sent again only when the server
 * refused it, was never reached, or can be seen not to have it; of two taskdecks on one machine one sends it.
 */
export function createOutbox(context: OutboxContext): Outbox {
  const { store, clock } = context;
  const stopping = new AbortController();
  const queue = createQueue(store, context.rows);
  const desk = createDesk({ ...context, queue, stopping: stopping.signal });
  const judge = judgeByTranscripts({ ...context, queue });
  const lanes = createLanes({ ...context, queue, desk });

  const work = (): void => {
    if (stopping.signal.aborted || store.getState().deliveries.length === 0) return;
    judge();
    lanes.work();
  };
  const unsubscribe = store.subscribe(work);
  const stopSleep = clock.onSleep((ms) => {
    for (const { id, owner } of store.getState().deliveries)
      if (owner === queue.me) queue.take(id, { type: 'slept', ms });
  });

  let cancel = (): void => {};
  const watch = (): void => {
    cancel = clock.after(OTHERS_EVERY_MS, () => {
      queue.refresh();
      lanes.takeOver();
      work();
      watch();
    });
  };
  const begin = (rows: OutboxRows): void => {
    queue.open(rows);
    lanes.takeOver();
    work();
    // What was asked in an earlier run waits for its answer, and so does all that comes after it.
    if (!store.getState().deliveries.some(({ stage }) => stage === 'asked')) return;
    const text = `It is not known whether a message arrived: ${keyFor('outbox')} shows it and asks what to do.`;
    const about = { kind: 'unknown-deliveries' } as const;
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now(), about } });
  };
  begin(context.rows);
  watch();

  return {
    add: (taskId, text, resume = false) =>
      queue.add({ id: randomUUID(), taskId, text, resume, since: clock.now() }),
    cancel(id) {
      queue.takeBack(id);
      desk.giveUp(id);
    },
    edit(id) {
      const delivery = queue.find(id);
      return delivery !== null && isQueued(delivery) && queue.takeBack(id);
    },
    move: (id, by) => queue.move(id, by),
    answer: (id, answer) =>
      void queue.take(
        id,
        answer === 'there' ? { type: 'said-there' } : { type: 'said-again', now: clock.now() },
      ),
    open: begin,
    stop() {
      unsubscribe();
      stopSleep();
      cancel();
      stopping.abort();
      // Another taskdeck, or the next one, need not wait until it is clear that this one has ended.
      for (const { id, owner } of store.getState().deliveries) {
        if (owner === queue.me) queue.take(id, { type: 'left', by: null, now: clock.now() });
      }
      desk.stop();
    },
  };
}
