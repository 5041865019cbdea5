import { keyNames } from './commands/key-names.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Settings } from './config/default-settings.ts';
import type { Deployment } from './config/deployment.ts';
import type { Pointer } from './domain/pointing.ts';
import type { Clock } from './domain/ports/clock.ts';
import type { Storage } from './domain/ports/storage.ts';
import { secretsOf } from './domain/secrets.ts';
import { systemClock } from './platform/clock.ts';
import { openStorage } from './storage/storage.ts';
import { initialState } from './store/initial.ts';
import type { Place, Size } from './store/state.ts';
import { createStore, type Store } from './store/store.ts';
import { type Recollection, recollect } from './sync/recollection.ts';
import { mayHaveOneScreen, showsColors, showsOnlyAscii, splitsEmoji } from './terminal/abilities.ts';
import type { AsciiMode } from './terminal/ascii.ts';
import { showsLinks } from './terminal/hyperlink.ts';
import { createPointer } from './terminal/mouse.ts';
import { openSession, type Session } from './terminal/session.ts';
import { firstFrame } from './ui/first-frame.ts';
import { linearSize } from './ui/linear/size.ts';
import { createTheme, type Theme } from './ui/theme.ts';

export interface OpeningOptions {
  readonly deployment: Deployment;
  /** Where else the user could go. */
  readonly places: readonly Place[];
  readonly settings: Settings;
  /** What could not be read or done on the way here, a sentence each. */
  readonly troubles: readonly string[];
  readonly stateDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A screen that shows what is known from before, and does not answer yet. */
export interface Opened {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly session: Session;
  readonly pointer: Pointer;
  readonly store: Store;
  readonly theme: Theme;
  readonly recollection: Recollection;
  /** What of the terminal there is. */
  readonly size: () => Size;
  /** Says what else has to be ended with the program, whatever ends it; what is remembered is written after it. */
  atEnd(end: () => void): void;
  /** Ends it all. */
  close(): void;
}

/**
 * Takes the terminal and shows the last known tasks, before anything is loaded that a living screen needs: React, Ink and Yoga
 * take as long as everything up to here.
 */
export function openScreen({ deployment, places, settings, stateDir, version, env }: OpeningOptions): Opened {
  // What ps and tmux call us.
  process.title = 'taskdeck';
  const clock = systemClock;
  const place = placeOf(deployment);
  const storage = openStorage({ directory: stateDir });
  // Whatever ends the program, what was written is on disk first.
  const ends: (() => void)[] = [() => storage.close()];
  const atEnd = (end: () => void): void => void ends.unshift(end);
  const close = (): void => {
    for (const end of ends.splice(0)) end();
  };
  const pointer = createPointer();
  const ascii = asciiMode(settings, env);
  const session = openSession({
    crashDirectory: stateDir,
    version,
    secrets: secretsOf(place.token, env),
    now: clock.wall,
    onEnd: close,
    ascii,
    plainEmoji: splitsEmoji(env),
    scrollsAway: mayHaveOneScreen(env),
    onMouse: pointer.heard,
    linear: isLinear(settings, env),
    dumb: env.TERM === 'dumb',
    onFocus: (focused) => store.dispatch({ type: 'focus-changed', focused, now: clock.now() }),
  });
  const size = () => {
    const { columns, rows } = session.stdout;
    return session.linear === null ? { columns, rows } : linearSize({ columns });
  };
  const store = createStore(
    initialState({
      deployment: {
        name: place.name,
        local: deployment.kind === 'local',
        ...(env.HOME ? { home: env.HOME } : {}),
        ...(deployment.kind === 'local' ? workingDirectory() : {}),
      },
      size: size(),
      places,
      keys: settings.keys,
      keyNames: keyNames(settings.keys),
      mouse: settings.mouse && session.linear === null,
      views: settings.views,
      now: clock.now(),
    }),
    onceEach((error) => {
      const text = session.report(error);
      // After what is being dispatched.
      clock.after(0, () => store.dispatch({ type: 'trouble-told', text, now: clock.now() }));
    }),
  );
  const recollection = recollect({ store, storage, clock, place, archive: settings.archive });
  atEnd(() => recollection.stop());
  const isDrawn = session.linear === null;
  const theme = createTheme({
    color: showsColors(env),
    links: isDrawn && showsLinks(env),
    ascii: ascii !== null,
  });
  const frame = isDrawn ? firstFrame(store.getState(), theme) : null;
  if (frame !== null) session.stdout.begin(frame);
  return { clock, storage, session, pointer, store, theme, recollection, size, atEnd, close };
}

/** What the user asks for replaces signs; a terminal or a locale that has no other characters gets ASCII alone. */
function asciiMode({ ascii }: Settings, env: OpeningOptions['env']): AsciiMode {
  if (showsOnlyAscii(env)) return 'all';
  return ascii ? 'signs' : null;
}

/** A fault that happens with every change of the state would fill the disk with reports. */
const MOST_REPORTS = 5;

/** Reports a fault once, and of different ones only the first few. */
function onceEach(report: (error: unknown) => void): (error: unknown) => void {
  const reported = new Set<string>();
  return (error) => {
    // Where it was thrown; who called differs.
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const place = what.split('\n', 2).join('\n');
    if (reported.has(place) || reported.size === MOST_REPORTS) return;
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
const isLinear = ({ screenReader }: Settings, env: OpeningOptions['env']): boolean =>
  screenReader || env.INK_SCREEN_READER === 'true' || env.TERM === 'dumb';

/** What the deployment is called, and what keeps its memory apart from others'. */
function placeOf(deployment: Deployment): {
  readonly name: string;
  readonly origin: string;
  readonly token: string;
} {
  if (deployment.kind === 'local') return { name: 'local', origin: 'local', token: '' };
  const { host, origin } = new URL(deployment.url);
  return { name: host, origin, token: deployment.token };
}
