import { describe, expect, it } from 'vitest';
// Ink's own writer, which the painter receives.
import logUpdate from '../../node_modules/ink/build/log-update.js';
import { isStatusReply, STATUS_QUERY } from '../../src/terminal/output-flow-control.ts';
import { Painter } from '../../src/terminal/painter.ts';
import { TerminalEmulator } from '../support/emulator.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { Clustering } from '../support/unicode.ts';
import { FakeTerminal, visibleCells } from './fake-terminal.ts';

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';

type Log = ReturnType<typeof logUpdate.create>;
interface Side {
  readonly line: FakeTerminal;
  readonly stream: { write(data: string, done?: () => void): unknown };
  readonly log: Log;
}

/** Ink's writer on a terminal, with or without the painter. */
function side(columns: number, rows: number, painted: boolean, clustering?: Clustering): Side {
  const line = new FakeTerminal(columns, rows, clustering);
  const stream = painted ? new Painter(line) : line;
  stream.write(ENTER);
  return { line, stream, log: logUpdate.create(stream as unknown as NodeJS.WriteStream) };
}

/** One frame, written as Ink writes it. */
async function draw({ log, stream }: Side, frame: string, cursor?: { x: number; y: number }): Promise<void> {
  log.setCursorPosition(cursor);
  if (log.willRender(frame)) stream.write('\x1b[?2026h');
  log(frame);
  await new Promise<void>((resolve) => void stream.write('\x1b[?2026l', resolve));
}

function same(a: Side, b: Side, what: string): void {
  expect(visibleCells(b.line.screen), what).toEqual(visibleCells(a.line.screen));
  const [one, other] = [a.line.screen.cursor(), b.line.screen.cursor()];
  expect(other.visible, what).toBe(one.visible);
  if (one.visible) expect(other, what).toEqual(one);
}

