import { spawn } from 'node:child_process';
import path from 'node:path';
import { childEnvironment } from '../domain/child-environment.ts';
import type { Browser, Clipboard, ServiceResult } from '../domain/ports/terminal-services.ts';
import { parseWebUrl } from '../domain/web-link.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface BrowserOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** The configured program and its arguments; empty if none is configured. */
  readonly command: readonly string[];
  readonly clipboard: Clipboard;
}

/** A program that still runs after this time is the browser itself; ms. */
const OPEN_TIMEOUT_MS = 2_000;

/**
 * Opens web pages on the user's screen if this machine has one, else copies the URL to the terminal's clipboard. Uses no
 * shell.
 */
export function createBrowser({ env, platform, command, clipboard }: BrowserOptions): Browser {
  return {
    async open(untrusted) {
      const address = parseWebUrl(untrusted);
      if (address === null) return { done: false, words: 'Cannot open the link: it is not a web address.' };
      const candidates = command.length > 0 ? [command] : openCommands(env, platform);
      if (candidates.length === 0) return copyInstead(address, 'No browser is available on this machine');
      const problems: string[] = [];
      // On unknown desktops xdg-open reads $BROWSER: it must not start a text browser either.
      const windowed = { ...env, BROWSER: withoutTextBrowsers(env.BROWSER) };
      for (const [program = '', ...args] of candidates) {
        const fault = isTextBrowser(program, args)
          ? 'is a text browser'
          : await runOpenCommand(program, withAddress(args, address), windowed);
        if (fault === null) return { done: true, words: `Opened with ${program}: ${address}` };
        problems.push(`${program} ${fault}`);
      }
      return copyInstead(address, `${problems.join(', ')}. Set BROWSER, or "open" in the settings`);
    },
  };

  async function copyInstead(address: string, why: string): Promise<ServiceResult> {
    const { done, words } = await clipboard.copy(address);
    return { done, words: `${address}  ${why}. ${words}` };
  }
}

/**
 * The command lines to try in order: those of `$BROWSER`, separated by colons as for xdg-open, over SSH too, where it may reach
 * the user's own machine; then the opener of this machine's desktop, if any.
 */
function openCommands(env: Environment, platform: NodeJS.Platform): readonly (readonly string[])[] {
  const chosen = (env.BROWSER ?? '').split(':').map(splitCommandLine);
  const own = systemOpenCommand(env, platform);
  return [...chosen.filter((words) => words.length > 0), ...(own === null ? [] : [own])];
}

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/gu;

/** Splits a command line like a shell, without a final `&`. */
const splitCommandLine = (line: string): readonly string[] =>
  (line.replace(/&\s*$/u, '').match(WORD) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/gu, (_, single?: string, double?: string) => single ?? double ?? ''),
  );

/** Replaces each `%s` by the address, or appends the address. */
const withAddress = (args: readonly string[], address: string): readonly string[] =>
  args.some((arg) => arg.includes('%s'))
    ? args.map((arg) => arg.split('%s').join(address))
    : [...args, address];

/** The desktop's opener; null over SSH and without a desktop. */
export function systemOpenCommand(env: Environment, platform: NodeJS.Platform): readonly string[] | null {
  const isSet = (name: string): boolean => (env[name] ?? '') !== '';
  if (isSet('SSH_CONNECTION') || isSet('SSH_CLIENT') || isSet('SSH_TTY')) return null;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return null;
  return isSet('DISPLAY') || isSet('WAYLAND_DISPLAY') ? ['xdg-open'] : null;
}

const TEXT_BROWSERS = /^(?:w3m|lynx|links2?|elinks|www-browser|browsh|cha|netrik|retawq)(?:\.exe)?$/u;

/**
 * Whether the program needs a terminal, which taskdeck does not lend it: it would show nothing and still exit with 0.
 * `links -g` opens a window.
 */
const isTextBrowser = (program: string, args: readonly string[]): boolean =>
  TEXT_BROWSERS.test(path.basename(program)) && !args.includes('-g');

/** `$BROWSER` without text browsers; undefined if none is left. */
const withoutTextBrowsers = (browsers = ''): string | undefined =>
  browsers
    .split(':')
    .filter((line) => {
      const [program = '', ...args] = splitCommandLine(line);
      return !isTextBrowser(program, args);
    })
    .join(':') || undefined;

/** Null on success, as far as it can be known, else the error, to follow the program's name. */
function runOpenCommand(program: string, args: readonly string[], env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    // In a process group of its own, so that neither ctrl+c nor the end of taskdeck ends it.
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
      end(
        code === 0
          ? null
          : `could not open it (${code === null ? 'ended by a signal' : `exit code ${code}`})`,
      ),
    );
  });
}
