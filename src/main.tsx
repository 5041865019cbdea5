import { render } from 'ink';
import { createRequestLog } from './api/request-log.ts';
import type { CommandContext } from './commands/command.ts';
import { resizeTerminal } from './commands/panes.ts';
import { showFoundMessages } from './commands/show-found-message.ts';
import { currentDirectory } from './config/current-directory.ts';
import { connect } from './connect.ts';
import { childEnvironment } from './domain/child-environment.ts';
import { READ_ONLY_REASON } from './domain/read-only.ts';
import { collectSecrets } from './domain/secrets.ts';
import type { FirstScreen, FirstScreenOptions } from './first-screen.ts';
import { homeDirectory } from './platform/home-directory.ts';
import { programsOnTerminal } from './programs-on-terminal.ts';
import { startReloadingSettings } from './reload-settings.ts';
import type { DeploymentChoice } from './store/slices/connection.ts';
import type { Store } from './store/store.ts';
import { startHooks } from './sync/hooks.ts';
import { startNotifications } from './sync/notifications.ts';
import { createQuit } from './sync/quit.ts';
import type { Pace } from './sync/refresh/intervals.ts';
import { searchConversations } from './sync/search-conversations.ts';
import { startShowingRequests } from './sync/show-requests.ts';
import { startSync } from './sync/sync.ts';
import { watchTaskChanges } from './sync/task-changes.ts';
import { startWindowTitle } from './sync/window-title.ts';
import { createNotifier } from './terminal/notifier.ts';
import { runProgram } from './terminal/run-program.ts';
import { terminalServices } from './terminal-services.ts';
import { App } from './ui/app.tsx';
import { AppContextProvider } from './ui/app-context-provider.tsx';
import { loadMarkdown } from './view/late-loads.ts';
import { taskInView } from './view/layout/task-in-view.ts';

/** A held key repeats at 30 Hz: with Ink's default of 30 frames a second every second key would wait for a frame. */
const MAX_FPS = 120;

/** The poll intervals of the settings as they are at each use. */
const currentPace = (store: Store): Pace => ({
  get list() {
    return store.getState().settings.poll.list;
  },
  get transcript() {
    return store.getState().settings.poll.transcript;
  },
});

/** The exit code, or the deployment that the user switches to. */
export type TuiResult = { readonly code: number } | { readonly goTo: DeploymentChoice };

