import { isActiveBuild, isFailedBuild } from '../domain/build-progress.ts';
import { BackendError } from '../domain/errors.ts';
import { isMoving, type Phase } from '../domain/phase.ts';
import type { Build } from '../domain/ports.ts';
import type { Task } from '../domain/task.ts';
import { isOutdated } from '../store/build-view.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import type { Context } from './context.ts';
import { createPoller, type Poller } from './poller.ts';

/** While a build goes on it is looked at this often, ms. */
const INTERVAL_MS = 1_000;
/** As with the transcript: only where the selection comes to rest is asked about. */
const SETTLE_MS = 120;

/**
 * Follows what the workspace of the selected task does, with what it prints, from when it was asked for until it is done
 * or has failed. Of a task at rest nothing is asked; of one in error, once why.
 */
export function pollBuilds({ backend, store, clock, random }: Context): Poller {
  /** How it stands, where there may be a build to follow. */
  const wanted = (): { readonly task: Task; readonly phase: Phase } | null => {
    const state = store.getState();
    const task = selectedTask(state);
    if (task === null) return null;
    const phase = phaseIn(state, task);
    return (isMoving(phase) && phase !== 'deleting') || phase === 'error' ? { task, phase } : null;
  };

  /** Nothing will change that is not known. */
  const isThrough = (task: Task, build: Build | undefined): boolean =>
    build !== undefined && !isActiveBuild(build) && !isOutdated(store.getState(), task, build);

  async function askForLog(task: Task, build: Build, signal: AbortSignal): Promise<void> {
    const known = store.getState().builds.get(task.id);
    const after = known?.build.id === build.id ? (known.lines.at(-1)?.id ?? 0) : 0;
    const lines = await backend.buildLogs(build.id, after, signal);
    signal.throwIfAborted();
    store.dispatch({ type: 'build-logged', taskId: task.id, buildId: build.id, lines });
  }

  const poller = createPoller({
    clock,
    random,
    async ask(signal) {
      const about = wanted();
      if (about === null) return null;
      const { task, phase } = about;
      if (task.workspaceId === null || isThrough(task, store.getState().builds.get(task.id)?.build))
        return null;
      try {
        const build = await backend.latestBuild(task.workspaceId, signal);
        signal.throwIfAborted();
        store.dispatch({ type: 'build-arrived', taskId: task.id, build, now: clock.now() });
        // The log is asked for after the build: of one that has ended it is whole. A task can be in error for other
        // reasons than its build, and what that printed does not matter then.
        const isWorthReading = phase !== 'error' || isFailedBuild(build);
        if (build.status !== 'pending' && isWorthReading && !isOutdated(store.getState(), task, build))
          await askForLog(task, build, signal);
        return isThrough(task, build) ? null : INTERVAL_MS;
      } catch (error) {
        // One may see a task and not its workspace.
        if (error instanceof BackendError && (error.kind === 'not-found' || error.kind === 'forbidden'))
          return null;
        throw error;
      }
    },
    // What is wrong with the server is the list's to say.
    failed: () => {},
  });

  const keyOf = () => {
    const about = wanted();
    return {
      id: store.getState().view.selected,
      phase: about?.phase ?? null,
      number: about?.task.buildNumber ?? 0,
    };
  };
  let key = keyOf();
  const unsubscribe = store.subscribe(() => {
    const before = key;
    key = keyOf();
    if (key.id !== before.id) poller.restart(before.id === null ? 0 : SETTLE_MS);
    else if (key.phase !== before.phase || key.number !== before.number) poller.wake();
  });

  return {
    wake: poller.wake,
    restart: poller.restart,
    stop() {
      unsubscribe();
      poller.stop();
    },
  };
}
