import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { signsToAscii, toAscii } from '../../src/terminal/ascii.ts';
import { createTheme } from '../../src/ui/theme.ts';
import { ASCII, type Glyphs, UNICODE } from '../../src/view/theme.ts';
import { renderApp } from './rendered-app.tsx';
import { SCENES } from './scenes.ts';

const theme = createTheme({ color: false, ascii: true });
const SIZE = { columns: 100, rows: 30 };

/** All non-ASCII characters in the texts of the scenes. */
const scenes = readFileSync(new URL('scenes.ts', import.meta.url), 'utf8');
const OF_OTHERS = new Set([...scenes, '\u0301', '\u0303'].filter((character) => character > '\x7f'));

const signs = (glyphs: Glyphs): readonly string[] =>
  Object.values(glyphs).flatMap((glyph) => (typeof glyph === 'string' ? [glyph] : Object.values(glyph)));

describe.each(Object.keys(SCENES))('with --ascii, the screen of “%s”', (name) => {
  const state = SCENES[name]?.(SIZE) ?? expect.fail();
  it('draws only ASCII signs and keeps the texts of others', () => {
    const before = renderApp(state).text();
    const rows = renderApp(state, theme).rows();
    const text = rows.map(signsToAscii).join('\n');
    const left = new Set([...text].filter((character) => character > '\x7f' && !OF_OTHERS.has(character)));
    expect([...left]).toEqual([]);
    expect(text.split('?').length).toBeLessThanOrEqual(before.split('?').length);
    for (const row of text.split('\n')) expect(displayWidth(row)).toBeLessThanOrEqual(SIZE.columns);
  });

  it('names enter with a word', () => {
    const text = renderApp(state, theme).text();
    expect(text).not.toContain('⏎');
    if (renderApp(state).text().includes('⏎')) expect(text).toContain('enter');
  });
});

it('has a sign in ASCII for every one that the theme has, as different as those are', () => {
  for (const glyph of signs(ASCII)) expect(glyph).toMatch(/^[!-~]+$/u);
  const known = new Map<string, string>();
  for (const set of ['phase', 'timeline', 'spark', 'bar'] as const) {
    const pairs = Object.keys(UNICODE[set]).map((key) => {
      const of = (glyphs: Glyphs) => (glyphs[set] as unknown as Record<string, string>)[key] ?? '';
      return [of(UNICODE), of(ASCII)] as const;
    });
    known.clear();
    for (const [sign, plain] of pairs) {
      expect(known.get(plain) ?? sign, `${set} ${plain}`).toBe(sign);
      known.set(plain, sign);
    }
  }
});

/** Files with signs that taskdeck searches in texts but does not draw. */
const LOOKED_FOR = ['domain/key-name.ts', 'domain/markdown/sections.ts', 'terminal/ascii.ts'];

it('has a sign in ASCII for every one in the texts of the sources', () => {
  const root = new URL('../../src/', import.meta.url).pathname;
  const files = (readdirSync(root, { recursive: true, encoding: 'utf8' }) as readonly string[]).filter(
    (file) => /\.tsx?$/u.test(file) && !LOOKED_FOR.includes(file),
  );
  expect(files.length).toBeGreaterThan(100);
  const missing = files.flatMap((file) => {
    const code = readFileSync(path.join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/gu, '');
    const own = new Set([...code].filter((character) => character > '\x7f'));
    return [...own]
      .filter((sign) => !/^[ -~]$/u.test(signsToAscii(sign)) || toAscii(sign) === '?')
      .map((sign) => `${file}: ${sign}`);
  });
  expect(missing).toEqual([]);
});

it('draws frames that tell panes apart', () => {
  const rows = renderApp(SCENES['many tasks']?.(SIZE) ?? expect.fail(), theme)
    .rows()
    .map(stripVTControlCharacters);
  expect(rows[1]).toMatch(/^\+ Tasks -+\+\+ Fix login redirect -+\+$/u);
});
