import { type CommandLine, deploymentFlags, type Flag, flagsOf } from '../command-line.ts';
import { screen } from '../commands.ts';
import { deploymentSwitches, deploymentValues, isWords, LIST_TASKS } from './words.ts';

export function fishCompletion(commands: readonly CommandLine[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const none = '__taskdeck_no_command';
  const lines = [
    ...commands.map(
      ({ name, summary }) => `complete -c taskdeck -n '${none}' -a ${name} -d ${quoted(summary)}`,
    ),
    ...[...screen.flags, ...deploymentFlags].map(
      (flag) => `complete -c taskdeck -n '${none}' ${flagOf(flag)}`,
    ),
    ...commands.flatMap(linesOf),
  ];
  return `# taskdeck completion for fish: put it into ~/.config/fish/completions/taskdeck.fish
function __taskdeck_tasks
  set -l where
  set -l words (commandline -opc)
  for i in (seq (count $words))
    switch $words[$i]
      case ${deploymentSwitches.join(' ')}
        set -a where $words[$i]
      case ${deploymentValues.join(' ')}
        set -a where $words[$i] $words[(math $i + 1)]
    end
  end
  ${LIST_TASKS} $where 2>/dev/null </dev/null
end
function __taskdeck_no_command
  not __fish_seen_subcommand_from ${names}
end
complete -c taskdeck -f
${lines.join('\n')}
`;
}

function linesOf(command: CommandLine): readonly string[] {
  const here = `complete -c taskdeck -n '__fish_seen_subcommand_from ${command.name}'`;
  const { completes } = command.arguments;
  const words = completes === 'task' ? '(__taskdeck_tasks)' : isWords(completes) ? completes.join(' ') : null;
  return [
    ...flagsOf(command).map((flag) => `${here} ${flagOf(flag)}`),
    ...(words === null ? [] : [`${here} -a ${quoted(words)}`]),
  ];
}

function flagOf({ name, short, value, completes, summary }: Flag): string {
  const parts = [`-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`])];
  if (value !== null) parts.push('-x');
  if (isWords(completes)) parts.push(`-a ${quoted(completes.join(' '))}`);
  return [...parts, `-d ${quoted(summary)}`].join(' ');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
