import { UsageError } from '../../domain/errors.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { COMPLETE_COMMAND, DIRECTORIES_MARKER, FILES_MARKER } from './hidden-command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/**
 * The script that completes commands, flags, task names and other values in a shell.
 * @throws UsageError for an unknown shell
 */
export function completionScript(shell: string): string {
  if (isShell(shell)) return SCRIPTS[shell];
  throw new UsageError(
    `No completion for "${shell}". ${didYouMean(shell, SHELLS) || 'Choose bash, zsh or fish.'}`,
  );
}

const isShell = (word: string): word is Shell => SHELLS.some((shell) => shell === word);

// Works in bash 3.2, which macOS still has: no associative arrays, no mapfile, compopt only where there is one.
const bash = `# taskdeck completion for bash: source it, or save it as ~/.local/share/bash-completion/completions/taskdeck
_taskdeck() {
  local line cur=\${COMP_WORDS[COMP_CWORD]}
  [[ $cur == [:=] ]] && cur=''
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${DIRECTORIES_MARKER} || $line == ${FILES_MARKER} ]]; then
      type compopt >/dev/null 2>&1 && compopt -o filenames
      local only=-d
      [[ $line == ${FILES_MARKER} ]] && only=-f
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen $only -- "$cur")
    else
      COMPREPLY+=("$(printf %q "$line")")
    fi
  done < <(taskdeck ${COMPLETE_COMMAND} bash "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
}
complete -F _taskdeck taskdeck
`;

const zsh = `#compdef taskdeck
# taskdeck completion for zsh: save it as _taskdeck in a directory of $fpath, or source it in ~/.zshrc
_taskdeck() {
  local line
  local -a candidates
  for line in "\${(@f)$(taskdeck ${COMPLETE_COMMAND} zsh -- "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null </dev/null)}"; do
    if [[ $line == ${DIRECTORIES_MARKER} ]]; then
      compset -P '*='
      _files -/
      return
    fi
    if [[ $line == ${FILES_MARKER} ]]; then
      compset -P '*='
      _files
      return
    fi
    [[ -n $line ]] && candidates+=("$line")
  done
  (( $#candidates )) && _describe -V taskdeck candidates
}
if [[ $funcstack[1] == _taskdeck ]]; then
  _taskdeck "$@"
elif (( $+functions[compdef] )); then
  compdef _taskdeck taskdeck
else
  # Sourced before compinit: register as soon as compdef exists.
  _taskdeck_register() {
    (( $+functions[compdef] )) || return 0
    compdef _taskdeck taskdeck
    add-zsh-hook -d precmd _taskdeck_register
  }
  autoload -Uz add-zsh-hook && add-zsh-hook precmd _taskdeck_register
fi
`;

const fish = `# taskdeck completion for fish: save it as ~/.config/fish/completions/taskdeck.fish
function __taskdeck_complete
  set -l current (commandline -ct)
  set -l words (commandline -opc)
  for line in (taskdeck ${COMPLETE_COMMAND} fish -- $words[2..] "$current" 2>/dev/null </dev/null)
    if test "$line" = ${DIRECTORIES_MARKER}
      set -l flag (string match -r -- '^--[^=]*=' "$current")
      __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current") | string replace -r -- '^' "$flag"
    else if test "$line" = ${FILES_MARKER}
      set -l flag (string match -r -- '^--[^=]*=' "$current")
      __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current") | string replace -r -- '^' "$flag"
    else
      echo $line
    end
  end
end
complete -c taskdeck -f -k -a '(__taskdeck_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish };
