import { baselineOf } from '../../domain/arrival.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { BackendError, sentenceOf } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { taskById } from '../../store/selectors.ts';
import { backOff } from '../back-off.ts';
import type { Looked } from '../look.ts';
import { pause } from '../pause.ts';
import type { OutboxContext } from './outbox.ts';
import type { Queue } from './queue.ts';
import { afterRefusal } from './refusals.ts';

/** From then on the transcript is looked at while a message is still being sent, ms, and how often. */
const LOOK_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 5_000;
/** How often the transcript is looked at for a message without an answer: often first, then ever more seldom; ms. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 15_000;
/** How long a message that the server took is shown when no transcript shows it, ms: that of the selected task soon will. */
const TAKEN_MS = 3_000;
const TAKEN_SELECTED_MS = 10_000;

/** Where single messages are worked on. */
export interface Desk {
  isBusyWith(id: string): boolean;
  /** Nothing is to be sent to this task for a while. */
  rests(taskId: string): boolean;
  deliver(delivery: Delivery, task: Task): void;
  resume(delivery: Delivery): void;
  /** Looks at transcripts until it is known what has become of a message. */
  findOut(id: string): void;
  /** Looks for a task that is not in the list: what was written to one that is gone goes to the history. */
  find(delivery: Delivery): void;
  /** Ends the connection of a message that is being sent. */
  giveUp(id: string): void;
  stop(): void;
}

export function createDesk(
  context: OutboxContext & { readonly queue: Queue; readonly stopping: AbortSignal },
): Desk {
  const { backend, store, clock, random, look, queue, stopping, changed } = context;
  const busy = new Map<string, AbortController>();
  /** Sends that the user ended. */
  const givenUp = new Set<string>();
  /** When a task is tried again, Unix ms, and how often in a row that was in vain. */
  const rest = new Map<string, { readonly until: number; readonly failures: number }>();
  const tasks = new Map<string, Task>();

  const taskOf = (id: string): Task | null => taskById(store.getState(), id) ?? tasks.get(id) ?? null;
  const notice = (text: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now() } });

  function restFor(taskId: string, failures: number, ms: number): void {
    rest.set(taskId, { until: clock.now() + ms, failures });
    // The clock moves the state along: whoever waits for it is asked again then.
    void pause(clock, ms, stopping).then(() => {
      if (!stopping.aborted) store.dispatch({ type: 'ticked', now: clock.now() });
    });
  }

  /** The task's transcript as it is now; shown too, since it is at hand. */
  async function lookAt(task: Task, signal: AbortSignal): Promise<Transcript> {
    const asked = clock.now();
    let looked: Looked = await look(task, signal);
    // Somebody else's look may have begun before.
    if (looked.startedAt < asked) looked = await look(task, signal);
    const { transcript, startedAt } = looked;
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
      restFor(taskId, failuresOf(taskId), LOOK_EVERY_MS);
      return;
    }
    const over = new AbortController();
    void watchWhileOpen(id, task, over.signal);
    try {
      await backend.send(task, text, signal);
      rest.delete(taskId);
      queue.taken(id, clock.now());
      const isSelected = store.getState().view.selected === taskId;
      void pause(clock, isSelected ? TAKEN_SELECTED_MS : TAKEN_MS, stopping).then(() => queue.forget(id));
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
      if (next.isNews && failuresOf(task.id) === 0) notice(`${sentenceOf(cause)} The message stays queued.`);
      restFor(task.id, failuresOf(task.id) + 1, next.restMs);
      if (next.isNews) changed(task.id);
    } else if (queue.takeBack(id)) notice(`Not sent: ${sentenceOf(cause)} It is back in the prompt.`);
  }

  /** A send may take the agent's whole turn: meanwhile the transcript can show that it arrived. */
  async function watchWhileOpen(id: string, task: Task, over: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([over, stopping]);
    await pause(clock, LOOK_AFTER_MS, signal);
    let failures = 0;
    while (!signal.aborted && queue.find(id)?.stage === 'sending') {
      failures = await looked(task, signal, failures);
      await pause(clock, Math.max(LOOK_EVERY_MS, failures === 0 ? 0 : backOff(failures, random())), signal);
    }
  }

  /** What it says is judged by whoever watches the state. Returns how many looks in a row failed. */
  async function looked(task: Task, signal: AbortSignal, failures: number): Promise<number> {
    try {
      await lookAt(task, signal);
      return 0;
    } catch {
      return failures + 1;
    }
  }

  async function untilKnown(id: string): Promise<void> {
    let wait = FIRST_LOOK_MS;
    let failures = 0;
    while (!stopping.aborted) {
      const delivery = queue.find(id);
      if (delivery?.stage !== 'unsure' || delivery.owner !== queue.me) return;
      const task = taskOf(delivery.taskId);
      if (task !== null) failures = await looked(task, stopping, failures);
      else if (await isGone(delivery)) return;
      else failures++;
      if (queue.find(id)?.stage !== 'unsure') return;
      await pause(clock, Math.max(wait, failures === 0 ? 0 : backOff(failures, random())), stopping);
      wait = Math.min(wait * 2, LONGEST_LOOK_MS);
    }
  }

  /** Whether the task of a message is gone, and then the message is in the history. */
  async function isGone({ id, taskId, text }: Delivery): Promise<boolean> {
    try {
      tasks.set(taskId, await backend.get({ id: taskId, ownerName: 'me' }, stopping));
      return false;
    } catch (cause) {
      if (!(cause instanceof BackendError && cause.kind === 'not-found')) return false;
    }
    store.dispatch({ type: 'prompt-used', text });
    if (queue.takeBack(id))
      notice('The task is gone. What you wrote to it is kept: up in a prompt brings it back.');
    return true;
  }

  return {
    isBusyWith: (id) => busy.has(id),
    rests: (taskId) => (rest.get(taskId)?.until ?? 0) > clock.now(),
    deliver: (delivery, task) => void at(delivery.id, (signal) => send(delivery, task, signal)),
    resume({ id, taskId }) {
      void at(id, async () => {
        if (queue.claim(id, { type: 'resume-begun', by: queue.me, now: clock.now() }) === null) return;
        await context.resume(taskId);
        if (!stopping.aborted) queue.take(id, { type: 'resume-over', now: clock.now() });
      });
    },
    findOut: (id) => void at(id, () => untilKnown(id)),
    find(delivery) {
      void at(delivery.id, async () => {
        if (await isGone(delivery)) return;
        restFor(delivery.taskId, failuresOf(delivery.taskId) + 1, LONGEST_LOOK_MS);
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
