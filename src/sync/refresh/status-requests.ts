import { BackendError } from '../../domain/errors.ts';
import { sourceOf } from '../../domain/sources.ts';
import { selectedTask } from '../../store/selectors.ts';
import { needsAttentionUndebounced } from '../../store/slices/attention.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { DEFAULT_PACE, type Interval, statusInterval, unfocusedFactor } from './intervals.ts';
import type { RequestKind } from './request-kind.ts';
import { isOtherPhase, onOtherSelection, selectedIn, startsAction } from './selection.ts';

/**
 * Requests the selected task, at an interval that depends on its phase. Wakes the list when the answer shows, before
 * the list does, that the task needs the user: other tasks may need the user at the same moment.
 */
export function statusRequests({ backend, store, clock, pace = DEFAULT_PACE }: SyncContext): RequestKind {
  const interval = (state: State): Interval => {
    const selected = selectedIn(state);
    const usual = selected === null ? null : statusInterval(selected.phase, pace);
    return usual === null ? null : usual * unfocusedFactor('detail', state.window.focused);
  };
  return {
    name: 'status',
    onChange(before, after) {
      const restart = onOtherSelection(before, after);
      if (restart !== null) return restart;
      const intervalMs = interval(after);
      if (intervalMs !== null && startsAction(before, after)) return { restartMs: intervalMs };
      const contradiction = contradictionOf(after);
      if (contradiction !== null && contradiction !== contradictionOf(before)) return 'wake';
      // An already polled status needs no extra request.
      const from = selectedIn(before);
      const wasPolled = from === null || statusInterval(from.phase) !== null;
      return !wasPolled && isOtherPhase(before, after) ? 'wake' : null;
    },
    retryMs: (state) => interval(state) ?? pace.transcript * 1_000,
    async request({ signal, onBytes, wake }) {
      const state = store.getState();
      const task = selectedTask(state);
      if (task === null || (interval(state) === null && contradictionOf(state) === null)) return null;
      const startedAt = clock.now();
      try {
        const fresh = await sourceOf(backend, task).get(task, signal, onBytes);
        signal.throwIfAborted();
        const before = store.getState();
        store.dispatch({ type: 'task-received', task: fresh, startedAt, now: clock.now() });
        if (!needsAttentionUndebounced(before, task) && needsAttentionUndebounced(store.getState(), fresh))
          wake('list');
      } catch (error) {
        if (!(error instanceof BackendError && error.kind === 'not-found')) throw error;
        store.dispatch({ type: 'task-disappeared', taskId: task.id, now: clock.now() });
      }
      return interval(store.getState());
    },
  };
}

/**
 * The conflict with which the server refused the transcript of the selected task; null for none. The transcript is
 * readable in the known phase, so a conflict means another phase.
 */
function contradictionOf(state: State): BackendError | null {
  const { selected } = state.view;
  const error = selected === null ? null : (state.transcripts.get(selected)?.error ?? null);
  return error?.kind === 'conflict' ? error : null;
}
