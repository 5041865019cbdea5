import type { ActionId, ActionTable } from '../domain/action.ts';
import { ACTION_TABLES } from '../domain/action-tables.ts';
import { UsageError } from '../domain/errors.ts';
import { PHASES } from '../domain/phase.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { type CommandDefinition, type Flag, jsonFlag, noArguments, yesFlag } from './command-definition.ts';
import { attachFlag, createFlags, organizationFlag } from './create-flags.ts';
import { STATUSES } from './flag-values.ts';
import { otherCommands } from './other-commands.ts';
import { KINDS } from './selection.ts';
import { worktreeCommand } from './worktree-command.ts';

const timeoutFlag: Flag = {
  name: 'timeout',
  value: 'TIME',
  summary: 'stop waiting after this time, such as 90s or 10m',
};

const selectionFlags: readonly Flag[] = [
  {
    name: 'owner',
    value: 'USER',
    summary: 'only tasks of this user (default: you, or the owner in --query)',
  },
  { name: 'all', short: 'a', value: null, summary: 'tasks of all users' },
  organizationFlag,
  {
    name: 'query',
    value: 'FILTER',
    summary: 'only tasks that match this filter, such as "login !owner:ada age<2h"',
  },
  {
    name: 'status',
    value: 'STATUS',
    completes: STATUSES,
    summary: 'only tasks with these statuses of the server',
  },
  { name: 'phase', value: 'PHASE', completes: PHASES, summary: 'only tasks in these phases' },
  { name: 'kind', value: 'KIND', completes: KINDS, summary: 'only tasks of this kind' },
  { name: 'shared', value: null, summary: 'only chats that others share with you' },
];

const archivedFlag: Flag = {
  name: 'archived',
  value: null,
  summary: 'only archived chats',
};

const clearQueueFlag: Flag = {
  name: 'clear-queue',
  value: null,
  summary: 'delete the queued messages first; without it the first one runs',
};

const oneTask = { min: 1, max: 1, completes: 'task' } as const;
const manyTasks = { min: 1, max: Number.POSITIVE_INFINITY, completes: 'task' } as const;

/** `taskdeck` without a command. */
export const screenCommand: CommandDefinition = {
  name: '',
  usage: '',
  summary: 'open the terminal UI',
  arguments: noArguments,
  flags: [
    { name: 'ascii', value: null, summary: 'draw signs and frames in ASCII' },
    {
      name: 'screen-reader',
      value: null,
      summary: 'print lines of text for screen readers and Braille instead of drawing a screen',
    },
    {
      name: 'no-archive',
      value: null,
      summary: 'neither store conversations on this machine nor show stored ones',
    },
  ],
  usesDeployment: true,
};

/** A command for each action of the sources that scripts can run. */
export function actionDefinitions(tables: readonly ActionTable[]): readonly CommandDefinition[] {
  const actions = tables.flatMap((table) => table.actions);
  return actions
    .filter(({ id }, index) => actions.findIndex((other) => other.id === id) === index)
    .flatMap(({ id, script }) =>
      script === undefined
        ? []
        : {
            name: id,
            usage: 'TASK...',
            summary: [script.summary, ...substitutesFor(tables, id)].join('; '),
            arguments: id === 'restore' ? { ...manyTasks, completes: 'archived-chat' } : manyTasks,
            flags: [
              ...(script.confirm === undefined ? [] : [yesFlag]),
              ...(id === 'interrupt' ? [clearQueueFlag] : []),
              jsonFlag,
            ],
            sends: true,
            usesDeployment: true,
          },
    );
}

/** The actions of other sources that the command runs: `archive chats`. */
const substitutesFor = (tables: readonly ActionTable[], id: ActionId): readonly string[] =>
  tables.flatMap(({ noun, actions }) => {
    const verbs = actions.filter(({ standsFor }) => standsFor === id).map(({ verb }) => verb.present);
    return verbs.length === 0 ? [] : `${verbs.join(' or ')} ${noun.replace(/^an? /u, '')}s`;
  });

/** The commands that `resolve-command.ts` runs. */
export const scriptCommands: readonly CommandDefinition[] = [
  {
    name: 'list',
    usage: '',
    summary: 'list tasks and chats',
    arguments: noArguments,
    flags: [
      ...selectionFlags,
      archivedFlag,
      {
        name: 'quiet',
        short: 'q',
        value: null,
        summary: 'print only names, one per line, without sub-agents',
      },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'show',
    usage: 'TASK',
    summary: 'show the details of a task',
    arguments: oneTask,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'logs',
    usage: 'TASK',
    summary: 'print the whole transcript of a task',
    arguments: oneTask,
    flags: [
      {
        name: 'follow',
        short: 'f',
        value: null,
        summary: 'print new messages as they arrive; a chat counts as read meanwhile',
      },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'create',
    usage: '[PROMPT | -]',
    summary: 'start a task or a chat; - reads the prompt from standard input',
    arguments: { min: 0, max: 1 },
    flags: createFlags,
    sends: true,
    usesDeployment: true,
  },
  {
    name: 'send',
    usage: 'TASK TEXT | -',
    summary: 'write to a task; - reads the message from standard input',
    arguments: { min: 2, max: 2, completes: 'task' },
    flags: [
      attachFlag,
      { name: 'resume', value: null, summary: 'resume a paused task first' },
      { name: 'wait', value: null, summary: 'wait until the agent accepts messages' },
      timeoutFlag,
      jsonFlag,
    ],
    sends: true,
    usesDeployment: true,
  },
  {
    name: 'answer',
    usage: 'TASK ANSWER...',
    summary: 'answer the questions of a task: the number of an option, or words',
    arguments: { min: 2, max: Number.POSITIVE_INFINITY, completes: 'task', completesFirst: true },
    flags: [
      {
        name: 'question',
        value: 'ID',
        summary: 'fail unless this question, as show --json prints it, is open',
      },
      { name: 'text', value: null, summary: 'send digits as words instead of options' },
      jsonFlag,
    ],
    sends: true,
    usesDeployment: true,
  },
  ...actionDefinitions(ACTION_TABLES),
  worktreeCommand,
  {
    name: 'wait',
    usage: 'TASK...',
    summary: 'wait until tasks reach a phase',
    arguments: manyTasks,
    flags: [
      {
        name: 'until',
        value: 'PHASES',
        completes: PHASES,
        summary: 'phases to wait for (default: idle,complete)',
      },
      timeoutFlag,
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'watch',
    usage: '',
    summary: 'print a line for every change',
    arguments: noArguments,
    flags: [...selectionFlags, jsonFlag],
    usesDeployment: true,
  },
];

export const commands: readonly CommandDefinition[] = [...scriptCommands, ...otherCommands];

/** @throws UsageError for an unknown name */
export function findCommand(name: string): CommandDefinition {
  const command = commands.find((known) => known.name === name);
  if (command !== undefined) return command;
  const names = commands.map((known) => known.name);
  throw new UsageError(`"${name}" is not a command. ${didYouMean(name, names) || 'See "taskdeck --help".'}`);
}
