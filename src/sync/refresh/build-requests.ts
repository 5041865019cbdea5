import { isActiveBuild, isFailedBuild } from '../../domain/build-progress.ts';
import { BackendError } from '../../domain/errors.ts';
import { isTransitional, type Phase } from '../../domain/phase.ts';
import type { Build } from '../../domain/ports/backend.ts';
import type { Task } from '../../domain/task.ts';
import { isStaleBuild } from '../../store/builds.ts';
import { phaseIn, selectedTask } from '../../store/selectors.ts';
import type { SyncContext } from '../sync-context.ts';
import { buildInterval, unfocusedFactor } from './intervals.ts';
import { createPollLoop, type PollLoop } from './poll-loop.ts';

/** The delay before an ended build is requested, to leave connections to the list and the transcript; ms. */
const LAST_BUILD_DELAY_MS = 2_000;
/** While a key is held down, the selection moves on before this delay and nothing is requested; ms. */
const SELECTION_DELAY_MS = 120;

/** Polls the build of the selected task and its log until it ends. Of a task at rest, requests the last build once. */
export function pollBuild({ backend, store, clock, timers, probes, random, pace }: SyncContext): PollLoop {
  /** Builds of tasks at rest that were already requested, by task id and build number. */
  const requestedOnce = new Set<string>();

  let delayedFor: string | null = null;

  /** The selected task. `follow`: a build may be running. */
  const currentTarget = (): {
    readonly task: Task;
    readonly phase: Phase;
    readonly follow: boolean;
  } | null => {
    const state = store.getState();
    const task = selectedTask(state);
    if (task === null) return null;
    const phase = phaseIn(state, task);
    if (phase === 'deleting') return null;
    const known = state.builds.get(task.id)?.build;
    const isActive = known !== undefined && isActiveBuild(known);
    return { task, phase, follow: isTransitional(phase) || phase === 'error' || isActive };
  };

  /** The build has ended and its result is known. */
  const isComplete = (task: Task, build: Build | undefined): boolean =>
    build !== undefined && !isActiveBuild(build) && !isStaleBuild(store.getState(), task, build);

  async function fetchLog(
    task: Task,
    build: Build,
    signal: AbortSignal,
    onProgress: () => void,
  ): Promise<void> {
    const known = store.getState().builds.get(task.id);
    const after = known?.build.id === build.id ? (known.lines.at(-1)?.id ?? 0) : 0;
    const lines = await backend.buildLogs(build.id, after, signal, onProgress);
    signal.throwIfAborted();
    store.dispatch({ type: 'build-log-received', taskId: task.id, buildId: build.id, lines });
  }

  const interval = (): number =>
    buildInterval(pace) * unfocusedFactor('detail', store.getState().window.focused);

  const poller = createPollLoop({
    onInternalError: store.report,
    clock,
    timers,
    probes,
    random,
    busy: pace?.busy,
    minIntervalMs: interval,
    async poll(signal, onProgress) {
      const target = currentTarget();
      if (target === null) return null;
      const { task, phase, follow } = target;
      const buildKey = `${task.id} ${task.buildNumber}`;
      if (!follow && requestedOnce.has(buildKey)) return null;
      if (!follow && delayedFor !== buildKey) {
        delayedFor = buildKey;
        return LAST_BUILD_DELAY_MS;
      }
      if (task.workspaceId === null || isComplete(task, store.getState().builds.get(task.id)?.build))
        return null;
      if (!follow) requestedOnce.add(buildKey);
      try {
        const build = await backend.latestBuild(task.workspaceId, signal, onProgress);
        signal.throwIfAborted();
        store.dispatch({ type: 'build-received', taskId: task.id, build, now: clock.now() });
        if (!follow) return null;
        // The log comes after the build, so that the log of an ended build is complete. When the build of a task in
        // error succeeded, the reason is elsewhere and the log does not matter.
        const isLogRelevant = phase !== 'error' || isFailedBuild(build);
        if (build.status !== 'pending' && isLogRelevant && !isStaleBuild(store.getState(), task, build))
          await fetchLog(task, build, signal, onProgress);
        return isComplete(task, build) ? null : interval();
      } catch (error) {
        // A user can have access to a task but not to its workspace.
        if (error instanceof BackendError && (error.kind === 'not-found' || error.kind === 'forbidden'))
          return null;
        throw error;
      }
    },
    // The poller of the list reports problems of the server.
    onFailure: () => {},
  });

  const pollKey = () => {
    const target = currentTarget();
    return {
      id: store.getState().view.selected,
      phase: target?.phase ?? null,
      number: target?.task.buildNumber ?? 0,
    };
  };
  let key = pollKey();
  const unsubscribe = store.subscribe(() => {
    const before = key;
    key = pollKey();
    if (key.id !== before.id) poller.restart(before.id === null ? 0 : SELECTION_DELAY_MS);
    else if (key.phase !== before.phase || key.number !== before.number) poller.wake();
  });

  return {
    wake: poller.wake,
    restart: poller.restart,
    pollWithin: poller.pollWithin,
    suspend: poller.suspend,
    stop() {
      unsubscribe();
      poller.stop();
    },
  };
}
