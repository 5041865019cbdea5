import { render } from 'ink';
import type { CommandContext } from './commands/command.ts';
import { keyNames } from './commands/key-names.ts';
import type { Deployment } from './config/deployment.ts';
import type { Settings } from './config/settings.ts';
import { connect } from './connect.ts';
import type { Clipboard, Storage, TextFiles, Written } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';
import { openStorage } from './storage/storage.ts';
import { initialState } from './store/initial.ts';
import { loadMarkdown } from './store/load-markdown.ts';
import type { Place } from './store/state.ts';
import { createStore, type Store } from './store/store.ts';
import { type Archiving, startArchiving } from './sync/archiving.ts';
import { startNotices } from './sync/notices.ts';
import { type Remembering, startRemembering } from './sync/remembering.ts';
import { startSync } from './sync/sync.ts';
import { recordTimelines } from './sync/timeline.ts';
import { startTitle } from './sync/title.ts';
import { createNotifier } from './terminal/notify.ts';
import { openSession } from './terminal/session.ts';
import { App } from './ui/app.tsx';
import { DeckProvider } from './ui/deck-provider.tsx';
import { createTheme } from './ui/theme.ts';

export interface TuiOptions {
  readonly deployment: Deployment;
  /** Where else the user could go. */
  readonly places: readonly Place[];
  readonly settings: Settings;
  readonly stateDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A held key repeats at 30 Hz: at Ink's default of 30 frames a second every second key would wait for the next frame. */
const MAX_FPS = 120;

/** How the screen was left: for good, or for another place. */
export type Left = { readonly code: number } | { readonly goTo: Place };

/** Puts the TUI together and runs it until the user quits or goes to another deployment. */
export async function runTui({
  deployment,
  places,
  settings,
  stateDir,
  version,
  env,
}: TuiOptions): Promise<Left> {
  // What ps and tmux call us.
  process.title = 'taskdeck';
  const clock = systemClock;
  const where = placeOf(deployment);
  const storage = openStorage({ directory: stateDir });
  // Whatever ends the program, what was written is on disk first.
  let close = (): void => storage.close();
  const session = openSession({
    crashDirectory: stateDir,
    version,
    now: clock.now,
    onEnd: () => close(),
    ascii: settings.ascii,
    onFocus: (focused) => store.dispatch({ type: 'focus-changed', focused, now: clock.now() }),
  });
  const size = () => ({ columns: session.stdout.columns, rows: session.stdout.rows });

  const store = createStore(
    initialState({
      deployment: { name: where.name, local: deployment.kind === 'local' },
      size: size(),
      places,
      keys: settings.keys,
      keyNames: keyNames(settings.keys),
      views: settings.views,
      now: clock.now(),
    }),
  );
  const say = (text: string): void =>
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now() } });
  const backend = connect({
    deployment,
    stateDir,
    version,
    env,
    onOlderServer: (older) =>
      say(
        `The local server is of taskdeck ${older}. When none of your tasks runs, "taskdeck serve --stop" ends it, and the next taskdeck starts a newer one.`,
      ),
  });
  const rowsOf = (user: string) => storage.outbox({ origin: where.origin, user });
  let archiving: Archiving | null = null;
  let remembering: Remembering | null = null;
  const begin = (user: string): (() => void) => {
    const whose = { origin: where.origin, user };
    remembering = startRemembering(store, storage.memory(whose), clock);
    const ends = [
      remembering,
      recordTimelines({ store, memory: storage.timeline(whose), clock, random: Math.random }),
    ];
    archiving = settings.archive ? startArchiving(store, storage.archive(whose), clock) : null;
    return () => {
      archiving?.stop();
      for (const end of ends) end();
    };
  };
  const stopRemembering = remember(store, storage, where, begin, (user) => sync.outbox.open(rowsOf(user)));
  const rows = rowsOf(userOf(storage, where));
  const sync = startSync({ backend, store, clock, random: Math.random, rows, pace: settings.poll });
  const stopLoading = loadMarkdown(store);
  const leaving = new AbortController();
  const notifier = createNotifier({ env, mode: settings.notify, send: session.send, signal: leaving.signal });
  const notices = startNotices({ store, clock, notifier });
  // The Linux console has no title and would print it.
  const stopTitle = settings.title && env.TERM !== 'linux' ? startTitle(store, session.setTitle) : null;
  close = () => {
    leaving.abort();
    notices.stop();
    stopTitle?.();
    sync.stop();
    stopLoading();
    stopRemembering();
    storage.close();
  };
  if (storage.notice !== null) say(storage.notice);
  session.stdout.on('size', () => store.dispatch({ type: 'resized', size: size() }));

  let left: Left = { code: 0 };
  const leave = (): void => void session.quiet().then(() => app.unmount());
  // Loaded when they are wanted: few sessions copy or save anything.
  const clipboard: Clipboard = {
    async copy(text) {
      const { terminalClipboard } = await import('./terminal/clipboard.ts');
      return terminalClipboard({ env, send: (sequence) => session.stdout.send(sequence) }).copy(text);
    },
  };
  const files: TextFiles = {
    async save(name, text, options) {
      const { textFiles } = await import('./storage/text-file.ts');
      return textFiles({ cwd: process.cwd(), home: env.HOME ?? '' }).save(name, text, options);
    },
  };
  const context: Omit<CommandContext, 'suspend' | 'page' | 'write'> = {
    store,
    clock,
    operations: sync.operations,
    outbox: sync.outbox,
    clipboard,
    files,
    refresh: sync.refresh,
    repaint: session.repaint,
    goTo(place) {
      left = { goTo: place };
      leave();
    },
    quit: () => leave(),
  };
  const app = render(
    <DeckProvider
      context={context}
      theme={createTheme({ color: (env.NO_COLOR ?? '') === '' })}
      stop={async (suspendTerminal) => {
        // Nobody knows whether a stopped program is ever continued.
        archiving?.flush();
        remembering?.flush();
        await session.stop(suspendTerminal);
        notices.restart();
        store.dispatch({ type: 'returned' });
        sync.refresh();
      }}
      page={async (suspendTerminal, text) => {
        const { showInPager } = await import('./terminal/pager.ts');
        let fault: string | null = null;
        await session.lend(suspendTerminal, async () => {
          fault = await showInPager(text, env);
        });
        if (fault !== null) say(fault);
        sync.refresh();
      }}
      write={async (suspendTerminal, text) => {
        const { editorOf, NO_EDITOR, writeInEditor } = await import('./terminal/editor.ts');
        // Nothing flickers for the sake of a sentence.
        let written: Written = { kind: 'not-written', why: NO_EDITOR };
        if (editorOf(env) === null) return written;
        // Nobody knows what becomes of a program that waits for another one.
        remembering?.flush();
        await session.lend(suspendTerminal, async () => {
          written = await writeInEditor(text, env);
        });
        sync.refresh();
        return written;
      }}
    >
      <App />
    </DeckProvider>,
    {
      stdin: session.stdin,
      stdout: session.stdout,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
      // Whole frames: the session's stdout finds out what differs, cell by cell.
      incrementalRendering: false,
      maxFps: MAX_FPS,
    },
  );
  try {
    await app.waitUntilExit();
  } catch (error) {
    // A component threw: Ink has left, and the report is ours to write.
    session.crash(error);
    return { code: 1 };
  }
  session.close();
  close();
  return left;
}

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

/** Whose memory to begin with; somebody's who has no name yet, where this is the first time. */
const userOf = (storage: Storage, { origin, token }: { readonly origin: string; readonly token: string }) =>
  storage.userOf(origin, token) ?? storage.strangerOf(origin, token);

/**
 * Remembers for each user apart. What is written before it is known who that is goes over to them then, and `known` is
 * called. Returns how to end it.
 */
function remember(
  store: Store,
  storage: Storage,
  { origin, token }: { readonly origin: string; readonly token: string },
  begin: (user: string) => () => void,
  known: (user: string) => void,
): () => void {
  const first = userOf(storage, { origin, token });
  let stop = begin(first);
  if (storage.userOf(origin, token) !== null) return () => stop();
  const unsubscribe = store.subscribe(() => {
    const name = store.getState().user?.username;
    if (name === undefined) return;
    unsubscribe();
    stop();
    // In this order: whatever ends the program in between, the next one finds everything.
    storage.adopt(origin, first, name);
    storage.rememberUser(origin, token, name);
    stop = begin(name);
    known(name);
  });
  return () => {
    unsubscribe();
    stop();
  };
}
