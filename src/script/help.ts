import {
  type CommandLine,
  deploymentFlags,
  type Flag,
  flagsOf,
  otherCommands,
  scriptCommands,
} from './command-line.ts';

const COLUMN = 36;

/** The help of one command, or of taskdeck as a whole when there is no such command. */
export function helpFor(name: string | undefined): string {
  const command = [...scriptCommands, ...otherCommands].find((known) => known.name === name);
  return command === undefined ? general() : ofCommand(command);
}

function general(): string {
  return [
    'Usage',
    line('taskdeck', 'open the screen, on the deployment found or named'),
    ...[...scriptCommands, ...otherCommands].map(({ name, usage, summary }) =>
      line(`taskdeck ${name} ${usage}`.trimEnd(), summary),
    ),
    '',
    'Where to connect',
    ...deploymentFlags.map(flagLine),
    line('', 'else CODER_URL and CODER_SESSION_TOKEN, the current profile,'),
    line('', 'what coder login left, or this machine'),
    '',
    'taskdeck COMMAND --help tells the flags of a command.',
  ].join('\n');
}

function ofCommand(command: CommandLine): string {
  const { name, usage, summary } = command;
  return [
    'Usage',
    line(`taskdeck ${name} ${usage}`.trimEnd(), summary),
    '',
    'Flags',
    ...flagsOf(command).map(flagLine),
  ].join('\n');
}

const flagLine = ({ name, short, value, summary }: Flag): string =>
  line(`--${name}${short === undefined ? '' : `, -${short}`}${value === null ? '' : ` ${value}`}`, summary);

const line = (left: string, right: string): string => `  ${left.padEnd(COLUMN)}${right}`;
