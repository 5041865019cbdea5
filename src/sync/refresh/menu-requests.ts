import { BackendError, type BackendErrorKind } from '../../domain/errors.ts';
import type { Task } from '../../domain/task.ts';
import { memoize } from '../../store/memoize.ts';
import { tasksWithUnknownMenu } from '../../store/menu-checks.ts';
import { hasCurrentTranscript } from '../../store/report-times.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import { isTimeout } from './dedupe-requests.ts';
import type { createTranscriptReader } from './fetch-transcript.ts';
import type { RequestKind } from './request-kind.ts';

/** Conversations that are requested at the same time. */
const AT_ONCE = 4;
/** The delay after a report, to leave connections to the list and to the conversation of the selected task; ms. */
const DELAY_MS = 500;

/** Errors about one task. After others, which concern the server, the next task waits. */
const TASK_ERRORS: ReadonlySet<BackendErrorKind> = new Set(['conflict', 'forbidden', 'invalid', 'not-found']);

interface MenuRequests {
  /** Each requests one conversation at a time. */
  readonly kinds: readonly RequestKind[];
  /** See `Sync.isMenuPending`. */
  isPending(taskId: string): boolean;
}

/** The request for the conversation after a report. */
interface Attempt {
  readonly report: string | undefined;
  readonly isOpen: boolean;
}

/**
 * Load the conversations that can show the menu of an agent: `tasksWithUnknownMenu`. At most four at a time, and one
 * request for each report of a task. A request that fails is repeated only after the next report, without an error
 * message: nothing on the screen depends on it.
 */
export function menuRequests({
  store,
  clock,
  readTranscript,
}: Pick<SyncContext, 'store' | 'clock'> & {
  readonly readTranscript: ReturnType<typeof createTranscriptReader>;
}): MenuRequests {
  /** The last attempt for each task, by task id. */
  const attempts = new Map<string, Attempt>();
  const reportOf = (state: State, { id }: Task): string | undefined => state.reportTimes.get(id)?.report;
  // All kinds react to the same changes.
  const unknown = memoize(tasksWithUnknownMenu);
  const due = (state: State): readonly Task[] =>
    unknown(state).filter((task) => attempts.get(task.id)?.report !== reportOf(state, task));
  /** How long the task waits after its report, ms; negative after that. */
  const waitMsOf = ({ id }: Task): number =>
    (store.getState().reportTimes.get(id)?.since ?? 0) + DELAY_MS - clock.now();

  async function load(task: Task, signal: AbortSignal, onBytes: () => void): Promise<void> {
    const report = reportOf(store.getState(), task);
    attempts.set(task.id, { report, isOpen: true });
    try {
      await readTranscript(task, signal, onBytes);
      attempts.set(task.id, { report, isOpen: false });
    } catch (error) {
      // Suspended or refreshed, which is no failure.
      if (signal.aborted && !isTimeout(signal.reason)) attempts.delete(task.id);
      else attempts.set(task.id, { report, isOpen: false });
      if (!(error instanceof BackendError && TASK_ERRORS.has(error.kind))) throw error;
    }
  }

  const kind: RequestKind = {
    name: 'menu',
    onChange: (before, after) => (hasOtherInputs(before, after) && due(after).length > 0 ? 'wake' : null),
    retryMs: () => 0,
    async request({ signal, onBytes }) {
      const ready = due(store.getState()).find((task) => waitMsOf(task) <= 0);
      if (ready !== undefined) await load(ready, signal, onBytes);
      const rest = due(store.getState());
      return rest.length === 0 ? null : Math.max(0, Math.min(...rest.map(waitMsOf)));
    },
  };
  return {
    kinds: Array.from({ length: AT_ONCE }, () => kind),
    isPending(taskId) {
      const state = store.getState();
      const task = unknown(state).find(({ id }) => id === taskId);
      if (task === undefined) return false;
      const attempt = attempts.get(taskId);
      return attempt === undefined || attempt.isOpen || attempt.report !== reportOf(state, task);
    },
  };
}

const INPUTS = ['tasks', 'sourceFreshness', 'user', 'seenFingerprints', 'pendingChanges'] as const;

/** Whether another conversation can be needed: of an input that changed, or of the task that was selected before. */
function hasOtherInputs(before: State, after: State): boolean {
  const left = before.view.selected;
  if (left !== null && left !== after.view.selected && !hasCurrentTranscript(after, left)) return true;
  return INPUTS.some((key) => before[key] !== after[key]);
}
