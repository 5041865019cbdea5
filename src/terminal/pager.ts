import { spawn } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { sanitise } from '../domain/text/sanitise.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface PagerOptions {
  readonly env: Environment;
  /** A monotonic clock, ms. */
  readonly now: () => number;
  /** Writes a sentence below the pager's output and waits for a key. */
  readonly askForKey: (sentence: string) => Promise<void>;
}

/** Exit codes of a shell for a command that does not exist or cannot run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const DEFAULT_PAGERS: readonly string[] = ['less', 'more'];
/** A pager that exits within this time did not wait for a key; ms. */
const INSTANT_EXIT_MS = 500;

/**
 * Shows text in `$PAGER`, else less, else more. Resolves when the pager exits: to null, or to an error in one sentence. After a
 * pager that exited at once (`cat`, `less -F`) it waits for a key, or the text would disappear unread. The terminal must be
 * lent before.
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
    ? `Neither less nor more is installed. Set PAGER, or save the transcript with ${keyFor('save-transcript')}.`
    : `Cannot run the pager “${chosen}”. Set PAGER to another one, or unset it for less.`;
}

/** Less itself exits at once with `-F` if the text fits on the screen. */
function instantExitMessage(pager: string, code: number): string {
  const how = code === 0 ? 'exited at once' : `exited at once with code ${code}`;
  const advice = /\bless\b/u.test(pager)
    ? 'To make it wait, remove -F (--quit-if-one-screen) from LESS and PAGER.'
    : 'For a pager that waits, set PAGER=less.';
  return `“${pager}” ${how}. ${advice} Press any key to return to taskdeck.`;
}

/** The exit code; `NOT_FOUND` also if no shell could be started. */
function runPager(command: string, text: string, env: Environment): Promise<number> {
  return new Promise((resolve) => {
    // $PAGER may have arguments.
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'inherit', 'inherit'],
      env: childEnvironment(env),
    });
    child.on('error', () => resolve(NOT_FOUND));
    child.on('close', (code) => resolve(code ?? 0));
    // The user may quit before the pager has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(text);
  });
}
