import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Span, SpanStyle } from '../../../src/domain/markdown/styled-text.ts';
import { applySgr, PLAIN } from '../../../src/terminal/styles.ts';
import { styledRow } from '../../../src/view/rows/styled-row.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { colored, plain } from '../themes.ts';

const STYLES = Object.keys(colored.text) as readonly SpanStyle[];
const SGR = /\x1b\[([\d;]*)m/gu;

/** The style that is still on after a text. */
const styleAfter = (text: string) =>
  [...text.matchAll(SGR)].reduce((style, match) => applySgr(style, match[1] ?? ''), PLAIN);

describe('a styled row', () => {
  it.each([
    ['colours', colored],
    ['none', plain],
  ])('with %s keeps its text and leaves no style on, for all spans', (_, theme) => {
    const next = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const text = 'some 漢字 text to be styled'.slice(0, 1 + next(26));
      const spans = Array.from({ length: next(6) }, (): Span => {
        const start = next(text.length);
        return {
          start,
          end: start + 1 + next(text.length - start),
          style: STYLES[next(STYLES.length)] ?? 'code',
        };
      });
      const row = styledRow({ text, spans }, theme.text);
      expect(stripVTControlCharacters(row)).toBe(text);
      expect(styleAfter(row), JSON.stringify({ text, spans })).toBe(PLAIN);
      expect(row.replaceAll(SGR, '')).toBe(text);
    }
  });

  it('shows hits and the current hit without colours too', () => {
    const styled = (style: SpanStyle) =>
      styledRow({ text: 'a', spans: [{ start: 0, end: 1, style }] }, plain.text);
    expect(styled('current-hit')).not.toBe('a');
    expect(styled('hit')).not.toBe('a');
    expect(styled('current-hit')).not.toBe(styled('hit'));
  });
});
