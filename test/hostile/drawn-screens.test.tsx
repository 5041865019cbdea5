import { expect, it, vi } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { hasCertainWidth, parseRow } from '../../src/terminal/cells.ts';
import { Painter } from '../../src/terminal/painter.ts';
import type { LinesProps } from '../../src/ui/widgets/lines.tsx';
import { ALL_HOSTILE_TEXT, hostileText } from '../support/hostile-text.ts';
import { checkOutput } from '../support/strict-output.ts';
import type { Clustering } from '../support/unicode.ts';
import { FakeTerminal } from '../terminal/fake-terminal.ts';
import { colored, renderApp } from '../ui/rendered-app.tsx';
import { SCENES } from '../ui/scenes.ts';
import { fuzzRounds } from './fuzz-rounds.ts';
import { withHostileText } from './hostile-state.ts';

/** What the panes gave to Ink, as they built it. */
const built: LinesProps[] = [];

vi.mock('../../src/ui/widgets/lines.tsx', async (original) => {
  const { Lines } = await original<typeof import('../../src/ui/widgets/lines.tsx')>();
  return {
    Lines(props: LinesProps) {
      built.push(props);
      return <Lines {...props} />;
    },
  };
});

/** Rows as the panes built them: none wider than its pane, and those that have borders exactly as wide. */
function checkRows(): void {
  for (const { lines, width } of built.splice(0)) {
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

/** The frame goes through the painter to a terminal: which shows every character of ours in its place. */
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
      // What has no width of its own may stand behind it.
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

it('every screen holds its shape, with everything hostile in every text', async () => {
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
}, 60_000);

it('so it does with random text, on any screen, and on terminals that know no graphemes', async () => {
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
