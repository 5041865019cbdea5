import { spawn } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import { webAddress } from '../domain/link.ts';
import type { Browser, Clipboard, Copied } from '../domain/ports/surroundings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface BrowserOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** What the user wants addresses to be opened with: a program and its arguments. Empty where they do not say. */
  readonly command: readonly string[];
  readonly clipboard: Clipboard;
}

/** A program that opens pages has handed them on by then; one that still runs is a browser. ms */
const HANDED_ON_MS = 2_000;

/**
 * Opens web pages where the user sits: by a program of this machine when there is a screen beside the terminal, else
 * the address goes to the clipboard of whoever sits at the terminal. No shell sees it.
 */
export function createBrowser({ env, platform, command, clipboard }: BrowserOptions): Browser {
  return {
    async open(untrusted) {
      const address = webAddress(untrusted);
      if (address === null)
        return { done: false, words: 'That is no address of a web page: it was not opened.' };
      const [program, ...args] = command.length > 0 ? command : (openerOf(env, platform) ?? []);
      if (program === undefined) return copied(address, 'Nothing can be opened from here');
      const fault = await run(program, [...args, address], env);
      if (fault === null) return { done: true, words: `Opened with ${program}: ${address}` };
      return copied(address, `${program} ${fault}`);
    },
  };

  async function copied(address: string, why: string): Promise<Copied> {
    const { done, words } = await clipboard.copy(address);
    return { done, words: `${address}  ${why}. ${words}` };
  }
}

/** The program that opens pages on this machine's own screen; null where nobody sits at it. */
export function openerOf(env: Environment, platform: NodeJS.Platform): readonly string[] | null {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_CLIENT') || isSet('SSH_TTY')) return null;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return null;
  return isSet('DISPLAY') || isSet('WAYLAND_DISPLAY') ? ['xdg-open'] : null;
}

/** Null when it was opened as far as can be known, else what went wrong, to follow the program's name. */
function run(program: string, args: readonly string[], env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    // A group of its own: ctrl+c and the end of taskdeck are not the browser's.
    const child = spawn(program, args, {
      shell: false,
      detached: true,
      stdio: 'ignore',
      env: childEnvironment(env),
    });
    const timer = setTimeout(() => {
      child.unref();
      resolve(null);
    }, HANDED_ON_MS);
    const end = (fault: string | null): void => {
      clearTimeout(timer);
      resolve(fault);
    };
    child.on('error', () => end('cannot be run'));
    child.on('exit', (code) =>
      end(code === 0 ? null : `could not open it (it ended with ${code ?? 'a signal'})`),
    );
  });
}
