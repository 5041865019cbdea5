import { keyNames } from './commands/command-registry.ts';
import { currentDirectory } from './config/current-directory.ts';
import { accountOf, type Deployment } from './config/deployment.ts';
import type { SettingsSource } from './config/settings-source.ts';
import type { Mouse } from './domain/mouse-input.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { Storage } from './domain/ports/storage.ts';
import { collectSecrets } from './domain/secrets.ts';
import type { Settings } from './domain/settings.ts';
import { systemClock } from './platform/clock.ts';
import { openStorage } from './storage/storage.ts';
import { initialState } from './store/initial-state.ts';
import type { DeploymentChoice } from './store/slices/connection.ts';
import type { Size } from './store/slices/screen.ts';
import { createStore, type Store } from './store/store.ts';
import { openUserStorage, type UserStorage } from './sync/user-storage.ts';
import type { AsciiMode } from './terminal/ascii.ts';
import {
  answersBackgroundQuery,
  backgroundFromEnvironment,
  reportedBackground,
} from './terminal/background.ts';
import {
  colorDepth,
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
import { createThemeSource, type ThemeSource } from './ui/theme-source.ts';
import { restoreScrollPositions, savedScrollPositionsOf } from './view/detail/scroll-positions.ts';

export interface FirstScreenOptions {
  readonly deployment: Deployment;
  /** Deployments that the user can switch to. */
  readonly otherDeployments: readonly DeploymentChoice[];
  readonly settings: SettingsSource;
  readonly configDirectory: string;
  /** Problems during the start, a sentence each. */
  readonly warnings: readonly string[];
  readonly stateDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A screen that shows stored data, and does not handle keys yet. */
export interface FirstScreen {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly session: TerminalSession;
  readonly pointer: Mouse;
  readonly store: Store;
  readonly themes: ThemeSource;
  readonly userStorage: UserStorage;
  readonly size: () => Size;
  /** Registers a function that runs at every exit of the program, before the storage is written. */
  onExit(end: () => void): void;
  /** Runs all exit functions. */
  close(): void;
}

/**
 * Opens the terminal and shows the stored tasks before React, Ink and Yoga are loaded, which takes as long as the start
 * up to here.
 */
export function openFirstScreen({
  deployment,
  otherDeployments,
  settings: { current: settings },
  stateDir,
  version,
  env,
}: FirstScreenOptions): FirstScreen {
  // The name in ps and tmux.
  process.title = 'taskdeck';
  const clock = systemClock;
  const identity = accountOf(deployment);
  const storage = openStorage({ directory: stateDir });
  // Storage closes last: every exit writes to the disk.
  const exitHandlers: (() => void)[] = [() => storage.close()];
  const onExit = (end: () => void): void => void exitHandlers.unshift(end);
  const close = (): void => {
    for (const end of exitHandlers.splice(0)) end();
  };
  const pointer = createMouseSource();
  const ascii = asciiMode(settings, env);
  const isDrawn = !isForScreenReader(settings, env);
  const color = showsColors(env);
  const themes = createThemeSource({
    color,
    depth: colorDepth(env),
    name: settings.theme,
    colors: settings.colors,
    background: backgroundFromEnvironment(env),
    links: isDrawn && showsLinks(env),
    ascii: ascii !== null,
  });
  const asksBackground = isDrawn && color && answersBackgroundQuery(env);
  /** When a reply about the background is too late, or a second one. */
  let backgroundUntil = asksBackground ? clock.monotonic() + BACKGROUND_REPLY_MS : 0;
  const handleReply = (reply: string): void => {
    const background = reportedBackground(reply);
    if (background === null || clock.monotonic() > backgroundUntil) return;
    backgroundUntil = 0;
    themes.change({ background });
  };
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
    asksBackground,
    onReply: handleReply,
    screenReader: !isDrawn,
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
      settings,
      keyNames: keyNames(settings.keys),
      mouse: settings.mouse && session.screenReader === null,
      hasPanes: session.screenReader === null,
      now: clock.now(),
    }),
    reportOnce((error) => {
      const text = session.reportError(error);
      // After the current dispatch.
      clock.after(0, () => store.dispatch({ type: 'notice-queued', text, now: clock.now() }));
    }),
  );
  restoreScrollPositions(store);
  const userStorage = openUserStorage({
    store,
    storage,
    clock,
    account: identity,
    scrollPositionsOf: savedScrollPositionsOf,
  });
  onExit(() => userStorage.stop());
  store.subscribe(() => {
    const { theme: name, colors } = store.getState().settings;
    themes.change({ name, colors });
  });
  const frame = isDrawn ? firstFrame(store.getState(), themes.current()) : null;
  if (frame !== null) session.stdout.showFirstFrame(frame);
  return { clock, storage, session, pointer, store, themes, userStorage, size, onExit, close };
}

/** A later change of colours would surprise the user, ms. */
const BACKGROUND_REPLY_MS = 3_000;

/** The setting replaces signs only; a terminal or locale without Unicode gets only ASCII. */
function asciiMode({ ascii }: Settings, env: FirstScreenOptions['env']): AsciiMode {
  if (needsAscii(env)) return 'all';
  return ascii ? 'signs' : null;
}

/** An error at every state change would fill the disk with reports. */
const MAX_REPORTS = 5;

/** Reports each error once, and only the first few. */
function reportOnce(report: (error: unknown) => void): (error: unknown) => void {
  const reported = new Set<string>();
  return (error) => {
    // Message and top frame: the callers may differ.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const key = text.split('\n', 2).join('\n');
    if (reported.has(key) || reported.size === MAX_REPORTS) return;
    reported.add(key);
    report(error);
  };
}

/** Empty when it was deleted: then each new task gets its own directory. */
function workingDirectory(): { readonly directory?: string } {
  const directory = currentDirectory();
  return directory === null ? {} : { directory };
}

/** Whether to write lines instead of drawing: by the setting, Ink's own variable, or for a dumb terminal. */
const isForScreenReader = ({ screenReader }: Settings, env: FirstScreenOptions['env']): boolean =>
  screenReader || env.INK_SCREEN_READER === 'true' || env.TERM === 'dumb';
