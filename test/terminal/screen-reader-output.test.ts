import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ScreenReaderOptions, ScreenReaderOutput } from '../../src/terminal/screen-reader-output.ts';
import { TerminalEmulator } from '../support/emulator.ts';

/** Output on a terminal, with every write. */
function onTerminal(options: ScreenReaderOptions = {}, size = { cols: 40, rows: 12 }) {
  const screen = new TerminalEmulator(size);
  onTestFinished(() => screen.dispose());
  const written: string[] = [];
  let last: Promise<void> = Promise.resolve();
  const target = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: size.cols,
    rows: size.rows,
    write(data: string, done?: () => void) {
      if (data !== '') written.push(data);
      last = screen.write(data).then(() => done?.());
      return true;
    },
  });
  const output = new ScreenReaderOutput(target, options);
  return {
    output,
    target,
    screen,
    /** The writes since the last call. */
    taken: () => written.splice(0).join(''),
    text: async () => {
      await last;
      return screen.text().trimEnd();
    },
  };
}

const typed = (text: string, cursor = text.length) => ({ label: 'message>', text, cursor });

describe('announced lines', () => {
  it('appear below each other, wrapped between words, and are never rewritten', async () => {
    const { output, text, taken } = onTerminal();
    output.announce(['Fix login: idle.', 'A sentence that is longer than the terminal is wide.']);
    output.announce(['Next.']);
    expect(await text()).toBe(
      'Fix login: idle.\nA sentence that is longer than the\nterminal is wide.\nNext.',
    );
    expect(taken()).not.toMatch(/\x1b/u);
  });

  it('are sanitised', async () => {
    const { output, text } = onTerminal();
    output.announce(['a\x1b[2Jb\x1b]0;title\x07c']);
    expect(await text()).toBe('abc');
  });

  it('appear above the input line, which keeps the cursor', async () => {
    const { output, screen, text } = onTerminal();
    output.announce(['One.']);
    output.showInput(typed('yes please', 3));
    output.announce(['Two.']);
    expect(await text()).toBe('One.\nTwo.\nmessage> yes please');
    expect(screen.cursor()).toEqual({ x: 'message> yes'.length, y: 2, visible: true });
  });
});

describe('the input line', () => {
  it('sends one character for a typed one, and deletes it', async () => {
    const { output, text, taken } = onTerminal();
    output.showInput(typed(''));
    taken();
    output.showInput(typed('y'));
    expect(taken()).toBe('y');
    output.showInput(typed('y修'));
    expect(taken()).toBe('修');
    output.showInput(typed('y'));
    expect(taken()).toBe('\b\b  \b\b');
    output.showInput(typed('y', 0));
    expect(taken()).toBe('\x1b[1D');
    expect(await text()).toBe('message> y');
  });

  it('can be edited in the middle, wraps, and stays when it is closed', async () => {
    const { output, screen, text } = onTerminal();
    const long = 'words that go on and on until they do not fit';
    output.showInput(typed(long));
    output.showInput(typed(`more ${long}`, 5));
    expect(await text()).toBe('message> more words that go on and on\nuntil they do not fit');
    expect(screen.cursor()).toMatchObject({ x: 'message> more '.length, y: 0 });
    output.showInput(typed('two\nlines', 3));
    expect(await text()).toBe('message> two\nlines');
    output.showInput(null);
    output.announce(['Sent.']);
    expect(await text()).toBe('message> two\nlines\nSent.');
  });

  it('is written again below after a resize', async () => {
    const { output, target, text } = onTerminal();
    output.showInput(typed('yes'));
    target.emit('resize');
    expect(await text()).toBe('message> yes\nmessage> yes');
  });
});

it('a dumb terminal gets no sequences', async () => {
  const { output, text, taken } = onTerminal({ dumb: true });
  output.write('\x1b[?1004h');
  output.send('\x1b]2;title\x1b\\');
  output.announce(['One.']);
  output.showInput(typed('yes'));
  output.showInput(typed('yes', 1));
  output.showInput(typed('y es', 2));
  output.announce(['Two.']);
  output.send('\x07');
  expect(output.close()).toBe('\r\n');
  expect(taken()).not.toMatch(/\x1b/u);
  expect(await text()).toContain('Two.\nmessage> y es');
});

it('lines wait while another program has the terminal', async () => {
  const { output, text, taken } = onTerminal();
  output.announce(['One.']);
  output.pause();
  taken();
  output.announce(['Two.']);
  output.showInput(typed('yes'));
  expect(taken()).toBe('');
  output.resume();
  output.announce(['Three.']);
  expect(await text()).toContain('Two.\nThree.\nmessage> yes');
});

it('Ink’s frames are dropped; modes and callbacks are not', async () => {
  const { output, taken } = onTerminal();
  await new Promise<void>((resolve) => void output.write('┌ a frame ┐\n└─┘', resolve));
  output.write('\x1b[?2026h');
  expect(taken()).toBe('');
  output.write('\x1b[?2004h');
  expect(taken()).toBe('\x1b[?2004h');
  expect(output.close()).toBe('\x1b[?2004l');
});
