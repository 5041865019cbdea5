import { describe, expect, it } from 'vitest';
import { graphemesOf, graphemeWidth } from '../../src/domain/text/graphemes.ts';
import { sanitise, sanitiseLine } from '../../src/domain/text/sanitise.ts';
import { displayWidth, padOrTruncate, sliceColumns, truncate } from '../../src/domain/text/width.ts';
import { wrap } from '../../src/domain/text/wrap.ts';
import { HOSTILE, hostileText } from '../support/hostile-text.ts';
import { textFault } from '../support/strict-output.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const inColumns = (text: string): number =>
  graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);

describe('sanitised text', () => {
  it.each(Object.entries(HOSTILE))('is visible: %s', (_, text) => {
    expect(textFault(sanitise(text))).toBeNull();
    expect(textFault(sanitiseLine(text))).toBeNull();
    expect(sanitiseLine(text)).not.toContain('\n');
    expect(sanitise(text).replaceAll(/[^a-z]/g, '')).toContain('honest');
    expect(sanitise(text)).not.toContain('owned');
  });

  it('is visible for random input, and does not change when sanitised again', async () => {
    await fuzzRounds(800, (next) => {
      const text = hostileText(next);
      const clean = sanitise(text);
      expect(textFault(clean), JSON.stringify(text)).toBeNull();
      expect(sanitise(clean), JSON.stringify(text)).toBe(clean);
      const line = sanitiseLine(text);
      expect(textFault(line), JSON.stringify(text)).toBeNull();
      expect(line).not.toContain('\n');
    });
  });

  it('has the same width by graphemes and by characters', async () => {
    await fuzzRounds(500, (next) => {
      for (const line of sanitise(hostileText(next)).split('\n')) {
        const width = displayWidth(line);
        expect(inColumns(line), JSON.stringify(line)).toBe(width);
        const room = 1 + next(60);
        expect(displayWidth(padOrTruncate(line, room)), `${JSON.stringify(line)} in ${room}`).toBe(room);
        expect(displayWidth(truncate(line, room)), `${JSON.stringify(line)} in ${room}`).toBeLessThanOrEqual(
          room,
        );
        const start = next(40);
        const slice = displayWidth(sliceColumns(line, start, start + room));
        expect(slice, `${JSON.stringify(line)} from ${start}, ${room}`).toBeLessThanOrEqual(room);
        for (const row of wrap(line, room + 1))
          expect(displayWidth(row), `${JSON.stringify(line)} in ${room + 1}`).toBeLessThanOrEqual(room + 1);
      }
    });
  });
});
