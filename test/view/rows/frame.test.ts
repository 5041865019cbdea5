import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { firstThatFits, fitRow } from '../../../src/view/rows/fit.ts';
import { alignEnds, frame } from '../../../src/view/rows/frame.ts';
import { scrollIntoView } from '../../../src/view/rows/scroll-into-view.ts';
import { WORDS } from '../../ui/scenes.ts';
import { plain } from '../themes.ts';

const bare = (lines: readonly string[]): string[] => lines.map((line) => stripVTControlCharacters(line));
const options = { title: 'Title', focused: false, width: 16, height: 4 };

describe('a frame', () => {
  it('has the title above and the status below', () => {
    expect(bare(frame(['one', 'two'], { ...options, status: ['live'] }, plain))).toEqual([
      '┌ Title ───────┐',
      '│one           │',
      '│two           │',
      '└─────── live ─┘',
    ]);
  });

  it('cuts content in both directions', () => {
    expect(
      bare(frame(['123456789012345', 'a', 'b'], { ...options, title: 'A very long title' }, plain)),
    ).toEqual(['┌ A very lon… ─┐', '│1234567890123…│', '│a             │', '└──────────────┘']);
  });

  it('shows the longest status that fits', () => {
    const bottom = (...status: readonly string[]) => bare(frame([], { ...options, status }, plain)).at(-1);
    expect(bottom('stale 45s and more', 'stale 45s')).toBe('└── stale 45s ─┘');
    expect(bottom('stale 45s and more', 'stale 45s too')).toBe('└─ stale 45s… ─┘');
    expect(bottom('')).toBe('└──────────────┘');
  });

  it('keeps its corners with any content', () => {
    for (const words of WORDS) {
      for (const width of [6, 11, 40, 77]) {
        const lines = frame(
          [words.replace(/[\x00-\x1f]/gu, ' ')],
          { ...options, title: 'x', width, status: ['y'] },
          plain,
        );
        for (const line of lines) expect(displayWidth(line)).toBe(width);
      }
    }
  });
});

it('ends of a line: the left one gives way', () => {
  expect(alignEnds('left side', 'right', 20)).toBe('left side      right');
  expect(alignEnds('left side', 'right', 11)).toBe('left… right');
  expect(alignEnds('left side', 'right', 4)).toBe('rig…');
  expect(alignEnds('left side', '', 5)).toBe('left…');
});

it('the first that fits, or the last one cut', () => {
  expect(firstThatFits(['long words', 'short'], 7)).toBe('short');
  expect(firstThatFits(['long words', 'short'], 3)).toBe('sh…');
  expect(firstThatFits([], 3)).toBe('');
});

it('a row that was fitted before is fitted the same again, however many came in between', () => {
  const text = '\x1b[1m日本語 🚀\x1b[22m and more';
  const [narrow, wide] = [fitRow(text, 10), fitRow(text, 30)];
  for (let count = 0; count < 2_000; count++) fitRow(`row ${count}`, 10);
  expect(fitRow(text, 10)).toBe(narrow);
  expect(fitRow(text, 30)).toBe(wide);
  expect([narrow, wide].map(displayWidth)).toEqual([10, 30]);
});

it.each([
  // top, index, height, total, expected
  [0, 5, 10, 100, 0],
  [0, 10, 10, 100, 1],
  [50, 10, 10, 100, 10],
  [95, 99, 10, 100, 90],
  [40, -1, 10, 20, 10],
  [5, 0, 10, 3, 0],
] as const)(
  'a window at %d that must show %d in %d rows of %d begins at %d',
  (top, index, height, total, expected) => {
    expect(scrollIntoView(top, index, height, total)).toBe(expected);
  },
);
