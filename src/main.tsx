import { render } from 'ink';
import type { CommandContext } from './commands/command.ts';
import { currentDirectory } from './config/current-directory.ts';
import { connect } from './connect.ts';
import type { Browser, Clipboard, EditorResult, TextFiles } from './domain/ports/terminal-services.ts';
import type { FirstScreen, FirstScreenOptions } from './first-screen.ts';
import { homeDirectory } from './platform/home-directory.ts';
import { loadMarkdown } from './store/load-markdown.ts';
import type { DeploymentChoice } from './store/state.ts';
import { startNotifications } from './sync/notifications.ts';
import { createQuit } from './sync/quit.ts';
import { startSync } from './sync/sync.ts';
import { startWindowTitle } from './sync/window-title.ts';
import { createNotifier } from './terminal/notifier.ts';
import { App } from './ui/app.tsx';
import { AppContextProvider } from './ui/app-context-provider.tsx';

/** A held key repeats at 30 Hz: at Ink's default of 30 frames a second every second key would wait for the next frame. */
const MAX_FPS = 120;

/** How the screen was left: for good, or for another place. */
export type TuiResult = { readonly code: number } | { readonly goTo: DeploymentChoice };

/** Brings the screen that was opened to life, and runs it until the user quits or goes to another deployment. */
export async function runTui(
  { deployment, settings, warnings: earlierWarnings, stateDir, version, env }: FirstScreenOptions,
  { clock, userStorage, session, pointer, size, store, storage, theme, onExit, close }: FirstScreen,
): Promise<TuiResult> {
  const warn = (text: string): void => store.dispatch({ type: 'notice-queued', text, now: clock.now() });
  const backend = connect({
    deployment,
    stateDir,
    version,
    env,
    clock,
    onNotice: warn,
    onOlderServer: (older) =>
      warn(
        `The local server is of taskdeck ${older}. When none of your tasks runs, "taskdeck serve --stop" ends it, and the next taskdeck starts a newer one.`,
      ),
  });
  const sync = startSync({
    backend,
    store,
    clock,
    random: Math.random,
    outboxStorage: userStorage.outboxStorage(),
    pace: settings.poll,
  });
  userStorage.onUser(() => sync.outbox.switchStorage(userStorage.outboxStorage()));
  const stopLoading = loadMarkdown(store);
  const exitController = new AbortController();
  const notifier = createNotifier({
    env,
    mode: settings.notify,
    send: session.send,
    signal: exitController.signal,
  });
  const notifications = startNotifications({ store, clock, notifier });
  // The Linux console has no title and would print it.
  const stopTitle =
    settings.title && env.TERM !== 'linux' && env.TERM !== 'dumb'
      ? startWindowTitle(store, session.setTitle)
      : null;
  onExit(() => {
    exitController.abort();
    notifications.stop();
    stopTitle?.();
    announcer?.stop();
    sync.stop();
    stopLoading();
  });
  const { screenReader } = session;
  // Before anything is said that must be heard.
  const announcer =
    screenReader === null
      ? null
      : (await import('./ui/screen-reader/announcer.ts')).startAnnouncer({ store, clock, screenReader });
  const warnings = [...earlierWarnings, ...(storage.problem === null ? [] : [storage.problem])];
  if (warnings.length > 0) warn(warnings.join(' '));
  // A write may fail in the middle of what it is told about.
  let storageNotice: string | null = null;
  storage.onProblem((notice) => {
    const over = storageNotice;
    storageNotice = notice;
    clock.after(0, () => {
      if (over !== null) store.dispatch({ type: 'notice-withdrawn', text: over });
      if (notice !== null) warn(notice);
    });
  });
  const applyMouse = (): void => session.setMouse(session.screenReader === null && store.getState().mouse);
  applyMouse();
  store.subscribe(applyMouse);
  session.stdout.on('size', () => store.dispatch({ type: 'terminal-resized', size: size() }));

  let result: TuiResult = { code: 0 };
  const leave = (): void => void session.stopInput().then(() => app.unmount());
  // Loaded when they are wanted: few sessions copy or save anything.
  const clipboard: Clipboard = {
    async copy(text) {
      const { terminalClipboard } = await import('./terminal/clipboard.ts');
      return terminalClipboard({ env, send: (sequence) => session.stdout.send(sequence) }).copy(text);
    },
  };
  const browser: Browser = {
    async open(address) {
      const { createBrowser } = await import('./terminal/browser.ts');
      const { platform } = process;
      return createBrowser({ env, platform, command: settings.open, clipboard }).open(address);
    },
  };
  const files: TextFiles = {
    async save(name, text, options) {
      const { createTextFiles: textFiles } = await import('./storage/text-file.ts');
      return textFiles({ cwd: currentDirectory(), home: homeDirectory(env) }).save(name, text, options);
    },
  };
  const context: Omit<CommandContext, 'suspend' | 'openPager' | 'openEditor'> = {
    store,
    clock,
    operations: sync.operations,
    bulk: sync.bulk,
    outbox: sync.outbox,
    clipboard,
    browser,
    files,
    refresh: sync.refresh,
    repaint: session.repaint,
    switchDeployment(place) {
      result = { goTo: place };
      leave();
    },
    quit: createQuit({ store, clock, operations: sync.operations, exit: leave }),
  };
  const app = render(
    <AppContextProvider
      context={context}
      theme={theme}
      pointer={pointer}
      screenReader={screenReader}
      onSuspend={async (suspendTerminal) => {
        // Nobody knows whether a stopped program is ever continued.
        userStorage.flush();
        sync.suspend();
        await session.suspend(suspendTerminal);
        notifications.restart();
        store.dispatch({ type: 'reorder-requested' });
        sync.refresh();
        announcer?.repeat();
      }}
      openPager={async (suspendTerminal, text) => {
        const { showInPager } = await import('./terminal/pager.ts');
        let fault: string | null = null;
        await session.lend(suspendTerminal, async () => {
          fault = await showInPager(text, { env, now: clock.now, askForKey: session.askForKey });
        });
        if (fault !== null)
          store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: fault, at: clock.now() } });
        sync.refresh();
        announcer?.repeat();
      }}
      openEditor={async (suspendTerminal, text) => {
        const {
          editorProblem: editorFault,
          NO_EDITOR,
          editInEditor: writeInEditor,
        } = await import('./terminal/external-editor.ts');
        // Nothing flickers for the sake of a sentence.
        const why = editorFault(env);
        let written: EditorResult = { kind: 'not-written', why: why ?? NO_EDITOR };
        if (why !== null) return written;
        // Nobody knows what becomes of a program that waits for another one.
        userStorage.flush();
        await session.lend(suspendTerminal, async () => {
          written = await writeInEditor(text, env, clock.now);
        });
        sync.refresh();
        return written;
      }}
    >
      <App />
    </AppContextProvider>,
    {
      stdin: session.stdin,
      stdout: session.stdout,
      alternateScreen: screenReader === null,
      // Ink draws nothing where `CI` is set, even at a terminal.
      interactive: true,
      isScreenReaderEnabled: screenReader !== null,
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
  const earlier = storage.lastFailure;
  close();
  // No screen is left to show that the last saves failed.
  if (storage.lastFailure !== null && storage.lastFailure !== earlier)
    process.stderr.write(`taskdeck: Not everything could be saved: ${storage.lastFailure.reason}.\n`);
  return result;
}
