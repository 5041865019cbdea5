import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import { chatFacts, type Task, worktreeOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { mayChangeWorkspace } from '../domain/workspace.ts';
import { modelLabel } from '../store/form-choices.ts';
import { selectedTask } from '../store/selectors.ts';
import type { Notice } from '../store/slices/notices.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { turnItems, workspaceOf } from '../view/overlays/chat-items.ts';
import type { Command, CommandContext } from './command.ts';
import { openWorktree } from './worktree.ts';

const NO_TASK = 'No task is selected.';

/** Whether the workspace or worktree of the selected row can be shown, else the reason. */
function workspaceAvailability(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  if (worktreeOf(task) !== null) return true;
  const facts = chatFacts(task);
  if (state.deployment.local)
    return facts === null
      ? 'A task on this machine has no workspace.'
      : 'This chat has no worktree of its own: it works in its directory.';
  if (facts === null)
    return `The workspace of a task starts and stops with it: ${keyFor('pause')} pauses the task, ${keyFor('resume')} resumes it.`;
  return facts.workspaceId !== null || 'This chat has no workspace. Its agent creates one when it needs it.';
}

function modeAvailability(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  const facts = chatFacts(task);
  if (facts === null) return 'A task has no modes. Its agent has them.';
  if (facts.archived) return 'It is archived. Restore it first.';
  return facts.parentId === null || 'A sub-agent has the mode of its parent.';
}

export const chatSettingCommands: readonly Command[] = [
  {
    id: 'mode',
    title: 'Mode, model, effort',
    hint: 'mode',
    keys: ['M'],
    keyContext: 'panes',
    sends: true,
    enabled: modeAvailability,
    run({ store, operations }) {
      const task = selectedTask(store.getState());
      if (task === null) return;
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'mode', taskId: task.id } });
      const organizationId = chatFacts(task)?.organizationId ?? '';
      if (organizationId !== '') void operations.loadChatModels(organizationId);
    },
  },
  {
    id: 'workspace',
    title: 'Workspace, or finish the worktree',
    hint: (state) => (hasWorktree(selectedTask(state)) ? 'worktree' : 'workspace'),
    keys: ['W'],
    keyContext: 'panes',
    sends: (state) => !hasWorktree(selectedTask(state)),
    enabled: workspaceAvailability,
    run(context) {
      const { store, operations } = context;
      const task = selectedTask(store.getState());
      if (task !== null && hasWorktree(task)) return openWorktree(context, task);
      const workspaceId = task && workspaceIdOf(task);
      if (task === null || workspaceId === null) return;
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'workspace', taskId: task.id } });
      void operations.loadWorkspace(workspaceId);
    },
  },
];

const hasWorktree = (task: Task | null): boolean => task !== null && worktreeOf(task) !== null;

const workspaceIdOf = (task: Task): string | null => chatFacts(task)?.workspaceId ?? null;

/** Sets the mode of the next turn, or the model or effort of the next message. */
export function chooseForTurn(context: CommandContext, taskId: string, id: string): void {
  const { store, operations, clock } = context;
  const state = store.getState();
  const item = turnItems(state, taskId).find((each) => each.id === id);
  if (item === undefined) return;
  const { choice, label, reason = '' } = item;
  if (reason !== '') {
    const text = `${label} cannot be used: ${reason}`;
    return store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now() } });
  }
  store.dispatch({ type: 'overlay-closed' });
  if (choice.kind === 'plan') return operations.setPlanMode(taskId, choice.on);
  if (choice.kind === 'permission') return operations.configureChat(taskId, { permissionMode: choice.mode });
  // A running session on this machine changes at once, elsewhere the next message changes it.
  const task = knownTask(state, taskId);
  if (task !== null && chatFacts(task)?.extension !== undefined)
    return operations.configureChat(
      taskId,
      choice.kind === 'model' ? { modelId: choice.model.id } : { effort: choice.effort },
    );
  const before = state.nextTurns.get(taskId) ?? {};
  // The efforts of another model are others.
  const turn = choice.kind === 'model' ? { modelId: choice.model.id } : { ...before, effort: choice.effort };
  const text =
    choice.kind === 'model'
      ? `The next message goes to ${modelLabel(choice.model)}.`
      : `The next message has the effort ${sanitiseLine(choice.effort)}.`;
  store.dispatch(
    { type: 'next-turn-changed', taskId, turn },
    { type: 'notice-changed', notice: { tone: 'good', text, at: clock.now() } },
  );
}

/** Starts, stops or opens the workspace of a chat, or shows why it cannot. */
export function chooseWorkspaceAction(context: CommandContext, taskId: string, id: string): void {
  const { store, operations, browser, clock } = context;
  const notify = (tone: Notice['tone'], text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const { value: workspace } = workspaceOf(store.getState(), taskId);
  if (workspace === null) return;
  store.dispatch({ type: 'overlay-closed' });
  if (id === 'start' || id === 'stop') {
    const availability = mayChangeWorkspace(workspace, id);
    if (availability === true) operations.changeWorkspace(workspace, id);
    else notify('plain', availability);
    return;
  }
  if (workspace.page === '')
    return notify('plain', 'The server does not report the address of the workspace.');
  void browser.open(workspace.page).then(({ done, words }) => notify(done ? 'good' : 'bad', words));
}
