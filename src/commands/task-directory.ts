import type { DirectoryProgram } from '../domain/ports/terminal-services.ts';
import type { Availability } from '../domain/rules.ts';
import { chatFacts, directoryOf, needsSignIn, type Task } from '../domain/task.ts';
import { selectedTask } from '../store/selectors.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import type { Command, CommandContext } from './command.ts';

type SignInQuestion = Extract<Overlay, { readonly kind: 'confirm-sign-in' }>;

function mayOpen(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return 'No task is selected.';
  if (!state.deployment.local) return 'Its files are on another machine.';
  return directoryOf(task) !== null || 'The server does not report its directory.';
}

async function open({ store, clock, openDirectory }: CommandContext, task: Task, program: DirectoryProgram) {
  const directory = directoryOf(task)?.path;
  if (directory === undefined) return;
  const problem = await openDirectory(directory, program);
  if (problem !== null)
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: problem, at: clock.now() } });
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

export const directoryCommands: readonly Command[] = [
  {
    id: 'shell',
    title: 'Open a shell in its directory',
    hint: 'shell',
    keys: ['ctrl+o'],
    keyContext: 'panes',
    enabled: mayOpen,
    run(context) {
      const task = selectedTask(context.store.getState());
      if (task === null) return;
      if (needsSignIn(task)) void offerSignIn(context, task);
      else void open(context, task, { kind: 'shell' });
    },
  },
  {
    id: 'edit-directory',
    title: 'Open its directory in the editor',
    hint: 'editor',
    keys: ['E'],
    keyContext: 'panes',
    enabled: mayOpen,
    run(context) {
      const task = selectedTask(context.store.getState());
      if (task !== null) void open(context, task, { kind: 'editor' });
    },
  },
];
