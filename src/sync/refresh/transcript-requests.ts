import { BackendError } from '../../domain/errors.ts';
import type { Phase } from '../../domain/phase.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import type { Task } from '../../domain/task.ts';
import { needsAttentionUndebounced, phaseIn, selectedTask } from '../../store/selectors.ts';
import type { SyncContext } from '../sync-context.ts';
import type { FetchTranscript } from './fetch-transcript.ts';
import {
  DEFAULT_PACE,
  type Interval,
  isTranscriptReadable,
  staleAfter,
  statusInterval,
  transcriptInterval,
  unfocusedFactor,
} from './intervals.ts';
import { createPollLoop, type PollLoop } from './poll-loop.ts';

/** While a key is held down, the selection moves on before this delay and nothing is requested; ms. */
const SELECTION_DELAY_MS = 120;

interface SelectedTaskContext extends SyncContext {
  readonly fetchTranscript: FetchTranscript;
  /** Called when the polled status shows, before the list does, that the task needs the user. */
  readonly onNeedsAttention?: () => void;
}

/** Polls the status and the transcript of the selected task, at intervals that depend on its phase. */
export function pollSelectedTask(context: SelectedTaskContext): PollLoop {
  const { store } = context;
  const status = pollStatus(context);
  const transcript = pollTranscript({ ...context, recheckStatus: status.recheck });
  const pollKey = (): {
    readonly id: string | null;
    readonly phase: Phase | null;
    readonly build: number;
  } => {
    const state = store.getState();
    const task = selectedTask(state);
    return {
      id: task?.id ?? null,
      phase: task === null ? null : phaseIn(state, task),
      build: task?.buildNumber ?? 0,
    };
  };

  let key = pollKey();
  const unsubscribe = store.subscribe(() => {
    const before = key;
    key = pollKey();
    if (key.id !== before.id) {
      // The first selection does not come from a held key.
      const delayMs = before.id === null ? 0 : SELECTION_DELAY_MS;
      status.restart(delayMs);
      transcript.restart(delayMs);
    } else if (key.phase !== before.phase || key.build !== before.build) {
      // Without a readable transcript, the restart ends polling and clears an earlier failure.
      if (key.phase !== null && !isTranscriptReadable(key.phase)) transcript.restart();
      else transcript.wake();
      // An already polled status needs no extra poll.
      if (before.phase !== null && statusInterval(before.phase) === null) status.wake();
    }
  });

  return {
    wake() {
      status.wake();
      transcript.wake();
    },
    pollWithin(ms) {
      status.pollWithin(ms);
      transcript.pollWithin(ms);
    },
    suspend() {
      status.suspend();
      transcript.suspend();
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

interface StatusLoop extends PollLoop {
  /** Polls once even where the phase calls for no polling, because a response contradicted the known phase. */
  recheck(): void;
}

function pollStatus({
  backend,
  store,
  clock,
  timers,
  probes,
  random,
  pace = DEFAULT_PACE,
  onNeedsAttention = () => {},
}: Omit<SelectedTaskContext, 'fetchTranscript'>): StatusLoop {
  let isRecheckDue = false;
  const interval = (): Interval => {
    const state = store.getState();
    const task = selectedTask(state);
    const usual = task === null ? null : statusInterval(phaseIn(state, task), pace);
    return usual === null ? null : usual * unfocusedFactor('detail', state.window.focused);
  };
  const poller = createPollLoop({
    onInternalError: store.report,
    clock,
    timers,
    probes,
    random,
    busy: pace.busy,
    minIntervalMs: () => interval() ?? pace.transcript * 1_000,
    async poll(signal, onProgress) {
      const task = selectedTask(store.getState());
      if (task === null || (interval() === null && !isRecheckDue)) return null;
      isRecheckDue = false;
      const startedAt = clock.now();
      try {
        const fresh = await backend.get(task, signal, onProgress);
        signal.throwIfAborted();
        const before = store.getState();
        store.dispatch({ type: 'task-received', task: fresh, startedAt, now: clock.now() });
        if (!needsAttentionUndebounced(before, task) && needsAttentionUndebounced(store.getState(), fresh))
          onNeedsAttention();
      } catch (error) {
        if (!(error instanceof BackendError && error.kind === 'not-found')) throw error;
        store.dispatch({ type: 'task-disappeared', taskId: task.id, now: clock.now() });
      }
      return interval();
    },
    // The poller of the list reports problems of the server.
    onFailure: () => {},
  });
  return {
    ...poller,
    recheck() {
      isRecheckDue = true;
      poller.wake();
    },
  };
}

function pollTranscript({
  store,
  clock,
  timers,
  probes,
  random,
  pace = DEFAULT_PACE,
  fetchTranscript,
  recheckStatus,
}: SyncContext & {
  readonly fetchTranscript: FetchTranscript;
  readonly recheckStatus: () => void;
}): PollLoop {
  const interval = (task: Task, phase: Phase): Interval => {
    const usual = transcriptInterval(phase, pace, clock.now() - phaseSince(task, clock.now()));
    return usual === null ? null : usual * unfocusedFactor('detail', store.getState().window.focused);
  };
  return createPollLoop({
    onInternalError: store.report,
    clock,
    timers,
    probes,
    random,
    busy: pace.busy,
    minIntervalMs() {
      const state = store.getState();
      const task = selectedTask(state);
      const usual = task === null ? null : interval(task, phaseIn(state, task));
      return usual ?? pace.transcript * 1_000;
    },
    async poll(signal, onProgress) {
      const state = store.getState();
      const task = selectedTask(state);
      if (task === null) return null;
      const phase = phaseIn(state, task);
      if (!isTranscriptReadable(phase)) {
        store.dispatch({ type: 'transcript-polling-stopped', taskId: task.id });
        return null;
      }
      const { transcript, startedAt } = await fetchTranscript(task, signal, onProgress);
      const now = clock.now();
      const next = interval(task, phase);
      const staleAfterMs = staleAfter(next, now - startedAt, pace.busy);
      store.dispatch({
        type: 'transcript-received',
        taskId: task.id,
        transcript,
        startedAt,
        refreshMs: staleAfterMs,
        now,
      });
      return next;
    },
    onFailure(error, retryAt) {
      const taskId = store.getState().view.selected;
      if (taskId !== null)
        store.dispatch({ type: 'transcript-failed', taskId, error, retryAt, now: clock.now() });
      // The transcript is readable in the known phase, so a conflict means another phase.
      if (error.kind === 'conflict') recheckStatus();
    },
  });
}
