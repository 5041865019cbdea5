import { BackendError } from '../../domain/errors.ts';
import { scopeIncludes } from '../../domain/owner-scope.ts';
import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import type { State } from '../../store/state.ts';
import { taskById } from '../../store/task-index.ts';
import type { SyncContext } from '../sync-context.ts';
import type { RequestKind } from './request-kind.ts';

/** A task that no list holds is requested again after this time, ms. */
const REPEAT_MS = 60_000;
/** Tasks that are requested together, and the time between two such requests, ms. */
const AT_ONCE = 4;
const GAP_MS = 2_000;

/** Requests the tasks that an incomplete list did not hold: only their own answers say whether they exist. */
export function unlistedRequests({ backend, store, clock }: SyncContext): RequestKind {
  const requestedAt = new Map<string, number>();
  const dueAt = (id: string): number => (requestedAt.get(id) ?? Number.NEGATIVE_INFINITY) + REPEAT_MS;

  async function request(task: Task, signal: AbortSignal, onBytes: () => void): Promise<void> {
    const startedAt = clock.now();
    requestedAt.set(task.id, startedAt);
    const disappear = (): void =>
      store.dispatch({ type: 'task-disappeared', taskId: task.id, now: clock.now() });
    try {
      const fresh = await sourceOf(backend, task).get(task, signal, onBytes);
      signal.throwIfAborted();
      const { listedScope, user } = store.getState();
      // Archived elsewhere, or no longer shared.
      if (scopeIncludes(listedScope, fresh, user?.username ?? null) === false) disappear();
      else store.dispatch({ type: 'task-received', task: fresh, startedAt, now: clock.now() });
    } catch (error) {
      if (!(error instanceof BackendError && error.kind === 'not-found')) throw error;
      disappear();
    }
  }

  return {
    name: 'unlisted',
    onChange: (before, after) =>
      before.listedScope !== after.listedScope
        ? { restartMs: 0 }
        : before.unlistedIds === after.unlistedIds
          ? null
          : 'wake',
    retryMs: () => REPEAT_MS,
    async request({ signal, onBytes }) {
      const now = clock.now();
      const due = unlistedTasks(store.getState()).filter(({ id }) => dueAt(id) <= now);
      await Promise.all(due.slice(0, AT_ONCE).map((task) => request(task, signal, onBytes)));
      const rest = unlistedTasks(store.getState());
      if (rest.length > 0)
        return Math.max(GAP_MS, Math.min(...rest.map(({ id }) => dueAt(id))) - clock.now());
      requestedAt.clear();
      return null;
    },
  };
}

const unlistedTasks = (state: State): readonly Task[] =>
  [...state.unlistedIds].map((id) => taskById(state, id)).filter((task) => task !== null);
