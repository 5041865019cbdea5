import type { Build } from '../../domain/build.ts';
import { isActiveBuild, isFailedBuild } from '../../domain/build-progress.ts';
import { BackendError } from '../../domain/errors.ts';
import { isTransitional, type Phase } from '../../domain/phase.ts';

import { type CoderTaskFacts, coderFacts, type Task } from '../../domain/task.ts';
import { isStaleBuild } from '../../store/builds.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { buildInterval, unfocusedFactor } from './intervals.ts';
import type { RequestCall, RequestKind } from './request-kind.ts';
import { onOtherSelection, selectedIn, startsAction } from './selection.ts';

/** The delay before an ended build is requested, to leave connections to the list and the transcript; ms. */
const LAST_BUILD_DELAY_MS = 2_000;

/** Requests the build of the selected task and its log until it ends. Of a task at rest, the last build, once. */
export function buildRequests({ backend, store, clock, pace }: SyncContext): RequestKind {
  /** The peek shows the build of a task at rest at once. */
  const isPeeking = ({ view }: State): boolean => view.overlay?.kind === 'peek';

  /** Builds of tasks at rest that were already requested, by task id and build number. */
  const requestedOnce = new Set<string>();
  let delayedFor: string | null = null;

  const interval = (state: State): number =>
    buildInterval(pace) * unfocusedFactor('detail', state.window.focused);

  /** The build has ended and its result is known. */
  const isComplete = (task: Task, build: Build | undefined): boolean =>
    build !== undefined && !isActiveBuild(build) && !isStaleBuild(store.getState(), task, build);

  async function fetchLog(task: Task, build: Build, { signal, onBytes }: RequestCall): Promise<void> {
    const known = store.getState().builds.get(task.id);
    const after = known?.build.id === build.id ? (known.lines.at(-1)?.id ?? 0) : 0;
    const lines = await backend.buildLogs(build.id, after, signal, onBytes);
    signal.throwIfAborted();
    store.dispatch({ type: 'build-log-received', taskId: task.id, buildId: build.id, lines });
  }

  return {
    name: 'build',
    onChange(before, after) {
      const restart = onOtherSelection(before, after);
      if (restart !== null) return restart;
      if (isPeeking(after) && !isPeeking(before)) return { restartMs: 0 };
      if (startsAction(before, after)) return { restartMs: interval(after) };
      const [from, to] = [targetIn(before), targetIn(after)];
      if (from?.phase === to?.phase && from?.facts.buildNumber === to?.facts.buildNumber) return null;
      return to !== null && isFreshBuild(before, after, to) ? null : 'wake';
    },
    retryMs: interval,
    async request(call) {
      const target = targetIn(store.getState());
      if (target === null) return null;
      const { task, facts, phase, mayRun } = target;
      const buildKey = `${task.id} ${facts.buildNumber}`;
      if (!mayRun && requestedOnce.has(buildKey)) return null;
      if (!mayRun && delayedFor !== buildKey && !isPeeking(store.getState())) {
        delayedFor = buildKey;
        return LAST_BUILD_DELAY_MS;
      }
      if (facts.workspaceId === null || isComplete(task, store.getState().builds.get(task.id)?.build))
        return null;
      if (!mayRun) requestedOnce.add(buildKey);
      try {
        const build = await backend.latestBuild(facts.workspaceId, call.signal, call.onBytes);
        call.signal.throwIfAborted();
        store.dispatch({ type: 'build-received', taskId: task.id, build, now: clock.now() });
        if (!mayRun) return null;
        // The log comes after the build, so that the log of an ended build is complete. When the build of a task in
        // error succeeded, the reason is elsewhere and the log does not matter.
        const isLogRelevant = phase !== 'error' || isFailedBuild(build);
        if (build.status !== 'pending' && isLogRelevant && !isStaleBuild(store.getState(), task, build))
          await fetchLog(task, build, call);
        return isComplete(task, build) ? null : interval(store.getState());
      } catch (error) {
        // A user can have access to a task but not to its workspace.
        if (error instanceof BackendError && (error.kind === 'not-found' || error.kind === 'forbidden'))
          return null;
        throw error;
      }
    },
  };
}

interface BuildTarget {
  readonly task: Task;
  readonly facts: CoderTaskFacts;
  readonly phase: Phase;
  /** A build may be running. */
  readonly mayRun: boolean;
}

/** Whether the task's current build came with this change, in the answer to an action. */
function isFreshBuild(before: State, after: State, { task, facts }: BuildTarget): boolean {
  const build = after.builds.get(task.id)?.build;
  return (
    build !== undefined && build !== before.builds.get(task.id)?.build && build.number === facts.buildNumber
  );
}

/** The selected task; null when it has no builds, or its build does not matter. */
function targetIn(state: State): BuildTarget | null {
  const selected = selectedIn(state);
  if (selected === null || selected.phase === 'deleting') return null;
  const { task, phase } = selected;
  const facts = coderFacts(task);
  if (facts === null) return null;
  const known = state.builds.get(task.id)?.build;
  const isActive = known !== undefined && isActiveBuild(known);
  return { task, facts, phase, mayRun: isTransitional(phase) || phase === 'error' || isActive };
}
