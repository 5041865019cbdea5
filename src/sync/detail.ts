import { BackendError } from '../domain/errors.ts';
import type { Phase } from '../domain/phase.ts';
import { sinceWhen } from '../domain/since.ts';
import type { Task } from '../domain/task.ts';
import { needsYouSoonIn, phaseIn, selectedTask } from '../store/selectors.ts';
import type { Context } from './context.ts';
import {
  type Interval,
  isTranscriptReadable,
  promiseAfter,
  slowness,
  statusInterval,
  transcriptInterval,
  USUAL_PACE,
} from './intervals.ts';
import type { Look } from './look.ts';
import { createPoller, type Poller } from './poller.ts';

/** While a key is held down the selection runs through the list; only where it comes to rest is asked about. */
const SETTLE_MS = 120;

interface Detail extends Context {
  readonly look: Look;
  /** Called when the status reports, before the list does, that the task begins to need the user. */
  readonly needsUser?: () => void;
}

/** Follows the selected task: its status and its transcript, each as often as its phase calls for. */
export function pollDetail(context: Detail): Poller {
  const { store } = context;
  const status = pollStatus(context);
  const transcript = pollTranscript({ ...context, doubt: status.doubt });
  const keyOf = (): { readonly id: string | null; readonly phase: Phase | null; readonly build: number } => {
    const state = store.getState();
    const task = selectedTask(state);
    return {
      id: task?.id ?? null,
      phase: task === null ? null : phaseIn(state, task),
      build: task?.buildNumber ?? 0,
    };
  };

  let key = keyOf();
  const unsubscribe = store.subscribe(() => {
    const before = key;
    key = keyOf();
    if (key.id !== before.id) {
      // The first selection is nobody's held key.
      const settle = before.id === null ? 0 : SETTLE_MS;
      status.restart(settle);
      transcript.restart(settle);
    } else if (key.phase !== before.phase || key.build !== before.build) {
      // Where nothing can be read nothing is asked, and what was refused before is settled.
      if (key.phase !== null && !isTranscriptReadable(key.phase)) transcript.restart();
      else transcript.wake();
      // A status that is being polled found this out itself, or soon does.
      if (before.phase !== null && statusInterval(before.phase) === null) status.wake();
    }
  });

  return {
    wake() {
      status.wake();
      transcript.wake();
    },
    hasten(ms) {
      status.hasten(ms);
      transcript.hasten(ms);
    },
    rest() {
      status.rest();
      transcript.rest();
    },
    restart(ms) {
      status.restart(ms);
      transcript.restart(ms);
    },
    stop() {
      unsubscribe();
      status.stop();
      transcript.stop();
    },
  };
}

interface StatusPoller extends Poller {
  /** Asks once although nothing is expected to change: something else speaks against what is known. */
  doubt(): void;
}

function pollStatus({
  backend,
  store,
  clock,
  rounds,
  probes,
  random,
  pace = USUAL_PACE,
  needsUser = () => {},
}: Omit<Detail, 'look'>): StatusPoller {
  let isDoubted = false;
  const interval = (): Interval => {
    const state = store.getState();
    const task = selectedTask(state);
    const usual = task === null ? null : statusInterval(phaseIn(state, task), pace);
    return usual === null ? null : usual * slowness('detail', state.window.focused);
  };
  const poller = createPoller({
    fault: store.report,
    clock,
    rounds,
    probes,
    random,
    busy: pace.busy,
    least: () => interval() ?? pace.transcript * 1_000,
    async ask(signal, heard) {
      const task = selectedTask(store.getState());
      if (task === null || (interval() === null && !isDoubted)) return null;
      isDoubted = false;
      const startedAt = clock.now();
      try {
        const fresh = await backend.get(task, signal, heard);
        signal.throwIfAborted();
        const before = store.getState();
        store.dispatch({ type: 'task-arrived', task: fresh, startedAt, now: clock.now() });
        if (!needsYouSoonIn(before, task) && needsYouSoonIn(store.getState(), fresh)) needsUser();
      } catch (error) {
        if (!(error instanceof BackendError && error.kind === 'not-found')) throw error;
        store.dispatch({ type: 'task-gone', taskId: task.id, now: clock.now() });
      }
      return interval();
    },
    // The list says what is wrong with the server; here the same would only be said twice.
    failed: () => {},
  });
  return {
    ...poller,
    doubt() {
      isDoubted = true;
      poller.wake();
    },
  };
}

function pollTranscript({
  store,
  clock,
  rounds,
  probes,
  random,
  pace = USUAL_PACE,
  look,
  doubt,
}: Context & { readonly look: Look; readonly doubt: () => void }): Poller {
  const interval = (task: Task, phase: Phase): Interval => {
    const usual = transcriptInterval(phase, pace, clock.now() - sinceWhen(task, clock.now()));
    return usual === null ? null : usual * slowness('detail', store.getState().window.focused);
  };
  return createPoller({
    fault: store.report,
    clock,
    rounds,
    probes,
    random,
    busy: pace.busy,
    least() {
      const state = store.getState();
      const task = selectedTask(state);
      const usual = task === null ? null : interval(task, phaseIn(state, task));
      return usual ?? pace.transcript * 1_000;
    },
    async ask(signal, heard) {
      const state = store.getState();
      const task = selectedTask(state);
      if (task === null) return null;
      const phase = phaseIn(state, task);
      if (!isTranscriptReadable(phase)) {
        store.dispatch({ type: 'transcript-rests', taskId: task.id });
        return null;
      }
      const { transcript, startedAt } = await look(task, signal, heard);
      const now = clock.now();
      const next = interval(task, phase);
      const promised = promiseAfter(next, now - startedAt, pace.busy);
      store.dispatch({ type: 'transcript-arrived', taskId: task.id, transcript, startedAt, promised, now });
      return next;
    },
    failed(error, retryAt) {
      const taskId = store.getState().view.selected;
      if (taskId !== null)
        store.dispatch({ type: 'transcript-failed', taskId, error, retryAt, now: clock.now() });
      // It was asked for because it can be read in this phase: so the task is in another one.
      if (error.kind === 'conflict') doubt();
    },
  });
}
