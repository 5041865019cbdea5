import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { State } from '../../src/store/state.ts';
import { keyInput } from '../../src/terminal/key-input.ts';
import { App } from '../../src/ui/app.tsx';
import { AppContextProvider } from '../../src/ui/app-context-provider.tsx';
import { fixedTheme } from '../../src/ui/theme-source.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { template } from '../commands/phase-builders.ts';
import {
  applyEvents,
  draftTyped,
  emptyState,
  listReceived,
  stateWithTasks,
} from '../store/state-builders.ts';
import { TerminalEmulator } from '../support/emulator.ts';
import { WAIT_MS } from '../time-outs.mts';
import { plain } from '../view/themes.ts';

/** The screen on a terminal emulator, which tracks the cursor. */
function onTerminal(state: State) {
  const deck = appFixture(state);
  const { columns, rows } = state.size;
  const screen = new TerminalEmulator({ cols: columns, rows });
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write(data: string, encoding?: unknown, done?: () => void): boolean {
      void screen
        .write(data.replace(/\r?\n/gu, '\r\n'))
        .then(typeof encoding === 'function' ? () => encoding() : done);
      return true;
    },
  });
  const keyboard = new EventEmitter();
  const source = Object.assign(keyboard, { isTTY: true, setRawMode() {}, resume() {}, pause() {} });
  const { suspend, ...context } = deck.context;
  const app = render(
    <AppContextProvider
      context={context}
      themes={fixedTheme(plain)}
      onSuspend={async () => suspend()}
      openPager={async (_, text) => deck.context.openPager(text)}
      openDirectory={async () => null}
      openWorkspace={async () => null}
      openEditor={(_, text) => deck.context.openEditor(text)}
    >
      <App />
    </AppContextProvider>,
    {
      stdin: keyInput(source) as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  onTestFinished(() => {
    app.unmount();
    app.cleanup();
    screen.dispose();
  });
  return {
    screen,
    send: (bytes: string) => void keyboard.emit('data', bytes),
    cursorAt: (x: number, y: number) =>
      vi.waitFor(() => expect(screen.cursor()).toEqual({ x, y, visible: true }), { timeout: WAIT_MS }),
    hidden: () => vi.waitFor(() => expect(screen.cursor().visible).toBe(false), { timeout: WAIT_MS }),
  };
}

describe('the terminal’s cursor', () => {
  it('is hidden in the panes and follows the text in the prompt', async () => {
    const { send, cursorAt, hidden } = onTerminal(stateWithTasks('a'));
    await hidden();
    send('i');
    await cursorAt(3, 22);
    send('漢é👨‍👩‍👧');
    await cursorAt(3 + 2 + 1 + 2, 22);
    send('\x1b[D');
    await cursorAt(3 + 2 + 1, 22);
    send('\x1b[27u');
    await hidden();
  });

  it('moves with the rows of the prompt', async () => {
    const { send, cursorAt } = onTerminal(applyEvents(stateWithTasks('a'), draftTyped('a', 'one\ntwo')));
    send('i');
    await cursorAt(3 + 3, 22);
    send('\x1b[A');
    await cursorAt(3 + 3, 21);
  });

  it('is in the filter', async () => {
    const { send, cursorAt, hidden } = onTerminal(stateWithTasks('a'));
    send('/');
    await cursorAt(4, 20);
    send('漢字');
    await cursorAt(8, 20);
    send('\x1b[D');
    await cursorAt(6, 20);
    send(`${'x'.repeat(40)}`);
    await cursorAt(4 + 27, 20);
    send('\r');
    await hidden();
  });

  it('is in the fields of the form, and in its prompt', async () => {
    const templates = [template('shell'), template('docker')];
    const { send, cursorAt } = onTerminal(
      applyEvents(emptyState(), listReceived([]), { type: 'templates-received', templates }),
    );
    send('n');
    await cursorAt(2, 7);
    send('\t');
    await cursorAt(1 + 12, 2);
    send('do');
    await cursorAt(1 + 12 + 2, 2);
    send('\r');
    await cursorAt(2, 7);
    send('\t\t漢');
    await cursorAt(1 + 12 + 2, 3);
  });

  it('is hidden while a question is open', async () => {
    const { send, cursorAt, hidden } = onTerminal(stateWithTasks('a'));
    send('i');
    await cursorAt(3, 22);
    send('\x1b[27u');
    await hidden();
    send('d');
    await hidden();
  });
});
