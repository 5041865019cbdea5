import { coderFacts, type Task } from '../domain/task.ts';
import { scriptWarning } from '../domain/task-facts.ts';
import { selectedTask } from '../store/selectors.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Loads the output of start-up scripts that failed or take too long while the peek shows their task, once for each state
 * of an agent. Without an answer the peek has only the warning. Returns a function that stops it.
 */
export function startLoadingStartupLogs({
  backend,
  store,
}: Pick<SyncContext, 'backend' | 'store'>): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const requested = new Set<string>();

  function load(task: Task): void {
    const { agentId = null, agentLifecycle = null } = coderFacts(task) ?? {};
    const key = `${agentId} ${agentLifecycle}`;
    if (agentId === null || scriptWarning(task) === '' || requested.has(key)) return;
    requested.add(key);
    backend.agentLogs(agentId, signal).then(
      (lines) => {
        if (!signal.aborted)
          store.dispatch({ type: 'startup-log-received', taskId: task.id, log: { agentId, lines } });
      },
      // The next peek asks again.
      () => void requested.delete(key),
    );
  }

  let shown: Task | null = null;
  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const task = state.view.overlay?.kind === 'peek' ? selectedTask(state) : null;
    if (task === shown) return;
    shown = task;
    if (task !== null) load(task);
  });
  return () => {
    unsubscribe();
    controller.abort();
  };
}
