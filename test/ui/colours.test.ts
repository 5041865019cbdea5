import { describe, expect, it } from 'vitest';
import { PHASES } from '../../src/domain/phase.ts';
import { parseRow } from '../../src/terminal/cells.ts';
import { createTheme } from '../../src/ui/theme.ts';
import type { Style } from '../../src/view/theme.ts';
import { colored, plain } from '../view/themes.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

/** Red, green, yellow, magenta, cyan: blue is lost on black, yellow and all bright ones on white; black and white on one of both. */
const READABLE = ['', '31', '32', '33', '35', '36'];
const SIZE = { columns: 120, rows: 40 };
/** The slots of `parseRow`: bold, dim to overline, colours. */
const [BOLD, FOREGROUND, BACKGROUND] = [0, 9, 10] as const;

function slotsOf(text: string): readonly (readonly string[])[] {
  const { texts, styles } = parseRow(text, 400);
  return styles.filter((_, column) => texts[column] !== ' ').map(({ slots }) => slots);
}

/** Every style of a theme by name. */
function stylesOf(theme: ReturnType<typeof createTheme>): readonly (readonly [string, Style])[] {
  const { phase, text, glyphs: _, link: __, ...rest } = theme;
  return [
    ...Object.entries(rest),
    ...Object.entries(text),
    ...PHASES.map((name) => [name, phase(name)] as const),
  ];
}

describe('on a light background as on a dark one', () => {
  it.each(stylesOf(createTheme({ color: true })))('%s is readable', (_, style) => {
    for (const slots of slotsOf(style('x'))) {
      expect(READABLE).toContain(slots[FOREGROUND]);
      expect(slots[BACKGROUND]).toBe('');
      // Old terminals show it as a bright colour.
      if (slots[BOLD] !== '') expect(slots[FOREGROUND]).toBe('');
    }
  });

  it.each(Object.entries(SCENES))('%s has no other colour', (_, scene) => {
    for (const row of renderApp(scene(SIZE), colored).styled()) {
      for (const slots of slotsOf(row)) {
        expect(READABLE).toContain(slots[FOREGROUND]);
        expect(slots[BACKGROUND]).toBe('');
      }
    }
  });
});

it.each(stylesOf(createTheme({ color: false })))('without colours %s has none', (_, style) => {
  for (const slots of slotsOf(style('x'))) expect([slots[FOREGROUND], slots[BACKGROUND]]).toEqual(['', '']);
});

describe('colour is never the only carrier', () => {
  it.each(Object.entries(SCENES))('%s has the very same signs without it', (_, scene) => {
    expect(renderApp(scene(SIZE), plain).text()).toBe(renderApp(scene(SIZE), colored).text());
  });
});
