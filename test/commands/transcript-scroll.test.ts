import { describe, expect, it } from 'vitest';
import { visibleTranscript } from '../../src/commands/visible-transcript.ts';
import { visibleLines } from '../../src/store/transcript-view.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
const LONG = live(you(0, 'go'), agent(1, lines));

const reading = (): AppFixture => {
  const deck = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', LONG)));
  deck.press('tab');
  return deck;
};

/** The first line that is on screen, how many there are, and how many fit. */
function place(deck: AppFixture): { top: number; total: number; height: number } {
  const visible = visibleTranscript(deck.state());
  if (visible === null) throw new Error('There is no transcript on screen.');
  const { view, anchor, height } = visible;
  return { top: visibleLines(view, anchor, height).top, total: view.total, height };
}

describe('the transcript', () => {
  it('follows its end until it is scrolled', () => {
    const deck = reading();
    const { top, total, height } = place(deck);
    expect(top).toBe(total - height);
    deck.press('up', 'k');
    expect(place(deck).top).toBe(top - 2);
    deck.press('down', 'j', 'down');
    expect(place(deck).top).toBe(top);
    expect(deck.state().view.scrollAnchors.size).toBe(0);
  });

  it('goes by pages and to both ends', () => {
    const deck = reading();
    const { total, height } = place(deck);
    deck.press('g');
    expect(place(deck).top).toBe(0);
    deck.press('pagedown');
    expect(place(deck).top).toBe(height - 1);
    deck.press(' ', 'ctrl+d');
    expect(place(deck).top).toBe(3 * (height - 1));
    deck.press('pageup', 'ctrl+u', 'pageup', 'pageup');
    expect(place(deck).top).toBe(0);
    deck.press('end');
    expect(place(deck).top).toBe(total - height);
    deck.press('home');
    expect(place(deck).top).toBe(0);
  });

  it('stays where it was while more arrives', () => {
    const deck = reading();
    deck.press('up');
    const { top } = place(deck);
    deck.dispatch(transcriptReceived('a', live(you(0, 'go'), agent(1, `${lines}\nmore\nand more`))));
    expect(place(deck).top).toBe(top);
  });

  it('is held at its end by f, and followed again by f, in the list too', () => {
    const deck = reading();
    deck.press('f');
    const { top } = place(deck);
    const grown = transcriptReceived('a', live(you(0, 'go'), agent(1, `${lines}\nmore\nand more`)));
    deck.dispatch(grown);
    expect(place(deck).top).toBe(top);
    deck.press('tab', 'f');
    const { top: end, total, height } = place(deck);
    expect(end).toBe(total - height);
  });

  it('keeps a place of its own for each task', () => {
    const deck = reading();
    deck.press('g', 'tab', 'j', 'k');
    expect(place(deck).top).toBe(0);
  });

  it('cannot be followed where it is not on screen', () => {
    const deck = appFixture(
      applyEvents(stateWithTasks('a'), transcriptReceived('a', LONG), {
        type: 'terminal-resized',
        size: { columns: 60, rows: 20 },
      }),
    );
    deck.press('f');
    expect(deck.notice()).toBe('No transcript shown.');
    deck.press('tab', 'g');
    expect(place(deck).top).toBe(0);
  });
});