/** Runs the opened screen until the user quits or switches to another deployment. */
export async function runTui(
  {
    deployment,
    settings,
    configDirectory,
    warnings: earlierWarnings,
    stateDir,
    version,
    env,
  }: FirstScreenOptions,
  { clock, userStorage, session, pointer, size, store, storage, themes, onExit, close }: FirstScreen,
): Promise<TuiResult> {
  const warn = (text: string): void => store.dispatch({ type: 'notice-queued', text, now: clock.now() });
  const secrets = collectSecrets(deployment.kind === 'local' ? '' : deployment.token, env);
  const requestLog = createRequestLog(clock, secrets);
  const backend = connect({
    deployment,
    stateDir,
    version,
    env,
    clock,
    onNotice: warn,
    log: requestLog,
    isReadOnly: () => store.getState().settings.readOnly,
    onOlderServer: (older) => store.dispatch({ type: 'older-server-found', version: older }),
  });
  const sync = startSync({
    backend,
    store,
    clock,
    random: Math.random,
    outboxStorage: userStorage.outboxStorage(),
    pace: currentPace(store),
    requestLog,
    taskInView,
  });
  userStorage.onUser(() => sync.outbox.switchStorage(userStorage.outboxStorage()));
  const stopLoading = loadMarkdown(store);
  const stopSearch = searchConversations({
    store,
    clock,
    open: userStorage.conversationSearch,
    problem: () => storage.problem,
  });
  const stopShowing = showFoundMessages(store, clock);
  const exitController = new AbortController();
  const notifier = createNotifier({
    env,
    mode: () => store.getState().settings.notify,
    send: session.send,
    signal: exitController.signal,
  });
  const workingDirectory = (): string => currentDirectory() ?? homeDirectory(env);
  const changes = watchTaskChanges({ store, clock });
  const notifications = startNotifications({
    store,
    clock,
    changes,
    notifier,
    taskInView,
    isMenuPending: sync.isMenuPending,
  });
  const hooks = startHooks({
    store,
    clock,
    changes,
    pageOf: sync.operations.pageOf,
    run: runProgram,
    env,
    directory: workingDirectory(),
  });
  // The Linux console has no title and would print it.
  const stopTitle =
    env.TERM !== 'linux' && env.TERM !== 'dumb' ? startWindowTitle(store, session.setTitle) : null;
  const stopShowingRequests = startShowingRequests({ store, clock, log: requestLog });
  let stopReloading = (): void => {};
  onExit(() => {
    exitController.abort();
    hooks.stop();
    notifications.stop();
    stopSearch();
    stopShowing();
    changes.stop();
    stopTitle?.();
    announcer?.stop();
    stopReloading();
    stopShowingRequests();
    sync.stop();
    stopLoading();
  });
  const { screenReader } = session;
  // Before the first notice, which must be announced.
  const announcer =
    screenReader === null
      ? null
      : (await import('./ui/screen-reader/announcer.ts')).startAnnouncer({ store, clock, screenReader });
  if (settings.fault !== null) warn(settings.fault);
  const warnings = [...earlierWarnings, ...(storage.problem === null ? [] : [storage.problem])];
  if (warnings.length > 0) warn(warnings.join(' '));
  // A write may fail during a dispatch, so dispatch afterwards.
  let storageNotice: string | null = null;
  storage.onProblem((notice) => {
    const previous = storageNotice;
    storageNotice = notice;
    clock.after(0, () => {
      if (previous !== null) store.dispatch({ type: 'notice-withdrawn', text: previous });
      if (notice !== null) warn(notice);
    });
  });
  const applyMouse = (): void => session.setMouse(session.screenReader === null && store.getState().mouse);
  applyMouse();
  store.subscribe(applyMouse);
  session.stdout.on('size', () => resizeTerminal(store, size()));

  let result: TuiResult = { code: 0 };
  const leave = (): void => void session.stopInput().then(() => app.unmount());
  const context: Omit<
    CommandContext,
    'suspend' | 'openPager' | 'openEditor' | 'openDirectory' | 'openWorkspace'
  > = {
    store,
    clock,
    operations: sync.operations,
    bulk: sync.bulk,
    outbox: sync.outbox,
    ...terminalServices({ store, env, send: (sequence) => session.stdout.send(sequence) }),
    storedConversation: async (found) => userStorage.storedConversation(found),
    runProgram: ({ directory, ...run }) =>
      runProgram({
        ...run,
        cwd: directory ?? workingDirectory(),
        env: { ...childEnvironment(env), ...run.env },
        signal: exitController.signal,
      }),
    refresh: sync.refresh,
    repaint: session.repaint,
    async restartServer() {
      if (store.getState().settings.readOnly) return READ_ONLY_REASON;
      const { restartLocalServer } = await import('./backend-factory.ts');
      const problem = await restartLocalServer({ backend, stateDir, version, env, clock });
      sync.refresh();
      return problem;
    },
    switchDeployment(deployment) {
      result = { goTo: deployment };
      leave();
    },
    quit: createQuit({ store, clock, operations: sync.operations, exit: leave }),
  };
  const returnToScreen = (): void => {
    sync.refresh();
    announcer?.repeat();
  };
  const programs = programsOnTerminal({
    deployment,
    env,
    clock,
    session,
    store,
    userStorage,
    workingDirectory,
    signal: exitController.signal,
    onReturn: returnToScreen,
  });
  const app = render(
    <AppContextProvider
      context={context}
      themes={themes}
      pointer={pointer}
      screenReader={screenReader}
      onSuspend={async (suspendTerminal) => {
        // A suspended program may never continue.
        userStorage.flush();
        sync.suspend();
        await session.suspend(suspendTerminal);
        changes.restart();
        notifications.restart();
        store.dispatch({ type: 'reorder-requested' });
        returnToScreen();
      }}
      {...programs}
    >
      <App />
    </AppContextProvider>,
    {
      stdin: session.stdin,
      stdout: session.stdout,
      alternateScreen: screenReader === null,
      // Without this Ink draws nothing when `CI` is set.
      interactive: true,
      isScreenReaderEnabled: screenReader !== null,
      exitOnCtrlC: false,
      patchConsole: false,
      // Whole frames: the session's stdout compares the cells.
      incrementalRendering: false,
      maxFps: MAX_FPS,
    },
  );
  stopReloading = startReloadingSettings({
    store,
    clock,
    settings,
    configDirectory,
    deployment,
    refresh: sync.refresh,
  });
  try {
    await app.waitUntilExit();
  } catch (error) {
    // A component threw, and Ink has exited: write the crash report.
    session.crash(error);
    return { code: 1 };
  }
  session.close();
  const previousFailure = storage.lastFailure;
  close();
  // The screen can no longer show a failure of the last writes.
  if (storage.lastFailure !== null && storage.lastFailure !== previousFailure)
    process.stderr.write(`taskdeck: Cannot save everything: ${storage.lastFailure.reason}.\n`);
  return result;
}
