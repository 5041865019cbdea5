import { baselineOf } from '../../domain/arrival.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { BackendError, sentenceOf } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { sleep } from '../../platform/sleep.ts';
import type { NoticeCause } from '../../store/state.ts';
import { backOff } from '../back-off.ts';
import type { OutboxContext } from './context.ts';
import { createFinding } from './finding.ts';
import { createPlaces } from './places.ts';
import type { Queue } from './queue.ts';
import { afterRefusal } from './refusals.ts';

/** When a message is tried again that could not be begun, and when one whose task is not in the list, ms. */
const NOT_BEGUN_MS = 5_000;
const NOT_LISTED_MS = 15_000;
/** How long a message that the server took is shown when no transcript shows it, ms: that of the selected task soon will. */
const TAKEN_MS = 3_000;
const TAKEN_SELECTED_MS = 10_000;

/** Where single messages are worked on. */
export interface Desk {
  isBusyWith(id: string): boolean;
  /** So much is being begun that the next message waits a moment. */
  readonly isFull: boolean;
  /** Nothing is to be sent to this task for a while. */
  rests(taskId: string): boolean;
  deliver(delivery: Delivery, task: Task): void;
  /** `task` where it is not in the list. */
  resume(delivery: Delivery, task?: Task): void;
  /** Looks at transcripts until it is known what has become of a message. */
  findOut(id: string): void;
  /**
   * Looks for a task that is not in the list, which may be somebody else's list: what was written to one that is gone
   * goes to the history, and `found` is called with another one, to deliver to it.
   */
  find(delivery: Delivery, found: (task: Task) => void): void;
  /** Ends the connection of a message that is being sent. */
  giveUp(id: string): void;
  stop(): void;
}

