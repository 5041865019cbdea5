import { describe, expect, it } from 'vitest';
import { DEFAULT_PANES, type LayoutSetting, type PaneLayout } from '../../../src/domain/pane-layout.ts';
import {
  arrangementOf,
  geometry,
  isTiny,
  listTaskRows,
  maxNoticeRows,
  resizedShare,
  transcriptExtent,
} from '../../../src/view/layout/geometry.ts';

const share = (side: number, stacked: number): PaneLayout => ({
  ...DEFAULT_PANES,
  share: { side, stacked },
});
const LAYOUTS: readonly (readonly [LayoutSetting, PaneLayout])[] = [
  ['auto', DEFAULT_PANES],
  ['side', share(0.01, 0.01)],
  ['side', share(0.99, 0.99)],
  ['stacked', DEFAULT_PANES],
  ['stacked', share(0.01, 0.01)],
  ['stacked', share(0.99, 0.99)],
  ['side', { ...DEFAULT_PANES, arrangement: { small: 'stacked', large: 'stacked' } }],
  ['stacked', { ...DEFAULT_PANES, alone: 'list' }],
];

/** All sizes from 1x1 to a very large one, with the heights of prompt and notices that are possible. */
function* everything() {
  for (let columns = 1; columns <= 250; columns++) {
    for (let rows = 1; rows <= 80; rows++) {
      const size = { columns, rows };
      for (const [layout, panes] of LAYOUTS) {
        for (const pane of ['list', 'transcript'] as const) {
          for (const promptRows of [1, 100]) {
            for (const noticeRows of [0, maxNoticeRows(size)]) {
              const shape = geometry(size, pane, promptRows, noticeRows, panes, layout);
              yield { size, pane, layout, noticeRows, shape };
            }
          }
        }
      }
    }
  }
}

it('the parts add up to exactly the size of the terminal, at any size and for any panes', () => {
  const faults: string[] = [];
  for (const { size, pane, layout, noticeRows, shape } of everything()) {
    const fault = (what: string): void => {
      if (faults.length < 5)
        faults.push(`${size.columns}x${size.rows} ${layout} ${pane} ${noticeRows}: ${what}`);
    };
    if (shape.kind === 'tiny') {
      if (!isTiny(size)) fault('tiny');
      continue;
    }
    const { kind, body, list, detail, prompt, notice } = shape;
    if (1 + body.height + notice + prompt.height + 1 !== size.rows) fault('rows');
    if (body.width !== size.columns) fault('body');
    const parts = [list, detail].filter((part) => part !== null);
    if (parts.length !== (kind === 'narrow' ? 1 : 2)) fault('panes');
    const sum = (of: (part: (typeof parts)[number]) => number) =>
      parts.reduce((total, part) => total + of(part), 0);
    const isStacked = kind === 'stacked';
    if (
      isStacked
        ? parts.some(({ width }) => width !== size.columns)
        : sum(({ width }) => width) !== size.columns
    )
      fault('columns');
    if (
      isStacked
        ? sum(({ height }) => height) !== body.height
        : parts.some(({ height }) => height !== body.height)
    )
      fault('height of a pane');
    for (const part of parts) {
      // A frame with at least one row inside.
      if (part.height < 3 || listTaskRows(part) !== part.height - 2) fault('no room in a pane');
      const inside = transcriptExtent(part);
      if (inside.width < 1 || inside.width >= part.width || inside.height < 0) fault('inside');
    }
    if (prompt.height < 1 || prompt.width < 1 || prompt.width >= size.columns) fault('prompt');
    if (notice !== noticeRows) fault('notice');
  }
  expect(faults).toEqual([]);
});

