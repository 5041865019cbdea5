import { phaseSince } from '../../domain/phase-since.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import type { FetchTranscript } from './fetch-transcript.ts';
import {
  DEFAULT_PACE,
  type Interval,
  isTranscriptReadable,
  staleAfter,
  transcriptInterval,
  unfocusedFactor,
} from './intervals.ts';
import type { RequestKind } from './request-kind.ts';
import { isOtherPhase, onOtherSelection, selectedIn } from './selection.ts';

/** Requests the transcript of the selected task, at an interval that depends on its phase. */
export function transcriptRequests({
  store,
  clock,
  pace = DEFAULT_PACE,
  fetchTranscript,
}: Omit<SyncContext, 'backend'> & { readonly fetchTranscript: FetchTranscript }): RequestKind {
  const interval = (state: State): Interval => {
    const selected = selectedIn(state);
    if (selected === null) return null;
    const now = clock.now();
    const usual = transcriptInterval(selected.phase, pace, now - phaseSince(selected.task, now));
    return usual === null ? null : usual * unfocusedFactor('detail', state.window.focused);
  };
  return {
    name: 'transcript',
    onChange(before, after) {
      const restart = onOtherSelection(before, after);
      if (restart !== null) return restart;
      if (!isOtherPhase(before, after)) return null;
      const phase = selectedIn(after)?.phase;
      // Without a readable transcript, the restart ends polling and clears an earlier failure.
      return phase !== undefined && !isTranscriptReadable(phase) ? { restartMs: 0 } : 'wake';
    },
    retryMs: (state) => interval(state) ?? pace.transcript * 1_000,
    async request({ signal, onBytes }) {
      const selected = selectedIn(store.getState());
      if (selected === null) return null;
      const { task, phase } = selected;
      if (!isTranscriptReadable(phase)) {
        store.dispatch({ type: 'transcript-polling-stopped', taskId: task.id });
        return null;
      }
      const { transcript, startedAt } = await fetchTranscript(task, signal, onBytes);
      const now = clock.now();
      const next = interval(store.getState());
      const refreshMs = staleAfter(next, now - startedAt, pace.busy);
      store.dispatch({
        type: 'transcript-received',
        taskId: task.id,
        transcript,
        startedAt,
        refreshMs,
        now,
      });
      return next;
    },
    onFailure(error, retryAt) {
      const taskId = store.getState().view.selected;
      if (taskId !== null)
        store.dispatch({ type: 'transcript-failed', taskId, error, retryAt, now: clock.now() });
    },
  };
}
