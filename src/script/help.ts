import { padEnd } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { type CommandDefinition, deploymentFlags, type Flag, flagsOf } from './command-definition.ts';
import { commands, findCommand, screenCommand } from './commands.ts';
import { commandName } from './flags.ts';

/** As wide as a terminal is that nobody made wider. */
const COLUMNS = 80;

/**
 * The help of one command, or without a name that of taskdeck as a whole.
 * @throws UsageError for a name that no command has
 */
export const helpFor = (name: string | undefined): string =>
  name === undefined ? generalHelp() : commandHelp(findCommand(name));

type Row = readonly [left: string, right: string];

function generalHelp(): string {
  return formatSections([
    [
      'Usage',
      [
        ['taskdeck', screenCommand.summary],
        ['taskdeck COMMAND', 'do one thing, as scripts need it'],
        ['taskdeck COMMAND -- TEXT', 'the same: what follows -- is no flag'],
      ],
    ],
    ['Commands', commands.map(({ name, usage, summary }): Row => [`${name} ${usage}`, summary])],
    ['On the screen', screenCommand.flags.map(flagRow)],
    [
      'Where to connect',
      [
        ...deploymentFlags.map(flagRow),
        [
          '',
          'else CODER_URL and CODER_SESSION_TOKEN, the current profile, what coder login left, this machine',
        ],
      ],
    ],
    [
      'Exit codes',
      [
        ['0', 'done'],
        ['1', 'failed'],
        ['2', 'wrong usage'],
        ['3', 'not signed in, or not allowed'],
        ['4', 'no such task'],
        ['5', 'the server cannot be reached'],
        ['6', 'the server has no Tasks'],
        ['124', 'it took longer than --timeout allows'],
      ],
    ],
    ['taskdeck COMMAND --help tells the flags of a command.', []],
  ]);
}

function commandHelp(command: CommandDefinition): string {
  const flags = flagsOf(command).map(flagRow);
  return formatSections([
    ['Usage', [[`${commandName(command)} ${command.usage}`.trimEnd(), command.summary]]],
    ...(flags.length === 0 ? [] : [['Flags', flags] as const]),
  ]);
}

function flagRow({ name, short, value, completes, summary }: Flag): Row {
  const words = Array.isArray(completes) ? `: ${completes.join(', ')}` : '';
  return [
    `--${name}${short === undefined ? '' : `, -${short}`}${value === null ? '' : ` ${value}`}`,
    `${summary}${words}`,
  ];
}

/** Titles with rows in two columns below them; what is too long goes on in the right one. */
function formatSections(all: readonly (readonly [title: string, rows: readonly Row[]])[]): string {
  const left = 2 + Math.max(...all.flatMap(([, rows]) => rows.map(([text]) => text.length)));
  const lines = ([text, right]: Row): readonly string[] =>
    wrap(right, COLUMNS - left - 2).map((line, index) => `  ${padEnd(index === 0 ? text : '', left)}${line}`);
  return all.map(([title, rows]) => [title, ...rows.flatMap(lines)].join('\n')).join('\n\n');
}
