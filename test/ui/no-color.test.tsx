import { describe, expect, it, vi } from 'vitest';

// Set before anything checks for colours: a terminal with all of them.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '3';
});

import { colored, plain } from '../view/themes.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

const COLOR = /\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/u;
const SIZE = { columns: 80, rows: 24 };

describe('without colours', () => {
  it.each(Object.entries(SCENES))('%s has none, from no component', (_, scene) => {
    const styled = renderApp(scene(SIZE), plain).styled().join('\n');
    expect(styled).not.toMatch(COLOR);
  });

  it('the selection is still marked', () => {
    for (const name of ['many tasks', 'three templates', 'outbox']) {
      const scene = SCENES[name] ?? expect.fail();
      expect(renderApp(scene(SIZE), plain).styled().join('\n'), name).toContain('\x1b[7m');
    }
  });
});

it('with colours there are some, of the terminal’s own sixteen', () => {
  const styled = renderApp((SCENES['many tasks'] ?? expect.fail())(SIZE), colored)
    .styled()
    .join('\n');
  expect(styled).toMatch(COLOR);
  expect(styled).not.toMatch(/\x1b\[(?:38|48);/u);
});
