import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import type { ReactElement } from 'react';
import { onTestFinished, vi } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { clockFrom } from '../../src/platform/clock.ts';
import type { State } from '../../src/store/state.ts';
import { keyInput } from '../../src/terminal/key-input.ts';
import { createMouseSource } from '../../src/terminal/mouse.ts';
import { App } from '../../src/ui/app.tsx';
import { AppContextProvider } from '../../src/ui/app-context-provider.tsx';
import { fixedTheme } from '../../src/ui/theme-source.ts';
import { type AppFixture, appFixture } from '../commands/app-fixture.ts';
import { NOON } from '../domain/builders.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { WAIT_MS } from '../time-outs.mts';
import { plain } from '../view/themes.ts';

export interface RenderedApp {
  readonly deck: AppFixture;
  /** The rows of the last frame with their styles. */
  styled(): readonly string[];
  /** The rows without their styles. */
  rows(): readonly string[];
  text(): string;
  /** Bytes from the terminal, in one read. */
  send(bytes: string): void;
  press(...keys: readonly string[]): void;
  /**
   * Waits until the screen holds this, or until a check passes. Fails at once for text that was there when the last keys
   * were sent and at the end of each wait since: it would not wait for what the keys change.
   */
  until(expected: string | RegExp | (() => void)): Promise<void>;
}

/** Ink's output, of the state's size. */
class Frames extends EventEmitter {
  frame = '';
  readonly isTTY = true;
  readonly #size: () => State['size'];

  constructor(size: () => State['size']) {
    super();
    this.#size = size;
  }

  get columns(): number {
    return this.#size().columns;
  }

  get rows(): number {
    return this.#size().rows;
  }

  write(frame: string, encoding?: unknown, done?: () => void): boolean {
    // Ink also writes modes; a frame has text.
    if (stripVTControlCharacters(frame).trim() !== '') this.frame = frame;
    const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
    callback?.();
    return true;
  }
}

/** Ink's input. */
export class Keyboard extends EventEmitter {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): void {}
  unref(): void {}
  resume(): void {}
  pause(): void {}
}

/** A clock that always shows noon; its timers run in real time. */
const noon: Clock = clockFrom({
  wall: () => NOON,
  monotonic: () => NOON,
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});

/** The whole screen with these commands, for Ink. */
export function appElement(
  deck: AppFixture,
  theme = plain,
  clock = noon,
  pointer = createMouseSource(),
): ReactElement {
  const { suspend, ...context } = deck.context;
  return (
    <AppContextProvider
      context={{ ...context, clock }}
      themes={fixedTheme(theme)}
      pointer={pointer}
      onSuspend={async () => suspend()}
      openPager={async (_, text) => deck.context.openPager(text)}
      openDirectory={async () => null}
      openWorkspace={async () => null}
      openEditor={(_, text) => deck.context.openEditor(text)}
    >
      <App />
    </AppContextProvider>
  );
}

/** Renders the whole screen of a state with Ink and real keys, without a terminal. */
export function renderApp(state: State, theme = plain, clock = noon): RenderedApp {
  const deck = appFixture(state);
  const frames = new Frames(() => deck.state().size);
  const keyboard = new Keyboard();
  const pointer = createMouseSource();
  const app = render(appElement(deck, theme, clock, pointer), {
    stdin: keyInput(keyboard, { onMouse: pointer.emit }) as unknown as NodeJS.ReadStream,
    stdout: frames as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  onTestFinished(() => {
    app.unmount();
    app.cleanup();
  });
  const styled = (): string[] => frames.frame.split('\n');
  const rows = (): string[] => styled().map((row) => stripVTControlCharacters(row));
  const text = (): string => rows().join('\n');
  const holds = (expected: string | RegExp, shown: string): boolean =>
    typeof expected === 'string' ? shown.includes(expected) : expected.test(shown);
  /** The screens at the last keys and after each wait since; empty before the first key. */
  let before: string[] = [];
  return {
    deck,
    styled,
    rows,
    text,
    send(bytes) {
      before = [text()];
      keyboard.emit('data', bytes);
    },
    press(...keys) {
      before = [text()];
      for (const key of keys) keyboard.emit('data', keyBytes(key));
    },
    async until(expected) {
      if (
        typeof expected !== 'function' &&
        before.length > 0 &&
        before.every((shown) => holds(expected, shown))
      )
        throw new Error(`${String(expected)} held already when the last key was pressed:\n${text()}`);
      await vi.waitFor(
        () => {
          if (typeof expected === 'function') return expected();
          if (!holds(expected, text()))
            throw new Error(`There is no ${String(expected)} on the screen:\n${text()}`);
        },
        { timeout: WAIT_MS, interval: 5 },
      );
      if (before.length > 0) before.push(text());
    },
  };
}
