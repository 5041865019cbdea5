import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { parseRow } from '../../src/terminal/cells.ts';
import { firstFrame } from '../../src/ui/first-frame.ts';
import { colored } from '../view/themes.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

const SIZES = [
  [120, 40],
  [71, 12],
  [39, 9],
  [7, 3],
] as const;

it.each(SIZES)('at %d x %d what stands before Ink is loaded is what Ink draws first', (columns, rows) => {
  const cells = (line: string) => parseRow(line, columns);
  let compared = 0;
  for (const [name, scene] of Object.entries(SCENES)) {
    const state = scene({ columns, rows });
    const first = firstFrame(state, colored);
    if (first === null) continue;
    expect(first).toHaveLength(rows);
    const drawn = renderApp(state, colored).styled();
    const differ = first.filter((line, y) => !isDeepStrictEqual(cells(line), cells(drawn[y] ?? '')));
    expect(differ, name).toEqual([]);
    compared++;
  }
  expect(compared).toBeGreaterThan(5);
});
