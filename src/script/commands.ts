import { UsageError } from '../domain/errors.ts';
import { PHASES } from '../domain/phase.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { type CommandDefinition, type Flag, plainHttpFlag } from './command-definition.ts';
import { STATUSES } from './flag-values.ts';

const jsonFlag: Flag = { name: 'json', value: null, summary: 'write JSON, errors too' };
const timeoutFlag: Flag = {
  name: 'timeout',
  value: 'TIME',
  summary: 'give up after this long, such as 90s or 10m',
};

const organizationFlag: Flag = {
  name: 'org',
  short: 'O',
  value: 'NAME',
  summary: 'only in this organization',
};

const selectionFlags: readonly Flag[] = [
  {
    name: 'owner',
    value: 'USER',
    summary: 'the tasks of this user; by default yours, or whose --query asks for',
  },
  { name: 'all', short: 'a', value: null, summary: 'the tasks of everybody' },
  organizationFlag,
  {
    name: 'query',
    value: 'FILTER',
    summary: 'only those that this filter lets through, such as "login !owner:ada age<2h"',
  },
  {
    name: 'status',
    value: 'STATUS',
    completes: STATUSES,
    summary: "only in these of the server's words for it",
  },
  { name: 'phase', value: 'PHASE', completes: PHASES, summary: 'only in these phases' },
];

const noArguments = { least: 0, most: 0 };
const oneTask = { least: 1, most: 1, completes: 'task' } as const;
const manyTasks = { least: 1, most: Number.POSITIVE_INFINITY, completes: 'task' } as const;

/** What `taskdeck` alone does. */
export const screenCommand: CommandDefinition = {
  name: '',
  usage: '',
  summary: 'open the screen, on the deployment found or named',
  arguments: noArguments,
  flags: [
    { name: 'ascii', value: null, summary: 'draw signs and frames in ASCII' },
    {
      name: 'screen-reader',
      value: null,
      summary: 'say in lines what there is, for screen readers and Braille, instead of drawing it',
    },
    {
      name: 'no-archive',
      value: null,
      summary: 'neither keep conversations on this machine nor show kept ones',
    },
  ],
  usesDeployment: true,
};

/** The commands for scripts; `parse-command.ts` runs them. */
export const scriptCommands: readonly CommandDefinition[] = [
  {
    name: 'list',
    usage: '',
    summary: 'list tasks',
    arguments: noArguments,
    flags: [
      ...selectionFlags,
      { name: 'quiet', short: 'q', value: null, summary: 'names only, one a line' },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'show',
    usage: 'TASK',
    summary: 'show all about one task',
    arguments: oneTask,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'logs',
    usage: 'TASK',
    summary: 'print the conversation of a task',
    arguments: oneTask,
    flags: [{ name: 'follow', short: 'f', value: null, summary: 'go on with what comes' }, jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'create',
    usage: '[PROMPT | -]',
    summary: 'start a task; - reads the prompt from standard input',
    arguments: { least: 0, most: 1 },
    flags: [
      {
        name: 'template',
        short: 't',
        value: 'NAME',
        completes: 'template',
        summary: 'what runs the task; needed on this machine',
      },
      organizationFlag,
      { name: 'preset', value: 'NAME', summary: 'a preset of the template, or none' },
      { name: 'name', value: 'NAME', summary: 'its name: up to 32 letters, digits and hyphens' },
      { name: 'display-name', value: 'TEXT', summary: 'its title' },
      {
        name: 'cwd',
        value: 'DIR',
        completes: 'directory',
        summary: 'where it works, on this machine; the current directory by default',
      },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'send',
    usage: 'TASK TEXT | -',
    summary: 'say something to a task; - reads it from standard input',
    arguments: { least: 2, most: 2, completes: 'task' },
    flags: [
      { name: 'resume', value: null, summary: 'resume a paused task first' },
      { name: 'wait', value: null, summary: 'wait until the agent is ready for it' },
      timeoutFlag,
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'pause',
    usage: 'TASK...',
    summary: 'pause tasks',
    arguments: manyTasks,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'resume',
    usage: 'TASK...',
    summary: 'resume paused tasks',
    arguments: manyTasks,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'delete',
    usage: 'TASK...',
    summary: 'delete tasks',
    arguments: manyTasks,
    flags: [{ name: 'yes', short: 'y', value: null, summary: 'do not ask' }, jsonFlag],
    usesDeployment: true,
  },
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
        summary: 'the phases to wait for; idle,complete by default',
      },
      timeoutFlag,
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'watch',
    usage: '',
    summary: 'write a line for every change',
    arguments: noArguments,
    flags: [...selectionFlags, jsonFlag],
    usesDeployment: true,
  },
];

/** Commands that are run elsewhere, for help and completion. */
const otherCommands: readonly CommandDefinition[] = [
  {
    name: 'login',
    usage: '[URL]',
    summary: 'sign in to a deployment and remember it',
    arguments: { least: 0, most: 1 },
    flags: [{ name: 'profile', value: 'NAME', summary: 'keep it under this name' }, plainHttpFlag],
    usesDeployment: false,
  },
  {
    name: 'logout',
    usage: '',
    summary: 'forget a deployment and its token',
    arguments: noArguments,
    flags: [
      {
        name: 'profile',
        value: 'NAME',
        completes: 'profile',
        summary: 'which one; the current one by default',
      },
    ],
    usesDeployment: false,
  },
  {
    name: 'serve',
    usage: '',
    summary: 'run the task server of this machine in the foreground',
    arguments: noArguments,
    flags: [
      { name: 'port', value: 'PORT', summary: 'where to listen; any free port by default' },
      { name: 'status', value: null, summary: 'say whether one is running' },
      { name: 'stop', value: null, summary: 'stop the one that is running' },
      jsonFlag,
    ],
    usesDeployment: false,
  },
  {
    name: 'purge',
    usage: '[TASK]',
    summary: 'delete conversations that were kept on this machine, for good',
    arguments: { least: 0, most: 1, completes: 'task' },
    flags: [
      {
        name: 'older-than',
        value: 'TIME',
        summary: 'only those that nothing was added to for this long, such as 30d',
      },
      { name: 'yes', short: 'y', value: null, summary: 'do not ask' },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'say what was found and what would be used',
    arguments: noArguments,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'completion',
    usage: 'bash|zsh|fish',
    summary: 'print a script that completes commands, flags and task names',
    arguments: { least: 1, most: 1, completes: ['bash', 'zsh', 'fish'] },
    flags: [],
    usesDeployment: false,
  },
  {
    name: 'help',
    usage: '[COMMAND]',
    summary: 'tell what a command does, and its flags',
    arguments: { least: 0, most: 1 },
    flags: [],
    usesDeployment: false,
  },
];

/** Every command that has a name. */
export const commands: readonly CommandDefinition[] = [...scriptCommands, ...otherCommands];

/** @throws UsageError for a name that no command has */
export function findCommand(name: string): CommandDefinition {
  const command = commands.find((known) => known.name === name);
  if (command !== undefined) return command;
  const names = commands.map((known) => known.name);
  throw new UsageError(`"${name}" is not a command. ${didYouMean(name, names) || 'See "taskdeck --help".'}`);
}
