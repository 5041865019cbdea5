import { argvOf, taskEnvironmentOf } from '../domain/configured-program.ts';
import { type OwnCommand, ownCommandId } from '../domain/own-command.ts';
import { phaseOf } from '../domain/phase.ts';
import { firstLineOf, programFault } from '../domain/program-fault.ts';
import type { Availability } from '../domain/rules.ts';
import { settleWithin } from '../domain/settle-within.ts';
import { directoryOf, type Task, titleOf } from '../domain/task.ts';
import { safeJson, taskChangeJson } from '../domain/task-json.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { truncate } from '../domain/text/width.ts';
import { markedOrSelected } from '../store/marks.ts';
import { memoize } from '../store/memoize.ts';
import { questionsOf } from '../store/questions.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { taskValues } from '../store/task-values.ts';
import type { Command, CommandContext } from './command.ts';

type OwnQuestion = Extract<Overlay, { readonly kind: 'confirm-own' }>;

/** How long a command waits for the address of the task's web page, ms. */
const MAX_PAGE_MS = 2_000;
/** For a notice, and for a pager; UTF-16 units. */
const MAX_OUTPUT = { none: 4_000, notice: 4_000, pager: 1_000_000 } as const;
/** One run for each marked task; more would be a mistake more often than a wish. */
const MAX_TASKS = 20;

/** Their section in the help and the palette. */
export const OWN_COMMANDS = 'Your commands';

/** The commands of the setting `commands`. */
export const ownCommands = ({ settings }: Pick<State, 'settings'>): readonly Command[] =>
  commandsFor(settings.commands);

const commandsFor = memoize((own: readonly OwnCommand[]): readonly Command[] =>
  own.map((command) => ({
    id: ownCommandId(command),
    title: sanitiseLine(command.name),
    hint: truncate(sanitiseLine(command.name).toLowerCase(), 20),
    keys: command.key === null ? [] : [command.key],
    keyContext: 'panes',
    enabled: (state) => mayRun(state, command),
    run: (context) => start(context, command),
  })),
);

function mayRun(state: State, { output, in: place }: OwnCommand): Availability {
  const targets = markedOrSelected(state);
  if (targets.length === 0) return 'No task is selected.';
  if (targets.length > 1 && (output === 'terminal' || output === 'pager'))
    return 'It shows one task at a time. Unmark the tasks.';
  if (targets.length > MAX_TASKS) return `It runs for ${MAX_TASKS} tasks at most.`;
  if (place === null) return true;
  if (!state.deployment.local) return 'Its files are on another machine.';
  return targets.every((task) => directoryOf(task) !== null) || 'The server does not report its directory.';
}

function start(context: CommandContext, command: OwnCommand): void {
  const taskIds = markedOrSelected(context.store.getState()).map(({ id }) => id);
  if (!command.confirm) return runFor(context, command, taskIds);
  const overlay: OwnQuestion = { kind: 'confirm-own', name: command.name, taskIds };
  context.store.dispatch({ type: 'overlay-opened', overlay });
}

/** Handles the answer to the question before a command of the user. */
export function answerOwnQuestion(
  context: CommandContext,
  { name, taskIds }: OwnQuestion,
  yes: boolean,
): void {
  const command = context.store.getState().settings.commands.find((each) => each.name === name);
  if (yes && command !== undefined) runFor(context, command, taskIds);
}

const runFor = (context: CommandContext, command: OwnCommand, taskIds: readonly string[]): void => {
  for (const id of taskIds) {
    const task = knownTask(context.store.getState(), id);
    if (task !== null) void runOne(context, command, task);
  }
};

async function runOne(context: CommandContext, command: OwnCommand, task: Task): Promise<void> {
  const { store, clock, operations, openPager, openDirectory, runProgram } = context;
  const notify = (tone: 'good' | 'bad' | 'plain', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const url = await settleWithin(clock, MAX_PAGE_MS, operations.pageOf(task));
  const state = store.getState();
  const phase = phaseOf(task, state.now);
  const values = taskValues(state, task, phase, url);
  const argv = argvOf(command.program, values);
  const env = taskEnvironmentOf(values);
  const directory = command.in === null ? null : (directoryOf(task)?.path ?? null);
  const name = sanitiseLine(command.name);
  const { output } = command;
  if (output === 'terminal') {
    const problem = await openDirectory(directory, { kind: 'program', name, argv, env });
    if (problem !== null) notify(problem.tone, problem.text);
    return;
  }
  const question = questionsOf(state, task)[0];
  const change = { task, phase, previous: null, isAskedBelow: false, question, at: clock.wall() };
  const end = await runProgram({
    argv,
    env,
    directory,
    input: `${safeJson(taskChangeJson(change))}\n`,
    timeoutMs: command.timeout * 1_000,
    maxOutput: MAX_OUTPUT[output],
  });
  const about = `${name} (${truncate(sanitiseLine(titleOf(task)), 40)})`;
  const fault = programFault(end, command.timeout);
  if (fault !== null) return notify('bad', `${about} ${fault}.`);
  if (end.kind !== 'exited' || output === 'none') return;
  if (output === 'notice') return notify('good', `${name}: ${firstLineOf(end.output) || 'done'}`);
  if (`${end.output}${end.errors}`.trim() === '') return notify('plain', `${about} printed nothing.`);
  // The user may have gone on in the meantime.
  openPager(`${end.output}${end.errors}`);
}
