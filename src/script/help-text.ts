import { padEnd } from '../domain/text/width.ts';
import { wrap } from '../domain/text/wrap.ts';
import { type CommandDefinition, deploymentFlags, type Flag, flagsOf } from './command-definition.ts';
import { commands, findCommand, screenCommand } from './commands.ts';
import { commandName } from './flags.ts';

/** The default width of terminals. */
const COLUMNS = 80;

/**
 * The help of one command, or without a name the general help.
 * @throws UsageError for an unknown name
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
        ['taskdeck COMMAND', 'run one command'],
        ['taskdeck COMMAND -- TEXT', 'words after -- are arguments, not flags'],
      ],
    ],
    ['Commands', commands.map(({ name, usage, summary }): Row => [`${name} ${usage}`, summary])],
    [
      'TASK',
      [
        ['ID', 'of a task or a chat; of a chat the first 8 digits suffice'],
        ['[OWNER/]NAME', 'as list prints it'],
        ['TITLE', 'the exact title'],
      ],
    ],
    ['Flags of the terminal UI', screenCommand.flags.map(flagRow)],
    [
      'Where to connect',
      [
        ...deploymentFlags.map(flagRow),
        [
          'otherwise',
          'the first of: CODER_URL with CODER_SESSION_TOKEN, the current profile, the sign-in of coder login, the local server',
        ],
      ],
    ],
    [
      'Exit codes',
      [
        ['0', 'done'],
        ['1', 'failed; search: no match'],
        ['2', 'wrong usage'],
        ['3', 'not signed in, or not allowed'],
        ['4', 'no such task or chat'],
        ['5', 'the server cannot be reached'],
        ['6', 'the server has neither Tasks nor Chats'],
        ['124', '--timeout exceeded'],
      ],
    ],
    ['taskdeck COMMAND --help lists the flags of a command.', []],
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

/** Titles, each with rows in two columns; the right column wraps. */
function formatSections(all: readonly (readonly [title: string, rows: readonly Row[]])[]): string {
  const left = 2 + Math.max(...all.flatMap(([, rows]) => rows.map(([text]) => text.length)));
  const lines = ([text, right]: Row): readonly string[] =>
    wrap(right, COLUMNS - left - 2).map((line, index) => `  ${padEnd(index === 0 ? text : '', left)}${line}`);
  return all.map(([title, rows]) => [title, ...rows.flatMap(lines)].join('\n')).join('\n\n');
}