export function createDesk(
  context: OutboxContext & { readonly queue: Queue; readonly stopping: AbortSignal },
): Desk {
  const { backend, store, clock, random, queue, stopping, changed } = context;
  const busy = new Map<string, AbortController>();
  /** Sends that the user ended. */
  const givenUp = new Set<string>();
  /** When a task is tried again, Unix ms, and how often in a row that was in vain. */
  const rest = new Map<string, { readonly until: number; readonly failures: number }>();
  const places = createPlaces(clock, stopping, () => store.dispatch({ type: 'ticked', now: clock.now() }));
  const { lookAt, watchWhileOpen, untilKnown, find } = createFinding(context);

  const notice = (text: string, about?: NoticeCause): void =>
    store.dispatch({
      type: 'noticed',
      notice: { tone: 'bad', text, at: clock.now(), ...(about && { about }) },
    });

  function restFor(taskId: string, failures: number, ms: number): void {
    rest.set(taskId, { until: clock.now() + ms, failures });
    // The clock moves the state along: whoever waits for it is asked again then.
    void sleep(clock, ms, stopping).then(() => {
      if (!stopping.aborted) store.dispatch({ type: 'ticked', now: clock.now() });
    });
  }

  async function at(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    busy.set(id, controller);
    try {
      await work(controller.signal);
    } finally {
      busy.delete(id);
      givenUp.delete(id);
      // What could not begin while this was worked on can now.
      if (!stopping.aborted && store.getState().deliveries.length > 0)
        store.dispatch({ type: 'ticked', now: clock.now() });
    }
  }

  /** What a message is measured against; null when it is not to be sent now, and undefined when nobody can know. */
  async function before(task: Task, signal: AbortSignal): Promise<Transcript | null | undefined> {
    try {
      const transcript = await lookAt(task, signal);
      if (!transcript.snapshot) return transcript;
    } catch (cause) {
      if (signal.aborted || stopping.aborted) return null;
      const next = afterRefusal(cause, failuresOf(task.id), random());
      // Some may write to a task whose transcript they may not read.
      if (next.kind === 'give-back') return undefined;
      restFor(task.id, failuresOf(task.id) + 1, next.restMs);
      return null;
    }
    // The agent does not run, whatever the list said: it will be told otherwise soon.
    changed(task.id);
    restFor(task.id, failuresOf(task.id) + 1, backOff(failuresOf(task.id) + 1, random()));
    return null;
  }

  const failuresOf = (taskId: string): number => rest.get(taskId)?.failures ?? 0;

  async function send({ id, text, taskId }: Delivery, task: Task, signal: AbortSignal): Promise<void> {
    const transcript = await before(task, signal);
    if (transcript === null || signal.aborted || stopping.aborted) return;
    const now = clock.now();
    const baseline = transcript === undefined ? null : baselineOf(transcript);
    const attempt = { at: now, brokenAt: null, build: task.buildNumber, baseline };
    if (queue.claim(id, { type: 'begun', by: queue.me, attempt, now }) === null) {
      // Another taskdeck was there before, or nothing can be written: nothing is sent that is not written down.
      restFor(taskId, failuresOf(taskId), NOT_BEGUN_MS);
      return;
    }
    const over = new AbortController();
    void watchWhileOpen(id, task, over.signal).then((hangs) => hangs && busy.get(id)?.abort());
    try {
      await backend.send(task, text, signal);
      rest.delete(taskId);
      queue.taken(id, clock.now());
      const isSelected = store.getState().view.selected === taskId;
      void sleep(clock, isSelected ? TAKEN_SELECTED_MS : TAKEN_MS, stopping).then(() => queue.forget(id));
      changed(taskId);
    } catch (cause) {
      await failed(id, task, text, cause);
    } finally {
      over.abort();
    }
  }

  async function failed(id: string, task: Task, text: string, cause: unknown): Promise<void> {
    if (stopping.aborted) return;
    const neverTaken = cause instanceof BackendError && cause.tookEffect === 'no';
    if (!neverTaken) {
      if (queue.take(id, { type: 'broken', now: clock.now() }) !== null) await untilKnown(id);
      return;
    }
    const next = afterRefusal(cause, failuresOf(task.id), random());
    if (queue.find(id) === null) {
      // The transcript seemed to show it; but the server knows best what it refused.
      queue.add({ id, taskId: task.id, text, resume: false, since: clock.now() });
    } else if (queue.take(id, { type: 'refused', now: clock.now() }) === null) return;
    const isWanted = next.kind === 'later' && !givenUp.has(id);
    if (isWanted) {
      if (next.isNews && failuresOf(task.id) === 0)
        notice(`${sentenceOf(cause)} The message stays queued.`, {
          kind: 'delivery',
          id,
          stages: ['waiting', 'resuming', 'sending', 'unsure'],
        });
      restFor(task.id, failuresOf(task.id) + 1, next.restMs);
      if (next.isNews) changed(task.id);
    } else if (queue.takeBack(id)) notice(`Not sent: ${sentenceOf(cause)} It is back in the prompt.`);
  }

  return {
    isBusyWith: (id) => busy.has(id),
    rests: (taskId) => (rest.get(taskId)?.until ?? 0) > clock.now(),
    get isFull() {
      return places.isFull;
    },
    deliver: (delivery, task) =>
      void at(delivery.id, (signal) => places.during(() => send(delivery, task, signal))),
    resume({ id, taskId }, task) {
      void at(id, () =>
        places.during(async () => {
          if (queue.claim(id, { type: 'resume-begun', by: queue.me, now: clock.now() }) === null) return;
          await context.resume(taskId, task);
          if (!stopping.aborted) queue.take(id, { type: 'resume-over', now: clock.now() });
        }),
      );
    },
    findOut: (id) => void at(id, () => untilKnown(id)),
    find(delivery, found) {
      const { id, taskId } = delivery;
      let task: Task | 'gone' | null = null;
      void at(id, async () => {
        task = await find(delivery);
        if (task !== 'gone') restFor(taskId, failuresOf(taskId), NOT_LISTED_MS);
      }).then(() => {
        if (task !== null && task !== 'gone' && !stopping.aborted && queue.find(id) !== null) found(task);
      });
    },
    giveUp(id) {
      givenUp.add(id);
      busy.get(id)?.abort();
    },
    stop() {
      for (const controller of busy.values()) controller.abort();
    },
  };
}
