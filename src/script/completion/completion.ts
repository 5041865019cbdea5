import { UsageError } from '../../domain/errors.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { commands } from '../commands.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

/**
 * The script that makes a shell complete taskdeck's commands, flags and task names.
 * @throws UsageError for a shell that is not known
 */
export function completionFor(shell: string): string {
  switch (shell) {
    case 'bash':
      return bashCompletion(commands);
    case 'zsh':
      return zshCompletion(commands);
    case 'fish':
      return fishCompletion(commands);
    default:
      throw new UsageError(
        `There is no completion for "${shell}". ${didYouMean(shell, ['bash', 'zsh', 'fish']) || 'Choose bash, zsh or fish.'}`,
      );
  }
}