const STYLES = [
  ['', ''],
  ['\x1b[1m', '\x1b[22m'],
  ['\x1b[2m', '\x1b[22m'],
  ['\x1b[31m', '\x1b[39m'],
  ['\x1b[38;5;208m', '\x1b[39m'],
  ['\x1b[38;2;10;20;30m', '\x1b[39m'],
  ['\x1b[44m', '\x1b[49m'],
  ['\x1b[48;2;1;2;3m', '\x1b[49m'],
  ['\x1b[7m', '\x1b[27m'],
  ['\x1b[1m\x1b[4m\x1b[36m', '\x1b[39m\x1b[24m\x1b[22m'],
  ['\x1b[3;9m', '\x1b[0m'],
  ['\x1b[1m\x1b[2m', '\x1b[22m'],
] as const;
const PIECES: readonly (readonly [string, number])[] = [
  ['a', 1],
  ['hello', 5],
  [' ', 1],
  ['      ', 6],
  ['│', 1],
  ['──', 2],
  ['日', 2],
  ['本語', 4],
  ['한국', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['😀', 2],
  ['👍🏽', 2],
  ['👨‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['❤️', 2],
  ['…', 1],
];

function randomLine(next: (below: number) => number, columns: number): string {
  let line = '';
  let width = 0;
  const target = next(4) === 0 ? columns : next(columns + 1);
  for (;;) {
    const [text, columnsOfText] = PIECES[next(PIECES.length)] ?? ['', 0];
    if (width + columnsOfText > target) return line.trimEnd();
    const [on, off] = STYLES[next(3) === 0 ? next(STYLES.length) : 0] ?? ['', ''];
    line += on + text + off;
    width += columnsOfText;
  }
}

describe('the screen', () => {
  it.each([1, 2, 3, 4, 5, 6])('equals that of Ink alone, through random frames (%i)', async (seed) => {
    const next = seededRandom(seed);
    const [columns, rows] = [20 + next(40), 5 + next(10)];
    const ink = side(columns, rows, false);
    const ours = side(columns, rows, true);
    const lines = Array.from({ length: rows }, () => randomLine(next, columns));
    for (let round = 0; round < 40; round++) {
      for (let changes = next(rows); changes >= 0; changes--) lines[next(rows)] = randomLine(next, columns);
      const cursor = next(3) === 0 ? undefined : { x: next(columns), y: next(rows) };
      await draw(ink, lines.join('\n'), cursor);
      await draw(ours, lines.join('\n'), cursor);
      same(ink, ours, `seed ${seed}, round ${round}`);
    }
    expect(ours.line.bytes).toBeLessThan(ink.line.bytes);
  });

  it.each([7, 8, 9])('equals it after resizes too (%i)', async (seed) => {
    const next = seededRandom(seed);
    const ours = side(30, 8, true);
    for (let round = 0; round < 20; round++) {
      const [columns, rows] = [10 + next(40), 3 + next(10)];
      const frame = Array.from({ length: rows }, () => randomLine(next, columns)).join('\n');
      ours.line.resize(columns, rows);
      ours.log.clear();
      await draw(ours, frame, { x: next(columns), y: next(rows) });
      const ink = side(columns, rows, false);
      await draw(ink, frame, ours.log.getCursorPosition());
      same(ink, ours, `seed ${seed}, round ${round}`);
    }
  });

  it('is drawn again after a resize, even without a new frame of Ink', async () => {
    const ours = side(20, 3, true);
    await draw(ours, 'one\ntwo\nthree');
    await ours.line.screen.write('\x1b[2J');
    ours.line.resize(20, 3);
    await expect.poll(() => ours.line.screen.text()).toBe('one\ntwo\nthree');
  });

  it('is drawn again once for a SIGWINCH, with or without a resize event', async () => {
    const line = new FakeTerminal(20, 3);
    const painter = new Painter(line);
    painter.write(ENTER);
    painter.write('one\ntwo\nthree');
    const settled = () => new Promise<void>((resolve) => setImmediate(() => void painter.write('', resolve)));
    await settled();
    line.take();
    line.emit('resize');
    painter.windowChanged();
    await settled();
    const whole = line.take();
    expect(whole.match(/three/g)).toHaveLength(1);
    painter.windowChanged();
    await settled();
    expect(line.take()).toBe(whole);
  });

  it('is complete after a suspension', async () => {
    const ours = side(20, 3, true);
    await draw(ours, 'one\ntwo\nthree', { x: 1, y: 1 });
    // As Ink's suspendTerminal does it.
    ours.log.clear();
    ours.log.done();
    ours.stream.write(LEAVE);
    await new Promise<void>((resolve) => void ours.stream.write('the shell\n', resolve));
    expect(ours.line.screen.text()).toMatch(/^the shell/);
    expect(ours.line.screen.modes()).toMatchObject({ alternateScreen: false, cursorVisible: true });
    ours.stream.write(ENTER);
    ours.log.reset();
    await draw(ours, 'one\ntwo\nthree', { x: 1, y: 1 });
    expect(ours.line.screen.text()).toBe('one\ntwo\nthree');
    expect(ours.line.screen.cursor()).toEqual({ x: 1, y: 1, visible: true });
  });

  it('never grows beyond the screen', async () => {
    const ours = side(10, 3, true);
    await draw(ours, `${'0123456789'.repeat(3)}\n12345678日本\nthree\nfour\nfive`);
    expect(ours.line.screen.text()).toBe('0123456789\n12345678日\nthree');
    expect(ours.line.screen.history()).not.toContain('five');
    ours.line.take();
    await draw(ours, `123456789日\n12345678日本\nthree\nfour\nsix`);
    expect(ours.line.screen.text()).toBe('123456789\n12345678日\nthree');
  });

  it('has the right columns on a terminal without graphemes', async () => {
    const next = seededRandom(21);
    const [columns, rows] = [60, 6];
    const modern = side(columns, rows, true, 'graphemes');
    const legacy = side(columns, rows, true, 'codepoints');
    for (let round = 0; round < 60; round++) {
      const frame = Array.from({ length: rows }, () => randomLine(next, columns)).join('\n');
      await draw(modern, frame);
      await draw(legacy, frame);
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const cell = modern.line.screen.cell(x, y);
          if (!/^[a-z│─日本語한국é…]$/.test(cell.text)) continue;
          expect(legacy.line.screen.cell(x, y), `round ${round}, ${x}, ${y}`).toEqual(cell);
        }
      }
    }
  });

  it('includes hyperlinks, and ends them', async () => {
    const ours = side(30, 2, true);
    await draw(ours, 'see \x1b]8;;https://a.example\x07here\x1b]8;;\x07 now\nx');
    expect(ours.line.take()).toContain('\x1b]8;;https://a.example\x1b\\here\x1b]8;;\x1b\\ now');
    await draw(ours, 'see \x1b]8;;https://b.example\x07here\x1b]8;;\x07 now\nx');
    expect(ours.line.take()).toContain('\x1b]8;;https://b.example\x1b\\here\x1b]8;;\x1b\\');
  });
});

