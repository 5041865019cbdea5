import { describe, expect, it } from 'vitest';
import { shortKey } from '../../src/commands/help-content.ts';
import { paletteEntries } from '../../src/commands/palette.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type RenderedApp, renderApp } from './rendered-app.tsx';

const palette = (columns: number, rows: number): RenderedApp =>
  renderApp(
    applyEvents(emptyState({ columns, rows }), listReceived([taskIn('idle', 'a')]), {
      type: 'overlay-opened',
      overlay: { kind: 'palette' },
    }),
  );

/** Rows of the palette, without its frame and pointer. */
const rowsOf = (shown: RenderedApp): readonly string[] =>
  shown.rows().map((row) => row.replaceAll(/^.*│[▌ ] |│$/gu, '').trim());

describe('the palette', () => {
  it.each([
    [80, 24],
    [60, 20],
    [120, 40],
  ])('at %ix%i shows every title whole, and all keys at the end of the row', async (columns, rows) => {
    const shown = palette(columns, rows);
    const entries = paletteEntries(shown.deck.state());
    const place = (): number => Number(/(\d+) of \d+ ─/u.exec(shown.text())?.[1]);
    const seen = new Set(rowsOf(shown));
    while (place() < entries.length) {
      const before = place();
      shown.press('pagedown');
      await shown.until(() => expect(place()).toBeGreaterThan(before));
      for (const row of rowsOf(shown)) seen.add(row);
    }
    for (const { title, keys } of entries) {
      const all = keys.map(shortKey).join(' ');
      const isThis = (row: string): boolean => row.startsWith(title) && row.endsWith(all);
      expect([...seen].some(isThis), title).toBe(true);
    }
    for (const row of shown.rows()) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
  });

  it('dims disabled commands and shows the reason beside them', () => {
    const shown = palette(80, 130);
    const row = shown.styled().find((line) => line.includes('Resume, or restart'));
    expect(row).toMatch(/\x1b\[2mResume, or restart after an error +It is not paused\. +r\x1b\[22m/u);
    expect(shown.styled().find((line) => line.includes('Delete the task'))).not.toContain('\x1b[2mDelete');
  });

  it('finds commands of other panes, and says where they work when they are chosen', async () => {
    const shown = renderApp(
      applyEvents(emptyState({ columns: 80, rows: 24 }), listReceived([taskIn('idle', 'a')])),
    );
    shown.press(':');
    await shown.until('Commands');
    shown.send('cancel and return');
    await shown.until(/▌ Cancel and return it to the prompt +Only in the outbox \(Q\)\. +x/u);
    shown.press('enter');
    await shown.until(/^ Only in the outbox \(Q\)\./mu);
  });
});
