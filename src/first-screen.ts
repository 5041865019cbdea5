import { keyNames } from './commands/command-registry.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Settings } from './config/default-settings.ts';
import type { Deployment } from './config/deployment.ts';
import type { Mouse } from './domain/mouse-input.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { Storage } from './domain/ports/storage.ts';
import { collectSecrets } from './domain/secrets.ts';
import { systemClock } from './platform/clock.ts';
import { openStorage } from './storage/storage.ts';
import { initialState } from './store/initial-state.ts';
import type { DeploymentChoice, Size } from './store/state.ts';
import { createStore, type Store } from './store/store.ts';
import { openUserStorage, type UserStorage } from './sync/user-storage.ts';
import type { AsciiMode } from './terminal/ascii.ts';
import {
  countsCodePoints,
  mayLackAlternateScreen,
  needsAscii,
  showsColors,
} from './terminal/capabilities.ts';
import { showsLinks } from './terminal/hyperlink.ts';
import { createMouseSource } from './terminal/mouse.ts';
import { openTerminalSession, type TerminalSession } from './terminal/terminal-session.ts';
import { firstFrame } from './ui/first-frame.ts';
import { virtualScreenSize } from './ui/screen-reader/virtual-screen.ts';
import { createTheme, type Theme } from './ui/theme.ts';

export interface FirstScreenOptions {
  readonly deployment: Deployment;
  /** Where else the user could go. */
  readonly otherDeployments: readonly DeploymentChoice[];
  readonly settings: Settings;
  /** What could not be read or done on the way here, a sentence each. */
  readonly warnings: readonly string[];
  readonly stateDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A screen that shows what is known from before, and does not answer yet. */
export interface FirstScreen {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly session: TerminalSession;
  readonly pointer: Mouse;
  readonly store: Store;
  readonly theme: Theme;
  readonly userStorage: UserStorage;
  /** What of the terminal there is. */
  readonly size: () => Size;
  /** Says what else has to be ended with the program, whatever ends it; what is remembered is written after it. */
  onExit(end: () => void): void;
  /** Ends it all. */
  close(): void;
}

/**
 * Takes the terminal and shows the last known tasks, before anything is loaded that a living screen needs: React, Ink and Yoga
 * take as long as everything up to here.
 */
export function openFirstScreen({
  deployment,
  otherDeployments,
  settings,
  stateDir,
  version,
  env,
}: FirstScreenOptions): FirstScreen {
  // What ps and tmux call us.
  process.title = 'taskdeck';
  const clock = systemClock;
  const identity = identityOf(deployment);
  const storage = openStorage({ directory: stateDir });
  // Whatever ends the program, what was written is on disk first.
  const exitHandlers: (() => void)[] = [() => storage.close()];
  const onExit = (end: () => void): void => void exitHandlers.unshift(end);
  const close = (): void => {
    for (const end of exitHandlers.splice(0)) end();
  };
  const pointer = createMouseSource();
  const ascii = asciiMode(settings, env);
  const session = openTerminalSession({
    crashDirectory: stateDir,
    version,
    secrets: collectSecrets(identity.token, env),
    now: clock.wall,
    onEnd: close,
    ascii,
    plainEmoji: countsCodePoints(env),
    scrollBeforeDrawing: mayLackAlternateScreen(env),
    onMouse: pointer.emit,
    screenReader: isForScreenReader(settings, env),
    dumb: env.TERM === 'dumb',
    onFocus: (focused) => store.dispatch({ type: 'window-focus-changed', focused, now: clock.now() }),
  });
  const size = () => {
    const { columns, rows } = session.stdout;
    return session.screenReader === null ? { columns, rows } : virtualScreenSize({ columns });
  };
  const store = createStore(
    initialState({
      deployment: {
        name: identity.name,
        local: deployment.kind === 'local',
        ...(env.HOME ? { home: env.HOME } : {}),
        ...(deployment.kind === 'local' ? workingDirectory() : {}),
      },
      size: size(),
      otherDeployments,
      customKeys: settings.keys,
      keyNames: keyNames(settings.keys),
      mouse: settings.mouse && session.screenReader === null,
      savedViews: settings.views,
      now: clock.now(),
    }),
    reportOnce((error) => {
      const text = session.reportError(error);
      // After what is being dispatched.
      clock.after(0, () => store.dispatch({ type: 'notice-queued', text, now: clock.now() }));
    }),
  );
  const userStorage = openUserStorage({
    store,
    storage,
    clock,
    account: identity,
    storesConversations: settings.archive,
  });
  onExit(() => userStorage.stop());
  const isDrawn = session.screenReader === null;
  const theme = createTheme({
    color: showsColors(env),
    links: isDrawn && showsLinks(env),
    ascii: ascii !== null,
  });
  const frame = isDrawn ? firstFrame(store.getState(), theme) : null;
  if (frame !== null) session.stdout.showFirstFrame(frame);
  return { clock, storage, session, pointer, store, theme, userStorage, size, onExit, close };
}

/** What the user asks for replaces signs; a terminal or a locale that has no other characters gets ASCII alone. */
function asciiMode({ ascii }: Settings, env: FirstScreenOptions['env']): AsciiMode {
  if (needsAscii(env)) return 'all';
  return ascii ? 'signs' : null;
}

/** A fault that happens with every change of the state would fill the disk with reports. */
const MAX_REPORTS = 5;

/** Reports a fault once, and of different ones only the first few. */
function reportOnce(report: (error: unknown) => void): (error: unknown) => void {
  const reported = new Set<string>();
  return (error) => {
    // Where it was thrown; who called differs.
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const place = what.split('\n', 2).join('\n');
    if (reported.has(place) || reported.size === MAX_REPORTS) return;
    reported.add(place);
    report(error);
  };
}

/** Nothing where it was deleted: a new task then gets a directory of its own. */
function workingDirectory(): { readonly directory?: string } {
  const directory = currentDirectory();
  return directory === null ? {} : { directory };
}

/**
 * Whether lines are written for a screen reader and nothing is drawn: when the user says so, by Ink's own variable too, and
 * where a terminal can do nothing but take lines.
 */
const isForScreenReader = ({ screenReader }: Settings, env: FirstScreenOptions['env']): boolean =>
  screenReader || env.INK_SCREEN_READER === 'true' || env.TERM === 'dumb';

/** What the deployment is called, and what keeps its memory apart from others'. */
function identityOf(deployment: Deployment): {
  readonly name: string;
  readonly origin: string;
  readonly token: string;
} {
  if (deployment.kind === 'local') return { name: 'local', origin: 'local', token: '' };
  const { host, origin } = new URL(deployment.url);
  return { name: host, origin, token: deployment.token };
}
