import { type CommandLine, type Flag, flagsOf } from '../command-line.ts';
import { screen } from '../commands.ts';
import { deploymentSwitches, deploymentValues, isWords, LIST_TASKS } from './words.ts';

/** Uses zsh's own \`_arguments\`, so that flags are described, and offered once only. */
export function zshCompletion(commands: readonly CommandLine[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const perCommand = commands.map(
    (command) => `      ${command.name}) _arguments ${[...specs(command), argument(command)].join(' ')} ;;`,
  );
  return `#compdef taskdeck
# taskdeck completion for zsh: put it into a directory of $fpath as _taskdeck, or source it after compinit
_taskdeck_tasks() {
  local -a where names
  local i
  for ((i = 1; i < $#line_words; i++)); do
    case $line_words[i] in
      ${deploymentSwitches.join('|')}) where+=($line_words[i]) ;;
      ${deploymentValues.join('|')}) where+=($line_words[i] $line_words[i+1]) ;;
    esac
  done
  names=(\${(f)"$(${LIST_TASKS} $where 2>/dev/null </dev/null)"})
  compadd -a names
}
_taskdeck() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  local curcontext=$curcontext state
  # _arguments cuts $words down to what follows the command; the deployment may be named before it.
  local -a line_words
  line_words=($words)
  _arguments -C ${topLevel.map(spec).join(' ')} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${perCommand.join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _taskdeck ]]; then _taskdeck "$@"; else compdef _taskdeck taskdeck; fi
`;
}

const topLevel: readonly Flag[] = [
  ...screen.flags,
  ...deploymentSwitches.map((word) => ({ name: word.slice(2), value: null, summary: 'this machine' })),
  ...deploymentValues.map((word) => ({ name: word.slice(2), value: 'VALUE', summary: 'the deployment' })),
];

const specs = (command: CommandLine): readonly string[] => flagsOf(command).map(spec);

function spec({ name, summary, value, completes }: Flag): string {
  const description = `[${summary.replaceAll(/[[\]:]/g, ' ')}]`;
  if (value === null) return quoted(`--${name}${description}`);
  return quoted(`--${name}=${description}:${value}:${isWords(completes) ? `(${completes.join(' ')})` : ' '}`);
}

function argument({ arguments: { completes, most } }: CommandLine): string {
  const position = most === 1 ? '1' : '*';
  if (completes === 'task') return quoted(`${position}:task:_taskdeck_tasks`);
  return isWords(completes) ? quoted(`1: :(${completes.join(' ')})`) : "'*: : '";
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
