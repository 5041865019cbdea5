import { spawn } from 'node:child_process';
import path from 'node:path';
import { childEnvironment } from '../domain/child-environment.ts';
import type { Browser, Clipboard, ServiceResult } from '../domain/ports/terminal-services.ts';
import { parseWebUrl } from '../domain/web-link.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface BrowserOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** What the user wants addresses to be opened with: a program and its arguments. Empty where they do not say. */
  readonly command: readonly string[];
  readonly clipboard: Clipboard;
}

/** A program that opens pages has handed them on by then; one that still runs is a browser. ms */
const OPEN_TIMEOUT_MS = 2_000;

/**
 * Opens web pages where the user sits: by a program of this machine when there is a screen beside the terminal, else
 * the address goes to the clipboard of whoever sits at the terminal. No shell sees it.
 */
export function createBrowser({ env, platform, command, clipboard }: BrowserOptions): Browser {
  return {
    async open(untrusted) {
      const address = parseWebUrl(untrusted);
      if (address === null)
        return { done: false, words: 'That is no address of a web page: it was not opened.' };
      const candidates = command.length > 0 ? [command] : openCommands(env, platform);
      if (candidates.length === 0) return copyInstead(address, 'Nothing can be opened from here');
      const problems: string[] = [];
      // xdg-open opens $BROWSER on desktops that it does not know: it must not start a text browser either.
      const windowed = { ...env, BROWSER: withoutTextBrowsers(env.BROWSER) };
      for (const [program = '', ...args] of candidates) {
        const fault = isTextBrowser(program, args)
          ? 'is a text browser'
          : await runOpenCommand(program, withAddress(args, address), windowed);
        if (fault === null) return { done: true, words: `Opened with ${program}: ${address}` };
        problems.push(`${program} ${fault}`);
      }
      return copyInstead(address, `${problems.join(', ')}: set BROWSER, or "open" in the settings`);
    },
  };

  async function copyInstead(address: string, why: string): Promise<ServiceResult> {
    const { done, words } = await clipboard.copy(address);
    return { done, words: `${address}  ${why}. ${words}` };
  }
}

/**
 * The command lines to try one after the other: those of `$BROWSER`, with colons between them, as xdg-open reads it, even over SSH,
 * where it is set to what reaches the user's own machine; else this machine's own, where there is a screen.
 */
function openCommands(env: Environment, platform: NodeJS.Platform): readonly (readonly string[])[] {
  const chosen = (env.BROWSER ?? '').split(':').map(splitCommandLine);
  const own = systemOpenCommand(env, platform);
  return [...chosen.filter((words) => words.length > 0), ...(own === null ? [] : [own])];
}

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/gu;

/** The words of a command line as a shell parts them, without the `&` that some put behind it. */
const splitCommandLine = (line: string): readonly string[] =>
  (line.replace(/&\s*$/u, '').match(WORD) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/gu, (_, single?: string, double?: string) => single ?? double ?? ''),
  );

/** The address in the place of each `%s`, else behind the other arguments. */
const withAddress = (args: readonly string[], address: string): readonly string[] =>
  args.some((arg) => arg.includes('%s'))
    ? args.map((arg) => arg.split('%s').join(address))
    : [...args, address];

/** The program that opens pages on this machine's own screen; null where nobody sits at it. */
export function systemOpenCommand(env: Environment, platform: NodeJS.Platform): readonly string[] | null {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_CLIENT') || isSet('SSH_TTY')) return null;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return null;
  return isSet('DISPLAY') || isSet('WAYLAND_DISPLAY') ? ['xdg-open'] : null;
}

const TEXT_BROWSERS = /^(?:w3m|lynx|links2?|elinks|www-browser|browsh|cha|netrik|retawq)(?:\.exe)?$/u;

/**
 * Whether the program shows pages in a terminal, which taskdeck does not lend it: without one it shows nothing and still ends
 * well. `links -g` opens a window.
 */
const isTextBrowser = (program: string, args: readonly string[]): boolean =>
  TEXT_BROWSERS.test(path.basename(program)) && !args.includes('-g');

/** `$BROWSER` without its text browsers; undefined when it names no other. */
const withoutTextBrowsers = (browsers = ''): string | undefined =>
  browsers
    .split(':')
    .filter((line) => {
      const [program = '', ...args] = splitCommandLine(line);
      return !isTextBrowser(program, args);
    })
    .join(':') || undefined;

/** Null when it was opened as far as can be known, else what went wrong, to follow the program's name. */
function runOpenCommand(program: string, args: readonly string[], env: Environment): Promise<string | null> {
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
    }, OPEN_TIMEOUT_MS);
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
