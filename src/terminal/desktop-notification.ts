import { type ChildProcess, spawn } from 'node:child_process';
import { childEnvironment } from '../domain/child-environment.ts';
import type { NotificationText } from '../domain/notifications.ts';
import { killChild } from '../platform/kill-child.ts';
import { systemOpenCommand } from './browser.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The programs that show a notification on a desktop. */
export type DesktopProgram = 'notify-send' | 'osascript';

/** The program for this machine's desktop; null over SSH and without a desktop. */
export function desktopProgram(env: Environment, platform: NodeJS.Platform): DesktopProgram | null {
  if (systemOpenCommand(env, platform) === null) return null;
  return platform === 'darwin' ? 'osascript' : 'notify-send';
}

/** The texts are values, never part of a script. */
const APPLESCRIPT = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  'end run',
];

/** The arguments of the program. The texts must be sanitised lines. */
export function desktopArguments(
  program: DesktopProgram,
  { title, body }: NotificationText,
): readonly string[] {
  // Neither begins with a dash.
  const heading = `taskdeck: ${title}`;
  return program === 'osascript'
    ? [...APPLESCRIPT.flatMap((line) => ['-e', line]), heading, body]
    : ['--app-name=taskdeck', '--', heading, withoutMarkup(body)];
}

/** notify-send reads escapes in the body, and desktops read markup: org.freedesktop.Notifications, "Markup". */
const withoutMarkup = (body: string): string =>
  body.replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A program that hangs is killed after this time, ms. */
const TIMEOUT_MS = 5_000;
/** Programs that run at once; a notification beyond them is not shown. */
const MAX_RUNNING = 2;
/** After this many failures in a row no more are tried. */
const MAX_FAILURES = 3;

/** Shows notifications on this machine's desktop. Never throws, never waits. */
export class DesktopNotifications {
  readonly #program: DesktopProgram;
  readonly #env: Environment;
  readonly #running = new Set<ChildProcess>();
  #failures = 0;

  constructor(program: DesktopProgram, env: Environment) {
    this.#program = program;
    this.#env = env;
  }

  show(text: NotificationText): void {
    if (this.#failures >= MAX_FAILURES || this.#running.size >= MAX_RUNNING) return;
    const child = spawn(this.#program, [...desktopArguments(this.#program, text)], {
      // A session of its own: it has no access to the terminal.
      detached: true,
      stdio: 'ignore',
      env: childEnvironment(this.#env),
    });
    this.#running.add(child);
    const timer = setTimeout(() => killChild(child, 'SIGKILL'), TIMEOUT_MS);
    timer.unref();
    child.unref();
    const end = (isShown: boolean): void => {
      clearTimeout(timer);
      this.#running.delete(child);
      this.#failures = isShown ? 0 : this.#failures + 1;
    };
    child.on('error', () => {
      // It does not exist here, which does not change.
      end(false);
      this.#failures = MAX_FAILURES;
    });
    child.on('exit', (code) => end(code === 0));
  }
}
