import { spawn } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { sanitise } from '../domain/text/sanitise.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PagerOptions {
  readonly env: Environment;
  /** A clock that does not jump, ms. */
  readonly now: () => number;
  /** Writes a sentence below what the pager left, and waits for a key. */
  readonly askForKey: (sentence: string) => Promise<void>;
}

/** What a shell ends with when there is no such command. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const DEFAULT_PAGERS: readonly string[] = ['less', 'more'];
/** A pager that ends within this time did not wait for a key; ms. */
const INSTANT_EXIT_MS = 500;

/**
 * Shows text in the user's pager, which gets it on its standard input and the terminal for itself: `$PAGER`, else
 * less, else more. Resolves when the pager is left: to null, or to one sentence about what went wrong. After a pager that ended at
 * once (`cat`, `less -F`) a key is waited for: the text would be gone before it is read, and the key that is meant for the pager
 * would be one of taskdeck's. The terminal has to be lent before.
 */
export async function showInPager(untrusted: string, options: PagerOptions): Promise<string | null> {
  const text = sanitise(untrusted);
  const chosen = (options.env.PAGER ?? '').trim();
  for (const pager of chosen === '' ? DEFAULT_PAGERS : [chosen]) {
    const began = options.now();
    const code = await runPager(pager, text, options.env);
    if (code === NOT_FOUND || code === NOT_EXECUTABLE) continue;
    if (options.now() - began < INSTANT_EXIT_MS) await options.askForKey(instantExitMessage(pager, code));
    return null;
  }
  return chosen === ''
    ? `There is neither less nor more on this machine: set PAGER to a pager, or save the transcript with ${keyFor('save-transcript')}.`
    : `The pager could not be run: PAGER is “${chosen}”. Set it to another one, or unset it for less.`;
}

/** What happened, and what to set: less itself ends at once with `-F` when the text fits on the screen. */
function instantExitMessage(pager: string, code: number): string {
  const how = code === 0 ? 'ended at once' : `ended at once with exit code ${code}`;
  const advice = /\bless\b/u.test(pager)
    ? 'To have it wait, take -F (--quit-if-one-screen) out of LESS and PAGER.'
    : 'For a pager that waits, set PAGER=less.';
  return `“${pager}” ${how}. ${advice} Press any key to go back to taskdeck.`;
}

/** The exit code; `NOT_FOUND` too when not even a shell could be run. */
function runPager(command: string, text: string, env: Environment): Promise<number> {
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
