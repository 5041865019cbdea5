import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/domain/phase.ts';
import { createTheme } from '../../../src/ui/theme.ts';
import { timelineLine } from '../../../src/view/detail/timeline-line.ts';
import { listLines } from '../../../src/view/list/list-lines.ts';
import { LEGEND, signText } from '../../../src/view/overlays/help-legend.ts';
import type { Glyphs } from '../../../src/view/theme.ts';
import { taskIn } from '../../commands/phase-builders.ts';
import { applyEvents, emptyState, listReceived } from '../../store/state-builders.ts';

/** Signs of frames, fields, keys and progress bars, which have no meaning for a task. */
const OTHERS = new Set(['prompt', 'horizontal', 'vertical', 'corners', 'enter', 'upDown', 'bar']);

const charactersOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [...value] : Object.values(value as object).flatMap(charactersOf);

describe.each([false, true])('the legend, ASCII: %s', (ascii) => {
  const theme = createTheme({ color: false, ascii });
  const explained = new Set(
    LEGEND.flatMap(({ sign }) => [...stripVTControlCharacters(signText(sign, theme))]),
  );

  it('explains every task sign of the theme', () => {
    const signs = (Object.keys(theme.glyphs) as (keyof Glyphs)[])
      .filter((name) => !OTHERS.has(name))
      .flatMap((name) => charactersOf(theme.glyphs[name]));
    expect(signs.filter((sign) => !explained.has(sign))).toEqual([]);
  });

  it('explains every sign of list rows and timelines', () => {
    const tasks = PHASES.map((phase) => taskIn(phase, phase, { displayName: 'name' }));
    const size = { columns: 200, rows: 50 };
    const state = applyEvents(emptyState(size), listReceived(tasks), {
      type: 'marks-changed',
      marked: new Set(['idle']),
    });
    const elsewhere = applyEvents(state, { type: 'pane-focused', pane: 'transcript' });
    const lines = [state, elsewhere].flatMap((each) => [
      ...listLines(each, theme, 100, 50, 0),
      ...tasks.map((task) => timelineLine(each, task, theme, 60)),
    ]);
    const drawn = new Set(
      lines.flatMap((line) => [...stripVTControlCharacters(line).replaceAll(/[a-z\d ]/giu, '')]),
    );
    expect(drawn.size).toBeGreaterThan(6);
    expect([...drawn].filter((sign) => !explained.has(sign))).toEqual([]);
  });

  it('names every phase with a sign of its own', () => {
    const named = LEGEND.flatMap(({ sign }) => (sign.kind === 'phase' ? [sign.phase] : []));
    const signs = named.map((phase) => theme.glyphs.phase[phase]);
    expect(new Set(signs).size).toBe(signs.length);
    for (const phase of PHASES)
      expect(
        LEGEND.some(
          ({ sign, meaning }) =>
            sign.kind === 'phase' &&
            theme.glyphs.phase[sign.phase] === theme.glyphs.phase[phase] &&
            new RegExp(phase === 'deleting' ? 'deleted' : phase, 'iu').test(meaning),
        ),
        phase,
      ).toBe(true);
  });
});
