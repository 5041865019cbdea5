import { isActiveBuild, isFailedBuild } from '../domain/build-progress.ts';
import { BackendError } from '../domain/errors.ts';
import { isTransitional, type Phase } from '../domain/phase.ts';
import type { Build } from '../domain/ports/backend.ts';
import type { Task } from '../domain/task.ts';
import { isStaleBuild } from '../store/build-view.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import { buildInterval, unfocusedFactor } from './intervals.ts';
import { createPoller, type Poller } from './poller.ts';
import type { SyncContext } from './sync-context.ts';

/** What a build was that has ended is no matter of haste: the list and the conversation come first, on their connections; ms. */
const LAST_BUILD_DELAY_MS = 2_000;
/** As with the transcript: only where the selection comes to rest is asked about. */
const SELECTION_DELAY_MS = 120;

/**
 * Follows what the workspace of the selected task does, with what it prints, from when it was asked for until it is done
 * or has failed. Of a task in error it is asked once why, of one at rest once how long its last build took.
 */
export function pollBuild({ backend, store, clock, rounds, probes, random, pace }: SyncContext): Poller {
  /** Builds that were asked about once, of tasks at rest: by task and number. */
  const requestedOnce = new Set<string>();

  let delayedFor: string | null = null;

  /** The selected task, and whether there may be a build to follow. */
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

  /** Nothing will change that is not known. */
  const isComplete = (task: Task, build: Build | undefined): boolean =>
    build !== undefined && !isActiveBuild(build) && !isStaleBuild(store.getState(), task, build);

  async function fetchLog(task: Task, build: Build, signal: AbortSignal, heard: () => void): Promise<void> {
    const known = store.getState().builds.get(task.id);
    const after = known?.build.id === build.id ? (known.lines.at(-1)?.id ?? 0) : 0;
    const lines = await backend.buildLogs(build.id, after, signal, heard);
    signal.throwIfAborted();
    store.dispatch({ type: 'build-log-received', taskId: task.id, buildId: build.id, lines });
  }

  const interval = (): number =>
    buildInterval(pace) * unfocusedFactor('detail', store.getState().window.focused);

  const poller = createPoller({
    onInternalError: store.report,
    clock,
    rounds,
    probes,
    random,
    busy: pace?.busy,
    minIntervalMs: interval,
    async poll(signal, heard) {
      const target = currentTarget();
      if (target === null) return null;
      const { task, phase, follow } = target;
      const once = `${task.id} ${task.buildNumber}`;
      if (!follow && requestedOnce.has(once)) return null;
      if (!follow && delayedFor !== once) {
        delayedFor = once;
        return LAST_BUILD_DELAY_MS;
      }
      if (task.workspaceId === null || isComplete(task, store.getState().builds.get(task.id)?.build))
        return null;
      if (!follow) requestedOnce.add(once);
      try {
        const build = await backend.latestBuild(task.workspaceId, signal, heard);
        signal.throwIfAborted();
        store.dispatch({ type: 'build-received', taskId: task.id, build, now: clock.now() });
        // When it began and ended is part of what the task spent its time with.
        if (!follow) return null;
        // The log is asked for after the build: of one that has ended it is whole. A task can be in error for other
        // reasons than its build, and what that printed does not matter then.
        const isWorthReading = phase !== 'error' || isFailedBuild(build);
        if (build.status !== 'pending' && isWorthReading && !isStaleBuild(store.getState(), task, build))
          await fetchLog(task, build, signal, heard);
        return isComplete(task, build) ? null : interval();
      } catch (error) {
        // One may see a task and not its workspace.
        if (error instanceof BackendError && (error.kind === 'not-found' || error.kind === 'forbidden'))
          return null;
        throw error;
      }
    },
    // What is wrong with the server is the list's to say.
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
