import { phaseSince } from '../../domain/phase-since.ts';
import type { Capabilities, FollowEvent } from '../../domain/ports/source.ts';
import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import { withChangesBetween } from '../../domain/task-patch.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';
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

/**
 * Whether the stream of the selected task may be open. Where it marks the task as read, only while the user reads the
 * task: it was in view for 700 ms since its selection, the window has the focus or does not report it, and the user has
 * not marked the task as unread since; never in read-only mode.
 */
export const mayFollow = (
  { followMarksRead = false }: Capabilities,
  taskId: string,
  { readingTaskId, settings }: Pick<State, 'readingTaskId' | 'settings'>,
): boolean => !followMarksRead || (readingTaskId === taskId && !settings.readOnly);

/**
 * Requests the transcript of the selected task, at an interval that depends on its phase. While the source pushes the
 * transcript, only for pushed changes that do not contain it.
 */
export function transcriptRequests({
  backend,
  store,
  clock,
  pace = DEFAULT_PACE,
  fetchTranscript,
}: SyncContext & { readonly fetchTranscript: FetchTranscript }): RequestKind {
  const interval = (state: State): Interval => {
    const selected = selectedIn(state);
    if (selected === null) return null;
    const now = clock.now();
    const usual = transcriptInterval(selected.phase, pace, now - phaseSince(selected.task, now));
    return usual === null ? null : usual * unfocusedFactor('detail', state.window.focused);
  };
  function receive(taskId: string, transcript: Transcript, startedAt: number, refreshMs: number): void {
    const now = clock.now();
    store.dispatch({ type: 'transcript-received', taskId, transcript, startedAt, refreshMs, now });
  }

  function receivePushed(taskId: string, transcript: Transcript): void {
    const now = clock.now();
    const refreshMs = Number.POSITIVE_INFINITY;
    store.dispatch({
      type: 'transcript-received',
      taskId,
      transcript,
      startedAt: now,
      refreshMs,
      pushed: true,
      now,
    });
  }

  /** The stream reports what it knows of a task, from one version to the next: the list knows the rest. */
  function receiveTask(before: Task, after: Task): void {
    const now = clock.now();
    const task = withChangesBetween(knownTask(store.getState(), after.id) ?? before, before, after);
    store.dispatch({ type: 'task-received', task, startedAt: now, now });
  }

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
    async request({ signal, onBytes, isStreamHealthy }) {
      const selected = selectedIn(store.getState());
      if (selected === null) return null;
      const { task, phase } = selected;
      if (!isTranscriptReadable(phase)) {
        store.dispatch({ type: 'transcript-polling-stopped', taskId: task.id });
        return null;
      }
      const { transcript, startedAt } = await fetchTranscript(task, signal, onBytes);
      const next = isStreamHealthy() ? null : interval(store.getState());
      receive(task.id, transcript, startedAt, staleAfter(next, clock.now() - startedAt, pace.busy));
      return next;
    },
    onFailure(error, retryAt) {
      const taskId = store.getState().view.selected;
      if (taskId !== null)
        store.dispatch({ type: 'transcript-failed', taskId, error, retryAt, now: clock.now() });
    },
    push: {
      replacesPolling: true,
      key(state) {
        const selected = selectedIn(state);
        if (selected === null || interval(state) === null) return null;
        const { capabilities, follow } = sourceOf(backend, selected.task);
        return follow !== undefined && mayFollow(capabilities, selected.task.id, state)
          ? selected.task.id
          : null;
      },
      async open({ changed, received }, signal) {
        const task = selectedTask(store.getState());
        if (task === null) return;
        let revision = Number.NEGATIVE_INFINITY;
        let reported = task;
        const onEvent = (event: FollowEvent): void => {
          if (signal.aborted) return;
          if (store.getState().followedTaskId !== task.id)
            store.dispatch({ type: 'transcript-followed', taskId: task.id });
          if (event.type === 'changed') return changed();
          if (event.type === 'task') {
            const before = reported;
            reported = event.task;
            return receiveTask(before, event.task);
          }
          // A repeated or late event would bring an old conversation back.
          if (event.revision <= revision) return;
          ({ revision } = event);
          receivePushed(task.id, event.transcript);
          received();
        };
        const end = (): void => {
          if (store.getState().followedTaskId === task.id)
            store.dispatch({ type: 'transcript-followed', taskId: null });
        };
        signal.addEventListener('abort', end, { once: true });
        try {
          await sourceOf(backend, task).follow?.(task, onEvent, signal);
        } finally {
          signal.removeEventListener('abort', end);
          if (!signal.aborted) end();
        }
      },
      onEnd(taskId) {
        const refreshMs = staleAfter(interval(store.getState()), 0, pace.busy);
        store.dispatch({ type: 'transcript-push-ended', taskId, refreshMs, now: clock.now() });
      },
    },
  };
}