describe('the output', () => {
  const frame = (row: string) =>
    Array.from({ length: 24 }, (_, y) => (y === 12 ? row : `row ${y}`)).join('\n');

  it('is at most twenty bytes for one character', async () => {
    const ours = side(80, 24, true);
    await draw(ours, frame('some text here'), { x: 3, y: 20 });
    for (const text of ['some tent here', '\x1b[31msome\x1b[39m tent here'.replace('some', 'somE'), 'x']) {
      ours.line.take();
      await draw(ours, frame(text), { x: 3, y: 20 });
    }
    ours.line.take();
    await draw(ours, frame('y'), { x: 3, y: 20 });
    expect(Buffer.byteLength(ours.line.take())).toBeLessThanOrEqual(20);
  });

  it('is only the character that is typed at the cursor', async () => {
    const ours = side(80, 24, true);
    await draw(ours, frame('> hell'), { x: 6, y: 12 });
    ours.line.take();
    await draw(ours, frame('> hello'), { x: 7, y: 12 });
    expect(ours.line.take()).toBe('o');
    await draw(ours, frame('> hell'), { x: 6, y: 12 });
    expect(ours.line.take()).toBe('\b \b');
  });

  it('is empty without a change', async () => {
    const ours = side(80, 24, true);
    await draw(ours, frame('same'));
    ours.line.take();
    await draw(ours, `${frame('same')}\x1b[0m`);
    expect(ours.line.take()).toBe('');
  });

  it('is only the cursor movement if only the cursor moves', async () => {
    const ours = side(80, 24, true);
    await draw(ours, frame('same'), { x: 4, y: 12 });
    ours.line.take();
    await draw(ours, frame('same'), { x: 2, y: 12 });
    expect(ours.line.take()).toBe('\b\b');
    await draw(ours, frame('same'));
    expect(ours.line.take()).toBe('\x1b[?25l');
    await draw(ours, frame('same'), { x: 2, y: 5 });
    expect(ours.line.take()).toBe('\x1b[7A\x1b[?25h');
    expect(ours.line.screen.cursor()).toEqual({ x: 2, y: 5, visible: true });
  });

  it('is a synchronised update with a hidden cursor if it is long', async () => {
    const ours = side(80, 24, true);
    await draw(ours, frame('x'), { x: 0, y: 0 });
    ours.line.take();
    await draw(ours, Array(24).fill('y'.repeat(70)).join('\n'), { x: 0, y: 0 });
    expect(ours.line.writes).toHaveLength(1);
    expect(ours.line.take()).toMatch(
      /^\x1b\[\?2026h\x1b\[\?25l[\s\S]*\x1b\[\?25h\x1b\[\?2026l(?:\x1b\[5n)?$/,
    );
  });

  it('shows only old or new cells at every point of the output', async () => {
    const next = seededRandom(31);
    const [columns, rows] = [24, 4];
    const words = [
      'a',
      'bc',
      ' ',
      '   ',
      '│',
      '\x1b[31mred\x1b[39m',
      '\x1b[7minv\x1b[27m',
      '\x1b[44m  \x1b[49m',
    ];
    const line = (): string => {
      let text = '';
      for (let n = next(8); n > 0; n--) text += words[next(words.length)];
      return text;
    };
    for (let round = 0; round < 12; round++) {
      const ours = side(columns, rows, true);
      await draw(ours, Array.from({ length: rows }, line).join('\n'));
      const replay = new TerminalEmulator({ cols: columns, rows });
      await replay.write(ours.line.take());
      const cellsOf = (rows: readonly string[]) => rows.map((row) => row.split('|'));
      const old = cellsOf(replay.cells());
      await draw(ours, Array.from({ length: rows }, line).join('\n'));
      const update = ours.line.take();
      const wanted = cellsOf(ours.line.screen.cells());
      for (const part of update.match(/\x1b\[[\d;?]*[a-zA-Z]|[\s\S]/gu) ?? []) {
        await replay.write(part);
        cellsOf(replay.cells()).forEach((row, y) => {
          row.forEach((cell, x) => {
            const possible = [old[y]?.[x], wanted[y]?.[x]];
            // A call of expect() for each cell takes most of the time.
            if (!possible.includes(cell)) expect(possible, update).toContain(cell);
          });
        });
      }
      expect(cellsOf(replay.cells())).toEqual(wanted);
    }
  });

  it('passes modes and queries on, and redraws after unknown output', async () => {
    const ours = side(20, 2, true);
    await draw(ours, 'one\ntwo');
    ours.line.take();
    for (const modes of ['\x1b[?2004h', '\x1b[?u', '\x1b[>1u', '\x1b[?1004h']) {
      ours.stream.write(modes);
      expect(ours.line.take()).toBe(modes);
    }
    ours.stream.write('\x1b[5;5Hfrom elsewhere');
    expect(ours.line.take()).toBe('\x1b[5;5Hfrom elsewhere');
    await draw(ours, 'one\ntwi');
    expect(ours.line.screen.text()).toBe('one\ntwi');
  });

  it('is unchanged outside of the alternate screen', () => {
    const line = new FakeTerminal(20, 5);
    const painter = new Painter(line);
    painter.write('\x1b[2K\x1b[1A\x1b[2K\x1b[Ghello\n');
    expect(line.take()).toBe('\x1b[2K\x1b[1A\x1b[2K\x1b[Ghello\n');
  });
});

describe('a slow terminal', () => {
  it('gets only the newest frame when it is ready', async () => {
    const ours = side(20, 2, true);
    await draw(ours, 'start\n-');
    ours.line.take();
    ours.line.stuck = true;
    const painted: number[] = [];
    for (let n = 0; n < 50; n++) {
      ours.log(`frame ${n}\n-`);
      ours.stream.write('', () => painted.push(n));
    }
    expect(ours.line.writes).toHaveLength(1);
    await ours.line.screen.write('');
    expect(painted).toEqual([]);
    ours.line.release();
    await expect.poll(() => painted.length).toBe(50);
    expect(ours.line.writes).toHaveLength(2);
    expect(ours.line.screen.text()).toBe('frame 49\n-');
  });

  it('gets no old frame after the alternate screen was left', async () => {
    const ours = side(20, 2, true);
    await draw(ours, 'start\n-');
    ours.line.stuck = true;
    ours.log('one\n-');
    ours.log('two\n-');
    ours.log.done();
    ours.stream.write(LEAVE);
    ours.line.take();
    ours.line.release();
    await ours.line.screen.write('');
    expect(ours.line.take()).toBe('');
  });
});

describe('closing', () => {
  it('returns the sequence that restores the terminal, then stops writing', async () => {
    const line = new FakeTerminal(20, 5);
    const painter = new Painter(line);
    painter.write(ENTER);
    painter.write('\x1b[?25l');
    painter.write('\x1b[?2004h');
    painter.write('\x1b[>1u');
    line.take();
    expect(painter.close()).toBe('\x1b[<1u\x1b[?25h\x1b[?2004l\x1b[9999H\r\n\x1b[?1049l');
    expect(painter.close()).toBe('');
    await new Promise<void>((resolve) => {
      painter.write('a last frame', resolve);
    });
    painter.repaint();
    expect(line.take()).toBe('');
    expect(painter.writable).toBe(false);
  });

  it('pops the keyboard flags on the screen that they were pushed on', () => {
    const line = new FakeTerminal(20, 5);
    const painter = new Painter(line);
    painter.write('\x1b[>1u');
    painter.write(ENTER);
    painter.write('\x1b[>5u');
    expect(painter.close()).toBe('\x1b[<1u\x1b[9999H\r\n\x1b[?1049l\x1b[<1u');
  });
});

describe('the keyboard flags', () => {
  it.each([
    ['\x1b[?1049h', '\x1b[?1049l'],
    ['\x1b[?1047h', '\x1b[?1047l'],
    ['\x1b[?47h', '\x1b[?47l'],
  ])('are popped on the screen that %j showed, before %j', (enter, leave) => {
    const line = new FakeTerminal(20, 5);
    const painter = new Painter(line);
    painter.write(enter);
    painter.write('\x1b[>5u');
    line.take();
    painter.write(`\x1b[?25h${leave}`);
    expect(line.take()).toBe(`\x1b[?25h\x1b[<1u\x1b[9999H\r\n${leave}`);
    expect(painter.close()).toBe('');
  });

  it('are popped before they are pushed again after a stop', () => {
    const line = new FakeTerminal(20, 5);
    const painter = new Painter(line);
    painter.write(ENTER);
    painter.write('\x1b[>5u');
    line.take();
    painter.restoreAfterStop();
    expect(line.take()).toContain('\x1b[<1u\x1b[>5u');
    expect(painter.close()).toBe('\x1b[<1u\x1b[9999H\r\n\x1b[?1049l');
  });
});

describe('a terminal far away', () => {
  /** A terminal that replies only on demand. */
  async function away() {
    const line = new FakeTerminal(60, 20);
    const painter = new Painter(line);
    let answers = 0;
    line.screen.onReply = (reply) => {
      if (isStatusReply(reply)) answers++;
    };
    painter.write(ENTER);
    const frame = (letter: string): string => `${letter.repeat(59)}\n`.repeat(19) + letter;
    const settled = () => new Promise<void>((resolve) => void painter.write('', resolve));
    const draw = async (letter: string): Promise<void> => {
      painter.write(`\x1b[2K\x1b[G${frame(letter)}`);
      await settled();
    };
    const reply = async (): Promise<void> => {
      await expect.poll(() => answers).toBeGreaterThan(0);
      answers--;
      painter.statusReplied();
      await settled();
    };
    await draw('a');
    await draw('b');
    await reply();
    return { line, painter, draw, reply, first: () => line.screen.text()[0] };
  }

  it('gets only the newest frame after it has read the last one', async () => {
    const { line, draw, reply, first } = await away();
    await draw('c');
    await draw('d');
    line.take();
    for (const letter of 'efgh') await draw(letter);
    expect(line.take()).toBe('');
    await reply();
    expect(line.take()).toContain('hhhh');
    expect(first()).toBe('h');
  });

  it('is queried only together with a frame', async () => {
    const { line, painter, draw, reply } = await away();
    await draw('c');
    line.take();
    await reply();
    painter.write('\x1b[?2026h');
    painter.write('\x1b[?2026l');
    expect(line.take()).toBe('');
  });

  it('is redrawn at once on request', async () => {
    const { line, painter, draw } = await away();
    for (const letter of 'cdef') await draw(letter);
    line.take();
    painter.repaint();
    expect(line.take()).toContain('ffff');
  });

  it('is left after its reply or the timeout', async () => {
    const { line, painter, draw, reply } = await away();
    await painter.stopQueries(60_000);
    line.take();
    for (const letter of 'cdef') await draw(letter);
    expect(line.take()).not.toContain(STATUS_QUERY);
    painter.write(LEAVE);
    painter.write(ENTER);
    await draw('g');
    expect(painter.hasOpenQuery).toBe(true);
    let left = false;
    const leaving = painter.stopQueries(60_000).then(() => {
      left = true;
    });
    await Promise.resolve();
    expect(left).toBe(false);
    await reply();
    await leaving;
    painter.write(LEAVE);
    painter.write(ENTER);
    await draw('h');
    await painter.stopQueries(1);
  });
});

it('the first frame without Ink is not drawn again by Ink, and the screen is left once', async () => {
  const line = new FakeTerminal(20, 3);
  const painter = new Painter(line);
  painter.showFirstFrame(['one', 'two', '']);
  expect(line.take()).toContain('one');
  const ink: Side = {
    line,
    stream: painter,
    log: logUpdate.create(painter as unknown as NodeJS.WriteStream),
  };
  painter.write(ENTER);
  await draw(ink, 'one\ntwo\n');
  expect(line.take()).not.toMatch(/one|two|1049/);
  await draw(ink, 'one\nthree\n');
  expect(line.screen.text()).toMatch(/^one\nthree/);
  expect(painter.close().match(/1049l/g)).toHaveLength(1);
});
