import { setImmediate as nextRound } from 'node:timers/promises';
import { render } from 'ink';
import { expect, it, onTestFinished } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import type { State } from '../../src/store/state.ts';
import { parseInkOutput } from '../../src/terminal/ink-frame-parser.ts';
import { keyInput } from '../../src/terminal/key-input.ts';
import { terminalOutput } from '../../src/terminal/painter.ts';
import type { TerminalOutput } from '../../src/terminal/terminal-output.ts';
import { appFixture } from '../commands/app-fixture.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { FakeTerminal } from '../terminal/fake-terminal.ts';
import { appElement, Keyboard } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

interface Window {
  readonly line: FakeTerminal;
  /** Frames and writes that were larger than the screen. */
  readonly faults: readonly string[];
  resize(columns: number, rows: number): void;
  /** Resolves when everything is on the screen. */
  settled(): Promise<void>;
}

/** The whole screen on a terminal emulator, set up as in the program. */
function open(scene: (size: State['size']) => State, columns: number, rows: number): Window {
  const line = new FakeTerminal(columns, rows);
  const stdout = terminalOutput(line);
  const deck = appFixture(scene({ columns, rows }));
  const faults: string[] = [];
  watch(stdout, line, faults);
  stdout.on('size', () =>
    deck.dispatch({ type: 'terminal-resized', size: { columns: stdout.columns, rows: stdout.rows } }),
  );
  const app = render(appElement(deck), {
    stdin: keyInput(new Keyboard()) as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: false,
    maxFps: 1_000,
  });
  onTestFinished(() => {
    app.unmount();
    app.cleanup();
    line.screen.dispose();
  });
  return {
    line,
    faults,
    resize: (...size) => line.resize(...size),
    async settled() {
      await app.waitUntilRenderFlush();
      // React renders in a microtask or the next turn; the painter handles a resize in the next turn.
      for (let round = 0; round < 3; round += 1) await nextRound();
      await app.waitUntilRenderFlush();
      await line.screen.write('');
    },
  };
}

/** Checks each frame of Ink and each write of the painter. */
function watch(stdout: TerminalOutput, line: FakeTerminal, faults: string[]): void {
  const { write } = stdout;
  let lastLine = 0;
  stdout.write = ((data: string, ...rest: []) => {
    const ink = parseInkOutput(data, lastLine);
    const size = `${line.columns}x${line.rows}`;
    if (ink.kind === 'unknown') faults.push(`${size}: ${JSON.stringify(data.slice(0, 80))}`);
    if (ink.kind === 'frame') {
      lastLine = ink.lines.length - 1;
      const widest = Math.max(...ink.lines.map((text) => displayWidth(text)));
      if (ink.lines.length > line.rows || widest > line.columns) {
        faults.push(`${size}: a frame of ${widest}x${ink.lines.length}`);
      }
    }
    return write.call(stdout, data, ...rest);
  }) as typeof write;
  const { write: toTerminal } = line;
  line.write = (data, done) => {
    if (/\n|\x1b\[[23]J/.test(data)) faults.push(`to the terminal: ${JSON.stringify(data.slice(0, 80))}`);
    return toTerminal.call(line, data, done);
  };
}

const COLUMNS = [1, 2, 3, 7, 20, 39, 40, 41, 71, 72, 80, 120, 200, 500];
const ROWS = [1, 2, 3, 9, 10, 11, 24, 50, 200];
const scene = (name: string) => SCENES[name] ?? expect.fail(`There is no scene ${name}.`);

it.each(['many tasks', 'conversation', 'help', 'forty templates'])(
  'no frame of "%s" is larger than the screen, in any order of sizes',
  async (name) => {
    const window = open(scene(name), 80, 24);
    await window.settled();
    const before = window.line.screen.text();
    const next = seededRandom(71);
    const sizes = COLUMNS.flatMap((columns) => ROWS.map((rows) => [columns, rows] as const));
    for (let count = 0; count < 30; count += 1) {
      const [columns, rows] = sizes[next(sizes.length)] ?? [1, 1];
      // Several at once, like a dragged window.
      for (let more = next(3); more > 0; more -= 1) window.resize(1 + next(130), 1 + next(40));
      window.resize(columns, rows);
      await window.settled();
      expect(window.faults).toEqual([]);
    }
    window.resize(80, 24);
    await window.settled();
    expect(window.line.screen.text()).toBe(before);
  },
);