describe('the kind of screen', () => {
  const kind = (columns: number, rows: number, layout: LayoutSetting = 'auto') =>
    geometry({ columns, rows }, 'list', 1, 0, DEFAULT_PANES, layout).kind;

  it.each([
    [39, 24, 'tiny'],
    [80, 9, 'tiny'],
    [1, 1, 'tiny'],
    [40, 10, 'narrow'],
    [71, 29, 'narrow'],
    [71, 30, 'stacked'],
    [72, 10, 'wide'],
    [72, 39, 'wide'],
    [80, 24, 'wide'],
    [99, 40, 'stacked'],
    [100, 40, 'wide'],
    [250, 80, 'wide'],
  ] as const)('%d x %d is %s', (columns, rows, expected) => {
    expect(kind(columns, rows)).toBe(expected);
  });

  it('follows the setting where there is room', () => {
    expect(kind(80, 24, 'stacked')).toBe('stacked');
    expect(kind(60, 20, 'stacked')).toBe('stacked');
    expect(kind(200, 50, 'stacked')).toBe('stacked');
    expect(kind(80, 17, 'stacked')).toBe('wide');
    expect(kind(60, 17, 'stacked')).toBe('narrow');
    expect(kind(80, 50, 'side')).toBe('wide');
    expect(kind(60, 50, 'side')).toBe('narrow');
  });

  it('follows the choice of the user before the setting', () => {
    const size = { columns: 80, rows: 24 };
    expect(arrangementOf(size, { arrangement: { small: 'stacked', large: null } }, 'side')).toBe('stacked');
    expect(
      arrangementOf({ columns: 80, rows: 50 }, { arrangement: { small: 'side', large: null } }, 'auto'),
    ).toBe('side');
  });

  it('a narrow one shows the given pane, a wide one both', () => {
    const narrow = { columns: 60, rows: 24 };
    expect(geometry(narrow, 'list', 1, 0)).toMatchObject({ list: { width: 60 }, detail: null });
    expect(geometry(narrow, 'transcript', 1, 0)).toMatchObject({ list: null, detail: { width: 60 } });
    const wide = geometry({ columns: 120, rows: 40 }, 'transcript', 1, 0);
    expect(wide).toMatchObject({ list: { width: 46, height: 37 }, detail: { width: 74, height: 37 } });
  });
});

describe('the split', () => {
  it('gives the list more than 64 columns on a very wide screen', () => {
    expect(geometry({ columns: 200, rows: 50 }, 'list', 1, 0)).toMatchObject({ list: { width: 76 } });
  });

  it('grows by exactly a step, up to the least size of the task', () => {
    const size = { columns: 100, rows: 24 };
    let side: number | null = null;
    const widths: number[] = [];
    for (;;) {
      const next = resizedShare(size, 'side', side, 4);
      if (next === null) break;
      side = next;
      const shape = geometry(size, 'list', 1, 0, { ...DEFAULT_PANES, share: { side, stacked: null } });
      widths.push(shape.kind === 'wide' ? (shape.list?.width ?? 0) : 0);
    }
    expect(widths).toEqual([42, 46, 50, 54, 58, 62, 66]);
    expect(resizedShare(size, 'side', side, -4)).toBeCloseTo(0.62);
  });

  it('keeps the list in its place while the prompt and notices take rows of the task below', () => {
    const size = { columns: 80, rows: 24 };
    const rows = (promptRows: number, noticeRows: number) => {
      const shape = geometry(size, 'list', promptRows, noticeRows, DEFAULT_PANES, 'stacked');
      return shape.kind === 'stacked' ? [shape.list?.height, shape.detail?.height] : [];
    };
    expect(rows(1, 0)).toEqual([8, 13]);
    expect(rows(4, 1)).toEqual([8, 9]);
    expect(rows(8, 4)).toEqual([3, 7]);
  });
});

it('the prompt grows with its text, up to a third of the screen', () => {
  const size = { columns: 80, rows: 24 };
  const promptOf = (rows: number) => {
    const shape = geometry(size, 'list', rows, 0);
    return shape.kind === 'tiny' ? null : shape.prompt;
  };
  expect(promptOf(1)).toEqual({ width: 76, height: 1 });
  expect(promptOf(5)?.height).toBe(5);
  expect(promptOf(50)?.height).toBe(8);
});
