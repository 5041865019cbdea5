import { spawn } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { keyFor } from '../domain/key-hint.ts';
import { sanitise } from '../domain/text/sanitise.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a shell ends with when there is no such command. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const USUAL: readonly string[] = ['less', 'more'];

/**
 * Shows text in the user's pager, which gets it on its standard input and the terminal for itself: `$PAGER`, else
 * less, else more. Resolves when the pager is left: to null, or to one sentence about what went wrong. The terminal
 * has to be lent before.
 */
export async function showInPager(untrusted: string, env: Environment): Promise<string | null> {
  const text = sanitise(untrusted);
  const chosen = (env.PAGER ?? '').trim();
  if (chosen !== '') {
    const code = await run(chosen, text, env);
    return code === NOT_FOUND || code === NOT_EXECUTABLE
      ? `The pager could not be run: PAGER is “${chosen}”. Set it to another one, or unset it for less.`
      : null;
  }
  for (const pager of USUAL) {
    const code = await run(pager, text, env);
    if (code !== NOT_FOUND && code !== NOT_EXECUTABLE) return null;
  }
  return `There is neither less nor more on this machine: set PAGER to a pager, or save the transcript with ${keyFor('save-transcript')}.`;
}

/** The exit code; `NOT_FOUND` too when not even a shell could be run. */
function run(command: string, text: string, env: Environment): Promise<number> {
  return new Promise((resolve) => {
    // $PAGER may hold arguments, as everywhere.
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: childEnvironment(env),
    });
    child.on('error', () => resolve(NOT_FOUND));
    child.on('close', (code) => resolve(code ?? 0));
    // Left before the end: most of a long text is never read.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
