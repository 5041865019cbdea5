import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

const SIZES = [
  [200, 50],
  [120, 40],
  [100, 30],
  [80, 24],
  [72, 10],
  [71, 12],
  [60, 20],
  [40, 10],
  [39, 9],
  [7, 3],
  [1, 1],
] as const;

describe.each(Object.entries(SCENES))('%s', (_, scene) => {
  it.each(SIZES)('fits %d x %d, with every border in its place', (columns, rows) => {
    const { rows: drawn } = renderApp(scene({ columns, rows }));
    const lines = drawn();
    expect(lines.length).toBeLessThanOrEqual(rows);
    const wrong = lines.filter((line) => {
      const width = displayWidth(line);
      // A row with a left border has a right one in the last column.
      return width > columns || (/^[┌│└]/u.test(line) && (width !== columns || !/[┐│┘]$/u.test(line)));
    });
    expect(wrong).toEqual([]);
  });
});

it('a screen that is large enough has all of its rows, from the header to the footer', () => {
  for (const [columns, rows] of SIZES.slice(0, 8)) {
    const lines = renderApp(SCENES['many tasks']?.({ columns, rows }) ?? expect.fail()).rows();
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toContain('300 tasks');
    expect(lines.at(-1)).toMatch(/\? help {2}q quit$/u);
  }
});
