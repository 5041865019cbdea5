import { describe, expect, it } from 'vitest';
import {
  geometry,
  isTiny,
  listTaskRows,
  maxNoticeRows,
  maxPromptRows,
  transcriptExtent,
} from '../../../src/view/layout/geometry.ts';

/** All sizes up to a very large one, with all allowed heights of prompt and notices. */
function* everything() {
  for (let columns = 1; columns <= 250; columns++) {
    for (let rows = 1; rows <= 80; rows++) {
      const size = { columns, rows };
      for (const pane of ['list', 'transcript'] as const) {
        for (const promptRows of [1, 2, maxPromptRows(size), 100]) {
          for (const noticeRows of new Set([0, maxNoticeRows(size)])) {
            yield { size, pane, noticeRows, shape: geometry(size, pane, promptRows, noticeRows) };
          }
        }
      }
    }
  }
}

it('the parts add up to exactly the size of the terminal, at any size', () => {
  const faults: string[] = [];
  for (const { size, pane, noticeRows, shape } of everything()) {
    const name = `${size.columns}x${size.rows} ${pane} ${noticeRows}`;
    if (shape.kind === 'tiny') {
      if (!isTiny(size)) faults.push(`${name}: tiny`);
      continue;
    }
    const { body, list, detail, prompt, notice } = shape;
    if (1 + body.height + notice + prompt.height + 1 !== size.rows) faults.push(`${name}: rows`);
    if (body.width !== size.columns) faults.push(`${name}: body`);
    if ((list?.width ?? 0) + (detail?.width ?? 0) !== size.columns) faults.push(`${name}: columns`);
    for (const part of [list, detail]) {
      if (part === null) continue;
      if (part.height !== body.height) faults.push(`${name}: height of a pane`);
      // A frame with at least one row inside.
      if (part.height < 3 || listTaskRows(part) !== part.height - 2)
        faults.push(`${name}: no room in a pane`);
      const inside = transcriptExtent(part);
      if (inside.width < 1 || inside.width >= part.width || inside.height < 0) faults.push(`${name}: inside`);
    }
    if (prompt.height < 1 || prompt.width < 1 || prompt.width >= size.columns) faults.push(`${name}: prompt`);
    if (notice !== noticeRows) faults.push(`${name}: notice`);
  }
  expect(faults.slice(0, 5)).toEqual([]);
});

describe('the kind of screen', () => {
  const kind = (columns: number, rows: number) => geometry({ columns, rows }, 'list', 1, 0).kind;

  it.each([
    [39, 24, 'tiny'],
    [80, 9, 'tiny'],
    [1, 1, 'tiny'],
    [40, 10, 'narrow'],
    [71, 24, 'narrow'],
    [72, 10, 'wide'],
    [250, 80, 'wide'],
  ] as const)('%d x %d is %s', (columns, rows, expected) => {
    expect(kind(columns, rows)).toBe(expected);
  });

  it('a narrow one shows the given pane, a wide one both', () => {
    const narrow = { columns: 60, rows: 24 };
    expect(geometry(narrow, 'list', 1, 0)).toMatchObject({ list: { width: 60 }, detail: null });
    expect(geometry(narrow, 'transcript', 1, 0)).toMatchObject({ list: null, detail: { width: 60 } });
    const wide = geometry({ columns: 120, rows: 40 }, 'transcript', 1, 0);
    expect(wide).toMatchObject({ list: { width: 46, height: 37 }, detail: { width: 74, height: 37 } });
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
