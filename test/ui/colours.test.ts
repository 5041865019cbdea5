import { describe, expect, it } from 'vitest';
import { type ColorRole, type CustomColors, THEME_NAMES } from '../../src/domain/colors.ts';
import { PHASES } from '../../src/domain/phase.ts';
import { parseRow } from '../../src/terminal/cells.ts';
import { paletteOf } from '../../src/ui/palettes.ts';
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

/** The relative luminance of one of the 256 colours as xterm draws it, by WCAG. */
function luminance(number: number): number {
  const cube = number - 16;
  const levels = [0, 95, 135, 175, 215, 255];
  const [r = 0, g = 0, b = 0] =
    number >= 232
      ? Array<number>(3).fill(8 + 10 * (number - 232))
      : [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((index) => levels[index] ?? 0);
  const linear = (channel: number) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

const contrast = (number: number, background: 0 | 1): number => {
  const [light, dark] = [luminance(number), background].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

describe('a theme of 256 colours', () => {
  it.each([
    ['light', paletteOf('light', null, 8), 1, 4.5],
    ['dark', paletteOf('dark', null, 8), 0, 4.5],
    ['high-contrast on light', paletteOf('high-contrast', 'light', 8), 1, 7],
    ['terminal on light, where it has no own colour,', paletteOf('terminal', 'light', 8), 1, 4.5],
  ] as const)('%s is readable', (_, palette, background, least) => {
    for (const [role, value] of Object.entries(palette))
      if (typeof value === 'number' && role !== 'border')
        expect([role, contrast(value, background) >= least]).toEqual([role, true]);
  });
});

describe('the colour of what needs you', () => {
  const sgr = (options: Omit<Parameters<typeof createTheme>[0], 'color'>): readonly string[] | undefined =>
    slotsOf(createTheme({ color: true, ...options }).attention('x'))[0]?.filter((slot) => slot !== '');

  it('is the terminal’s yellow, and on a light background a darker colour or bold', () => {
    expect(sgr({ depth: 24 })).toEqual(['33']);
    expect(sgr({ depth: 24, background: 'dark' })).toEqual(['33']);
    expect(sgr({ depth: 8, background: 'light' })).toEqual(['38;5;130']);
    expect(sgr({ depth: 4, background: 'light' })).toEqual(['1']);
  });

  it.each([
    ['#ff8700', 24, '38;2;255;135;0'],
    ['#ff8700', 8, '38;5;214'],
    ['#ff8700', 4, '93'],
    [208, 24, '38;5;208'],
    [208, 4, '91'],
    ['bright-blue', 4, '94'],
    ['gray', 8, '90'],
  ] as const)('%s with %d bits', (value, depth, expected) => {
    expect(sgr({ depth, colors: { 'needs-you': value } })).toEqual([expected]);
  });

  it('can be none', () => {
    expect(sgr({ colors: { 'needs-you': 'default' } })).toEqual([]);
  });
});

it.each(THEME_NAMES)('the theme %s has no colour where the terminal has none, nor do custom ones', (name) => {
  const colors: CustomColors = { accent: '#ff0000' } satisfies Partial<Record<ColorRole, string>>;
  for (const [, paint] of stylesOf(createTheme({ color: false, name, colors })))
    for (const slots of slotsOf(paint('x'))) expect(slots[FOREGROUND]).toBe('');
});
