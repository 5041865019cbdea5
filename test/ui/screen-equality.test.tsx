import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { State } from '../../src/store/state.ts';
import { type KeyInput, keyInput } from '../../src/terminal/key-input.ts';
import { Painter } from '../../src/terminal/painter.ts';
import { App } from '../../src/ui/app.tsx';
import { AppContextProvider } from '../../src/ui/app-context-provider.tsx';
import { fixedTheme } from '../../src/ui/theme-source.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { FakeTerminal, visibleCells } from '../terminal/fake-terminal.ts';
import { WAIT_MS } from '../time-outs.mts';
import { colored } from '../view/themes.ts';
import { Keyboard } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

/** Ink's frames on two terminals: through the painter on one, directly on the other. */
class Both extends EventEmitter {
  readonly isTTY = true;
  readonly painted: FakeTerminal;
  readonly stock: FakeTerminal;
  readonly painter: Painter;

  constructor(columns: number, rows: number) {
    super();
    this.setMaxListeners(0);
    this.painted = new FakeTerminal(columns, rows);
    this.stock = new FakeTerminal(columns, rows);
    this.painter = new Painter(this.painted);
  }

  get columns(): number {
    return this.stock.columns;
  }

  get rows(): number {
    return this.stock.rows;
  }

  write(data: string, encoding?: unknown, done?: () => void): boolean {
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    this.stock.write(data, () => void this.painter.write(data, callback));
    return true;
  }

  resize(columns: number, rows: number): void {
    this.painted.resize(columns, rows);
    this.stock.resize(columns, rows);
    // Terminals rewrap old lines in different ways, and Ink alone would leave some of them.
    void this.stock.screen.write('\x1b[2J\x1b[H');
    this.emit('resize');
  }

  /** A shell's output while taskdeck is suspended. */
  async scribble(): Promise<void> {
    for (const line of [this.painted, this.stock]) await line.screen.write('$ ls\r\nsrc  test\r\n$ fg\r\n');
  }
}

interface Pair {
  readonly both: Both;
  show(state: State): void;
  /** Fails unless both terminals show the same. */
  same(what: string): Promise<void>;
  suspend(): Promise<void>;
}

function pair(first: State): Pair {
  const both = new Both(first.size.columns, first.size.rows);
  const keyboard = new Keyboard();
  let resumed = 0;
  const screen = (state: State): ReactNode => {
    const { suspend: _, ...context } = appFixture(state).context;
    return (
      <AppContextProvider
        // With a new store each time.
        key={`${++shown}`}
        context={context}
        themes={fixedTheme(colored)}
        onSuspend={async (suspendTerminal) => {
          await suspendTerminal(() => both.scribble());
          resumed++;
        }}
        openPager={async () => {}}
        openDirectory={async () => null}
        openWorkspace={async () => null}
        openEditor={async () => ({ kind: 'not-written', why: '' })}
      >
        <App />
      </AppContextProvider>
    );
  };
  let shown = 0;
  const app = render(screen(first), {
    stdin: keyInput(keyboard) as KeyInput as unknown as NodeJS.ReadStream,
    stdout: both as unknown as NodeJS.WriteStream,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1_000,
    interactive: true,
  });
  onTestFinished(() => {
    app.unmount();
    app.cleanup();
  });
  return {
    both,
    show: (state) => app.rerender(screen(state)),
    async same(what) {
      await app.waitUntilRenderFlush();
      await vi.waitFor(
        () => {
          expect(visibleCells(both.painted.screen), what).toEqual(visibleCells(both.stock.screen));
          const cursor = both.stock.screen.cursor();
          expect(both.painted.screen.cursor().visible, what).toBe(cursor.visible);
          if (cursor.visible) expect(both.painted.screen.cursor(), what).toEqual(cursor);
        },
        { timeout: WAIT_MS, interval: 5 },
      );
      expect(both.painted.screen.text().trim(), what).not.toBe('');
    },
    async suspend() {
      const before = resumed;
      keyboard.emit('data', keyBytes('ctrl+z'));
      await vi.waitFor(() => expect(resumed).toBe(before + 1), { timeout: WAIT_MS, interval: 5 });
    },
  };
}

const SIZES = [
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 20 },
  { columns: 39, rows: 9 },
  { columns: 7, rows: 3 },
] as const;
const scenes = Object.entries(SCENES);

it.each(SIZES)('from one scene to the next, at $columns x $rows', { timeout: 120_000 }, async (size) => {
  const [[, first] = expect.fail()] = scenes;
  const { show, same } = pair(first(size));
  for (const [name, scene] of [...scenes, ...scenes.toReversed()]) {
    show(scene(size));
    await same(name);
  }
});

it('through resizes in every scene', { timeout: 120_000 }, async () => {
  const [size] = SIZES;
  const [[, first] = expect.fail()] = scenes;
  const { both, show, same } = pair(first(size));
  for (const [index, [name, scene]] of scenes.entries()) {
    const next = SIZES[(index + 1) % SIZES.length] ?? size;
    both.resize(next.columns, next.rows);
    show(scene(next));
    await same(`${name} at ${next.columns} x ${next.rows}`);
  }
});

it('after a suspension', async () => {
  const [, size] = SIZES;
  const { show, same, suspend } = pair(scenes[0]?.[1](size) ?? expect.fail());
  for (const name of ['many tasks', 'conversation', 'one task']) {
    show(SCENES[name]?.(size) ?? expect.fail());
    await same(name);
    await suspend();
    await same(`${name}, resumed`);
  }
});
