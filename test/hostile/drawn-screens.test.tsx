import { expect, it, vi } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { hasCertainWidth, parseRow } from '../../src/terminal/cells.ts';
import { Painter } from '../../src/terminal/painter.ts';
import type { LinesProps } from '../../src/ui/widgets/lines.tsx';
import { ALL_HOSTILE_TEXT, hostileText } from '../support/hostile-text.ts';
import { checkOutput } from '../support/strict-output.ts';
import type { Clustering } from '../support/unicode.ts';
import { FakeTerminal } from '../terminal/fake-terminal.ts';
import { renderApp } from '../ui/rendered-app.tsx';
import { SCENES } from '../ui/scenes.ts';
import { colored } from '../view/themes.ts';
import { fuzzRounds } from './fuzz-rounds.ts';
import { withHostileText } from './hostile-state.ts';

/** The rows that the panes passed to Ink. */
const renderedRows: LinesProps[] = [];

vi.mock('../../src/ui/widgets/lines.tsx', async (original) => {
  const { Lines } = await original<typeof import('../../src/ui/widgets/lines.tsx')>();
  return {
    Lines(props: LinesProps) {
      renderedRows.push(props);
      return <Lines {...props} />;
    },
  };
});

/** Checks that no row is wider than its pane, and that rows with borders are exactly as wide. */
function checkRows(): void {
  for (const { lines, width } of renderedRows.splice(0)) {
    for (const line of lines) {
      const columns = displayWidth(line);
      expect(columns, JSON.stringify(line)).toBeLessThanOrEqual(width);
      const plain = line.replaceAll(/\x1b\[[\d;]*m/g, '');
      if (/^[┌│└]/u.test(plain)) {
        expect(columns, JSON.stringify(line)).toBe(width);
        expect(plain).toMatch(/[┐│┘]$/u);
      }
    }
  }
}

/** Checks that the painter's output shows every character in its column on a terminal. */
async function checkPainted(rows: readonly string[], line: FakeTerminal, painter: Painter): Promise<void> {
  await new Promise<void>((resolve) => void painter.write(rows.join('\n'), resolve));
  const bytes = Buffer.from(line.take());
  checkOutput(bytes, line);
  const { terminal } = line.screen;
  const { active } = terminal.buffer;
  const cell = active.getNullCell();
  rows.forEach((row, y) => {
    const shown = active.getLine(active.baseY + y);
    parseRow(row, line.columns).texts.forEach((text, x) => {
      if (text === '' || !hasCertainWidth(text)) return;
      const found = shown?.getCell(x, cell)?.getChars() || ' ';
      // Zero-width characters may follow.
      if (found.startsWith(text)) return;
      expect.fail(
        `“${found}” and not “${text}” in column ${x} of ${JSON.stringify(row)}, shown as ${shown?.translateToString()}`,
      );
    });
  });
}

const makeLine = (size: { readonly columns: number; readonly rows: number }, clustering: Clustering) => {
  const line = new FakeTerminal(size.columns, size.rows, clustering);
  const painter = new Painter(line);
  painter.write('\x1b[?1049h');
  return { line, painter };
};

it('every screen keeps its layout with hostile text in every field', async () => {
  const size = { columns: 80, rows: 24 };
  const { line, painter } = makeLine(size, 'graphemes');
  for (const scene of Object.values(SCENES)) {
    const { styled } = renderApp(
      withHostileText(scene(size), () => ALL_HOSTILE_TEXT),
      colored,
    );
    checkRows();
    await checkPainted(styled(), line, painter);
  }
});

it('every screen keeps its layout with random text, also on terminals without grapheme clusters', async () => {
  const scenes = Object.values(SCENES);
  await fuzzRounds(25, async (next) => {
    const size = { columns: 40 + next(100), rows: 10 + next(30) };
    const scene = scenes[next(scenes.length)] ?? expect.fail();
    const { styled } = renderApp(
      withHostileText(scene(size), () => hostileText(next)),
      colored,
    );
    checkRows();
    for (const clustering of ['graphemes', 'codepoints'] as const) {
      const { line, painter } = makeLine(size, clustering);
      await checkPainted(styled(), line, painter);
      line.screen.dispose();
    }
  });
}, 600_000);
