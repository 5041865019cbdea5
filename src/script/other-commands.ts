import {
  type CommandDefinition,
  jsonFlag,
  noArguments,
  plainHttpFlag,
  yesFlag,
} from './command-definition.ts';

/** Commands that other modules run; listed for parsing, help and completion. */
export const otherCommands: readonly CommandDefinition[] = [
  {
    name: 'login',
    usage: '[URL]',
    summary: 'sign in to a deployment and save it',
    arguments: { min: 0, max: 1 },
    flags: [
      { name: 'profile', value: 'NAME', summary: 'save the deployment under this name' },
      plainHttpFlag,
    ],
    usesDeployment: false,
  },
  {
    name: 'logout',
    usage: '',
    summary: 'delete a saved deployment and its token',
    arguments: noArguments,
    flags: [
      {
        name: 'profile',
        value: 'NAME',
        completes: 'profile',
        summary: 'deployment to delete (default: the current one)',
      },
    ],
    usesDeployment: false,
  },
  {
    name: 'serve',
    usage: '',
    summary: 'run the local server in the foreground',
    arguments: noArguments,
    flags: [
      { name: 'port', value: 'PORT', summary: 'port to listen on (default: any free port)' },
      { name: 'status', value: null, summary: 'show whether the local server runs' },
      { name: 'stop', value: null, summary: 'stop the local server' },
      jsonFlag,
    ],
    usesDeployment: false,
  },
  {
    name: 'search',
    usage: 'WORDS...',
    summary: 'search stored conversations; all words must be in one message',
    arguments: { min: 1, max: Number.POSITIVE_INFINITY },
    flags: [
      { name: 'all', short: 'a', value: null, summary: 'those of all deployments and users on this machine' },
      { name: 'task', value: 'TASK', completes: 'task', summary: 'only messages of this task' },
      {
        name: 'since',
        value: 'TIME',
        summary: 'only messages since a date such as 2026-01-31, or an age such as 7d',
      },
      { name: 'limit', value: 'N', summary: 'print at most this many messages, newest first (default: 50)' },
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'purge',
    usage: '[TASK]',
    summary: 'delete stored conversations from this machine',
    arguments: { min: 0, max: 1, completes: 'task' },
    flags: [
      {
        name: 'older-than',
        value: 'TIME',
        summary: 'only conversations without new messages for this long, such as 30d',
      },
      yesFlag,
      jsonFlag,
    ],
    usesDeployment: true,
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'check the configuration, the terminal and the server',
    arguments: noArguments,
    flags: [jsonFlag],
    usesDeployment: true,
  },
  {
    name: 'completion',
    usage: 'bash|zsh|fish',
    summary: 'print a completion script for a shell',
    arguments: { min: 1, max: 1, completes: ['bash', 'zsh', 'fish'] },
    flags: [],
    usesDeployment: false,
  },
  {
    name: 'help',
    usage: '[COMMAND]',
    summary: 'show the help of a command',
    arguments: { min: 0, max: 1 },
    flags: [],
    usesDeployment: false,
  },
];
