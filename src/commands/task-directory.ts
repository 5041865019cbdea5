import { keyFor } from '../domain/key-placeholder.ts';
import type { DirectoryProgram, ProgramNotice, WorkspaceProgram } from '../domain/ports/terminal-services.ts';
import type { Availability } from '../domain/rules.ts';
import {
  agentIdOf,
  chatFacts,
  coderFacts,
  directoryOf,
  needsSignIn,
  type Task,
  workspaceIdOf,
} from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { workspaceForCli } from '../domain/workspace.ts';
import { selectedTask } from '../store/selectors.ts';
import { NOT_LOADED } from '../store/slices/chat-options.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import type { Command, CommandContext } from './command.ts';

type SignInQuestion = Extract<Overlay, { readonly kind: 'confirm-sign-in' }>;

function mayOpen(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return 'No task is selected.';
  if (!state.deployment.local) return mayOpenWorkspace(task);
  return directoryOf(task) !== null || 'The server does not report its directory.';
}

function mayOpenWorkspace(task: Task): Availability {
  const facts = coderFacts(task);
  if (workspaceIdOf(task) === null)
    return facts === null ? 'This chat has no workspace. Its agent creates one when it needs it.' : NOT_YET;
  const status = facts?.workspaceStatus ?? '';
  return status === '' || isConnectable(status) || notRunning(task, status);
}

const NOT_YET = 'Its workspace does not exist yet. Try again in a moment.';

/** Coder's CLI waits for a workspace that starts. */
const isConnectable = (status: string): boolean => status === 'running' || status === 'starting';

/** Says how to start the workspace, in the words of the task's kind. */
function notRunning(task: Task, status: string): string {
  const words = `Its workspace is ${sanitiseLine(status) || 'not running'}.`;
  if (status !== 'stopped') return `${words} Try again when it is running.`;
  return coderFacts(task) === null
    ? `${words} ${keyFor('workspace')} starts it.`
    : `${words} ${keyFor('resume')} resumes the task and starts it.`;
}

const show = ({ store, clock }: CommandContext, notice: ProgramNotice | null): void => {
  if (notice !== null) store.dispatch({ type: 'notice-changed', notice: { ...notice, at: clock.now() } });
};

async function open(context: CommandContext, task: Task, program: DirectoryProgram): Promise<void> {
  const directory = directoryOf(task)?.path;
  if (directory !== undefined) show(context, await context.openDirectory(directory, program));
}

/** Asks the server for the workspace, whose name and status decide, and opens a program on it. */
async function openInWorkspace(
  context: CommandContext,
  task: Task,
  kind: WorkspaceProgram['kind'],
): Promise<void> {
  const { store, operations } = context;
  const id = workspaceIdOf(task);
  if (id === null) return;
  const { view } = store.getState();
  show(context, { tone: 'plain', text: 'Looking up its workspace…' });
  await operations.loadWorkspace(id);
  const state = store.getState();
  // The user went on meanwhile: taking the terminal would lose keys.
  const isSame =
    state.view.selected === task.id && state.view.overlay === null && state.view.focus === view.focus;
  if (!isSame) return;
  store.dispatch({ type: 'notice-changed', notice: null });
  const { value: workspace, error } = state.openedWorkspaces.get(id) ?? NOT_LOADED;
  if (workspace === null || error !== null)
    return show(context, { tone: 'bad', text: `Cannot look up its workspace: ${error ?? ''}` });
  if (!isConnectable(workspace.status))
    return show(context, { tone: 'plain', text: notRunning(task, workspace.status) });
  const name = workspaceForCli(workspace, agentIdOf(task), state.user?.username ?? null);
  if (name === null)
    return show(context, {
      tone: 'bad',
      text: 'The server reports a name of its workspace that Coder does not allow.',
    });
  show(context, await context.openWorkspace({ kind, workspace: name }));
}

/** Asks before the command that signs in; opens a shell when the server names none. */
async function offerSignIn(context: CommandContext, task: Task): Promise<void> {
  const { store, operations } = context;
  const { organizationId = '', modelId = null } = chatFacts(task) ?? {};
  // The server names the command only after a turn that failed without a login.
  await operations.loadChatModels(organizationId);
  const { view, chatModels } = store.getState();
  if (view.overlay !== null || view.selected !== task.id) return;
  const models = chatModels.get(organizationId)?.value ?? [];
  const command = models.find(({ id }) => id === modelId)?.signIn ?? '';
  if (command === '') return open(context, task, { kind: 'shell' });
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-sign-in', taskId: task.id, command } });
}

/** Handles the answer to the question before a sign-in: `s` opens only a shell. */
export function answerSignIn(
  context: CommandContext,
  { taskId, command }: SignInQuestion,
  key: string,
): void {
  const task = knownTask(context.store.getState(), taskId);
  if (task === null) return;
  if (key === 'y') void open(context, task, { kind: 'command', command });
  else if (key === 's') void open(context, task, { kind: 'shell' });
}

/** Whether the keys connect to a workspace, which that starts and the user can change there. */
const opensWorkspace = ({ deployment }: State): boolean => !deployment.local;

export const directoryCommands: readonly Command[] = [
  {
    id: 'shell',
    title: 'Open a shell where it works',
    hint: 'shell',
    keys: ['ctrl+o'],
    keyContext: 'panes',
    sends: opensWorkspace,
    enabled: mayOpen,
    run(context) {
      const state = context.store.getState();
      const task = selectedTask(state);
      if (task === null) return;
      if (!state.deployment.local) void openInWorkspace(context, task, 'shell');
      else if (needsSignIn(task)) void offerSignIn(context, task);
      else void open(context, task, { kind: 'shell' });
    },
  },
  {
    id: 'edit-directory',
    title: 'Open the editor where it works',
    hint: 'editor',
    keys: ['E'],
    keyContext: 'panes',
    sends: opensWorkspace,
    enabled: mayOpen,
    run(context) {
      const state = context.store.getState();
      const task = selectedTask(state);
      if (task === null) return;
      if (state.deployment.local) void open(context, task, { kind: 'editor' });
      else void openInWorkspace(context, task, 'editor');
    },
  },
];
