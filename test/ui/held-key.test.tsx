import { expect, it } from 'vitest';
import { makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { plain } from '../view/themes.ts';
import { type RenderedApp, renderApp } from './rendered-app.tsx';

const LETTERS = [...'abcdef'];

/** Tasks named by letters; the first one is selected. */
function many() {
  const clock = manualClock(NOON);
  const tasks = LETTERS.map((id) => makeTask({ id, displayName: `task ${id}` }));
  return {
    clock,
    screen: renderApp(applyEvents(emptyState({ columns: 100, rows: 20 }), listReceived(tasks)), plain, clock),
  };
}

/** The selected task, and the task of the detail pane. */
function seen({ deck, rows }: RenderedApp): readonly [selected: string | null, detail: string] {
  return [deck.state().view.selected, /┌ task (.) ─+┐$/.exec(rows()[1] ?? '')?.[1] ?? ''];
}

it('moves the selection at once, and shows its task when it settles', async () => {
  const { clock, screen } = many();
  await clock.advance(1_000);
  screen.press('down');
  await screen.until(() => expect(seen(screen)).toEqual(['b', 'b']));
  for (const letter of 'cde') {
    await clock.advance(33);
    screen.press('down');
    await screen.until(() => expect(seen(screen)).toEqual([letter, 'b']));
    await screen.until(() =>
      expect(screen.rows().find((row) => row.includes(`write to task ${letter}`))).toBeDefined(),
    );
  }
  await clock.advance(59);
  expect(seen(screen)).toEqual(['e', 'b']);
  await clock.advance(1);
  await screen.until(() => expect(seen(screen)).toEqual(['e', 'e']));
});

it('shows every task at once with single key presses', async () => {
  const { clock, screen } = many();
  for (const letter of 'bcd') {
    await clock.advance(100);
    screen.press('down');
    await screen.until(() => expect(seen(screen)).toEqual([letter, letter]));
  }
});

it('does not keep an old task after a focus change', async () => {
  const { clock, screen } = many();
  await clock.advance(1_000);
  for (const letter of 'bc') {
    screen.press('down');
    await screen.until(() => expect(screen.deck.state().view.selected).toBe(letter));
  }
  await screen.until(() => expect(seen(screen)).toEqual(['c', 'b']));
  screen.press('tab');
  await screen.until(() => expect(seen(screen)).toEqual(['c', 'c']));
});
