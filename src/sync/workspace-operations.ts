import { errorText } from '../domain/errors.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts } from '../domain/task.ts';
import type { Notice } from '../store/slices/notices.ts';
import { taskById } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

type WorkspaceOperations = Pick<TaskOperations, 'loadWorkspace' | 'changeWorkspace' | 'setPlanMode'>;

/** Requests about the workspace and the mode of a chat. */
export function createWorkspaceOperations(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  changed: () => void,
  signal: AbortSignal,
): WorkspaceOperations {
  const notify = (tone: Notice['tone'], text: string): void => {
    if (!signal.aborted) store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  };

  async function loadWorkspace(id: string): Promise<void> {
    try {
      const value = await backend.workspace(id, signal);
      if (!signal.aborted) store.dispatch({ type: 'workspace-loaded', id, result: { value } });
    } catch (error) {
      if (!signal.aborted)
        store.dispatch({ type: 'workspace-loaded', id, result: { error: errorText(error) } });
    }
  }

  return {
    loadWorkspace,

    changeWorkspace(workspace, to) {
      const { id, name } = workspace;
      const status = to === 'start' ? 'starting' : 'stopping';
      backend.changeWorkspace(id, to, signal).then(
        () => {
          notify('good', `The workspace “${name}” is ${status}.`);
          store.dispatch({ type: 'workspace-loaded', id, result: { value: { ...workspace, status } } });
          changed();
        },
        (error) => {
          notify('bad', `Cannot ${to} the workspace “${name}”: ${errorText(error)}`);
          void loadWorkspace(id);
        },
      );
    },

    setPlanMode(taskId, on) {
      const task = taskById(store.getState(), taskId);
      if (task === null) return;
      const title = shortTitle(task);
      const source = sourceOf(backend, task);
      if (source.setPlanMode === undefined) return notify('plain', 'This server has no plan mode.');
      source.setPlanMode(task, on, signal).then(
        () => {
          const current = taskById(store.getState(), taskId);
          const facts = current && chatFacts(current);
          const now = clock.now();
          if (current !== null && facts !== null)
            store.dispatch({
              type: 'task-received',
              task: { ...current, facts: { ...facts, planMode: on } },
              startedAt: now,
              now,
            });
          notify('good', `The next turn of “${title}” ${on ? 'plans and asks first' : 'acts at once'}.`);
          changed();
        },
        (error) => notify('bad', `Cannot change the mode of “${title}”: ${errorText(error)}`),
      );
    },
  };
}
