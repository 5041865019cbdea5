import { render } from 'ink';
import type { CommandContext } from './commands/command.ts';
import { currentDirectory } from './config/current-directory.ts';
import { connect } from './connect.ts';
import type { Browser, Clipboard, TextFiles, Written } from './domain/ports/surroundings.ts';
import type { Opened, OpeningOptions } from './opening.ts';
import { homeOf } from './platform/home.ts';
import { loadMarkdown } from './store/load-markdown.ts';
import type { Place } from './store/state.ts';
import { startNotices } from './sync/notices.ts';
import { createQuit } from './sync/quit.ts';
import { startSync } from './sync/sync.ts';
import { startTitle } from './sync/title.ts';
import { createNotifier } from './terminal/notify.ts';
import { App } from './ui/app.tsx';
import { DeckProvider } from './ui/deck-provider.tsx';

/** A held key repeats at 30 Hz: at Ink's default of 30 frames a second every second key would wait for the next frame. */
const MAX_FPS = 120;

/** How the screen was left: for good, or for another place. */
export type Left = { readonly code: number } | { readonly goTo: Place };

/** Brings the screen that was opened to life, and runs it until the user quits or goes to another deployment. */
export async function runTui(
  { deployment, settings, troubles: before, stateDir, version, env }: OpeningOptions,
  { clock, recollection, session, pointer, size, store, storage, theme, atEnd, close }: Opened,
): Promise<Left> {
  const say = (text: string): void => store.dispatch({ type: 'trouble-told', text, now: clock.now() });
  const backend = connect({
    deployment,
    stateDir,
    version,
    env,
    clock,
    onNotice: say,
    onOlderServer: (older) =>
      say(
        `The local server is of taskdeck ${older}. When none of your tasks runs, "taskdeck serve --stop" ends it, and the next taskdeck starts a newer one.`,
      ),
  });
  const sync = startSync({
    backend,
    store,
    clock,
    random: Math.random,
    rows: recollection.outboxRows(),
    pace: settings.poll,
  });
  recollection.onUser(() => sync.outbox.open(recollection.outboxRows()));
  const stopLoading = loadMarkdown(store);
  const leaving = new AbortController();
  const notifier = createNotifier({ env, mode: settings.notify, send: session.send, signal: leaving.signal });
  const notices = startNotices({ store, clock, notifier });
  // The Linux console has no title and would print it.
  const stopTitle =
    settings.title && env.TERM !== 'linux' && env.TERM !== 'dumb'
      ? startTitle(store, session.setTitle)
      : null;
  atEnd(() => {
    leaving.abort();
    notices.stop();
    stopTitle?.();
    narrator?.stop();
    sync.stop();
    stopLoading();
  });
  const { linear } = session;
  // Before anything is said that must be heard.
  const narrator =
    linear === null
      ? null
      : (await import('./ui/linear/narrator.ts')).startNarrator({ store, clock, linear });
  const troubles = [...before, ...(storage.notice === null ? [] : [storage.notice])];
  if (troubles.length > 0) say(troubles.join(' '));
  // A write may fail in the middle of what it is told about.
  let untilWritten: string | null = null;
  storage.onNotice((notice) => {
    const over = untilWritten;
    untilWritten = notice;
    clock.after(0, () => {
      if (over !== null) store.dispatch({ type: 'trouble-over', text: over });
      if (notice !== null) say(notice);
    });
  });
  const turnMouse = (): void => session.setMouse(session.linear === null && store.getState().mouse);
  turnMouse();
  store.subscribe(turnMouse);
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
  const browser: Browser = {
    async open(address) {
      const { createBrowser } = await import('./terminal/browser.ts');
      const { platform } = process;
      return createBrowser({ env, platform, command: settings.open, clipboard }).open(address);
    },
  };
  const files: TextFiles = {
    async save(name, text, options) {
      const { textFiles } = await import('./storage/text-file.ts');
      return textFiles({ cwd: currentDirectory(), home: homeOf(env) }).save(name, text, options);
    },
  };
  const context: Omit<CommandContext, 'suspend' | 'page' | 'write'> = {
    store,
    clock,
    operations: sync.operations,
    several: sync.several,
    outbox: sync.outbox,
    clipboard,
    browser,
    files,
    refresh: sync.refresh,
    repaint: session.repaint,
    goTo(place) {
      left = { goTo: place };
      leave();
    },
    quit: createQuit({ store, clock, operations: sync.operations, leave }),
  };
  const app = render(
    <DeckProvider
      context={context}
      theme={theme}
      pointer={pointer}
      linear={linear}
      stop={async (suspendTerminal) => {
        // Nobody knows whether a stopped program is ever continued.
        recollection.flush();
        sync.rest();
        await session.stop(suspendTerminal);
        notices.restart();
        store.dispatch({ type: 'returned' });
        sync.refresh();
        narrator?.again();
      }}
      page={async (suspendTerminal, text) => {
        const { showInPager } = await import('./terminal/pager.ts');
        let fault: string | null = null;
        await session.lend(suspendTerminal, async () => {
          fault = await showInPager(text, { env, now: clock.now, askForKey: session.askForKey });
        });
        if (fault !== null)
          store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: fault, at: clock.now() } });
        sync.refresh();
        narrator?.again();
      }}
      write={async (suspendTerminal, text) => {
        const { editorFault, NO_EDITOR, writeInEditor } = await import('./terminal/editor.ts');
        // Nothing flickers for the sake of a sentence.
        const why = editorFault(env);
        let written: Written = { kind: 'not-written', why: why ?? NO_EDITOR };
        if (why !== null) return written;
        // Nobody knows what becomes of a program that waits for another one.
        recollection.flush();
        await session.lend(suspendTerminal, async () => {
          written = await writeInEditor(text, env, clock.now);
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
      alternateScreen: linear === null,
      // Ink draws nothing where `CI` is set, even at a terminal.
      interactive: true,
      isScreenReaderEnabled: linear !== null,
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
  const earlier = storage.failure;
  close();
  // No screen is left to show that the last saves failed.
  if (storage.failure !== null && storage.failure !== earlier)
    process.stderr.write(`taskdeck: Not everything could be saved: ${storage.failure.reason}.\n`);
  return left;
}
