import type { CommandLine } from '../command-line.ts';
import {
  deploymentSwitches,
  deploymentValues,
  flagWords,
  freeValueFlags,
  isWords,
  LIST_TASKS,
  screenSwitches,
  valuesByFlag,
} from './words.ts';

/** Written for bash 3.2, which macOS still has. */
export function bashCompletion(commands: readonly CommandLine[]): string {
  const names = commands.map(({ name }) => name);
  const values = [...valuesByFlag(commands)].map(
    ([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur")); return ;;`,
  );
  const perCommand = commands.map((command) => {
    const { completes } = command.arguments;
    const words = isWords(completes) ? completes.join(' ') : '';
    return `    ${command.name}) flags='${flagWords(command).join(' ')}'; words='${words}'; tasks='${completes === 'task' ? 'yes' : ''}' ;;`;
  });
  return `# taskdeck completion for bash: source it, or put it into ~/.local/share/bash-completion/completions/taskdeck
_taskdeck() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' word flags words tasks i
  local -a where=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
    ${deploymentSwitches.join('|')}) where+=("$word") ;;
    ${deploymentValues.join('|')}) where+=("$word" "\${COMP_WORDS[i+1]}"); i=$((i + 1)) ;;
    ${names.join('|')}) [[ -n $command ]] || command=$word ;;
    esac
  done
  case $prev in
${values.join('\n')}
    ${freeValueFlags(commands).join('|')}) return ;;
  esac
  case $command in
${perCommand.join('\n')}
    *) flags='${[...deploymentSwitches, ...deploymentValues, ...screenSwitches, '--help', '--version'].join(' ')}'; words='${names.join(' ')}'; tasks='' ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    return
  fi
  if [[ -n $tasks ]]; then
    # Not through compgen -W, which would run what it takes for a command in a name.
    while IFS= read -r word; do
      [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
    done < <(${LIST_TASKS} "\${where[@]+"\${where[@]}"}" 2>/dev/null </dev/null)
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _taskdeck taskdeck
`;
}
