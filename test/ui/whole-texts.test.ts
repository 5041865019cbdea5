import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/store/action.ts';
import { noticeLines } from '../../src/store/screen.ts';
import type { State } from '../../src/store/state.ts';
import { deckOn } from '../commands/deck.ts';
import { taskIn } from '../commands/make.ts';
import { makeReport, NOON } from '../domain/make.ts';
import { begin, listed, play } from '../store/make.ts';
import { failure } from './scenes.ts';
import { stage } from './stage.tsx';

const LONG = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ');
const SIZES = [
  { columns: 40, rows: 12 },
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
];
const bad = (text: string): Action => ({ type: 'noticed', notice: { tone: 'bad', text, at: NOON } });
const cutTo = (state: State): string =>
  noticeLines(state)
    .map(({ text }) => text)
    .join(' ');

/** All that the screen shows while it is scrolled down, row by row without its frame. */
function read(state: State): string {
  const app = stage(state);
  app.deck.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } });
  const seen: string[] = [];
  for (let top = 0; top < 200; top += 1) {
    app.deck.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top } });
    seen.push(...stage(app.deck.state()).rows());
  }
  return seen.map((row) => row.replaceAll(/[│─┌┐└┘]/gu, ' ').trim()).join(' ');
}

describe.each(SIZES)('at $columns x $rows', (size) => {
  it.each([
    ['a message', [bad(LONG)]],
    [
      'a problem',
      [{ type: 'list-failed', error: failure('server', LONG), retryAt: NOON, now: NOON } as Action],
    ],
    [
      'a report of the agent',
      [listed([taskIn('idle', 'a', { state: makeReport({ message: LONG.slice(0, 900) }) })])],
    ],
    ['a title', [listed([taskIn('idle', 'a', { displayName: LONG.slice(0, 300) })])]],
  ] as const)('%s that is cut can be read in full', (what, actions) => {
    const state = play(begin(size), listed([taskIn('idle', 'a')]), ...actions);
    const text = read(state);
    const last = what === 'a report of the agent' ? 120 : what === 'a title' ? 40 : 119;
    const words = Array.from({ length: last }, (_, index) => `word${index}`).filter((word) =>
      LONG.includes(word),
    );
    for (const word of words.slice(0, what === 'a title' ? 40 : words.length - 2))
      expect(text).toContain(word);
  });

  it('what is cut says where the rest is', () => {
    const state = play(begin(size), listed([taskIn('idle', 'a')]), bad(LONG));
    expect(cutTo(state)).toMatch(/… {2}:messages reads all$/u);
    const late: Action = { type: 'list-failed', error: failure('server', LONG), retryAt: NOON, now: NOON };
    expect(cutTo(play(begin(size), listed([taskIn('idle', 'a')]), late))).toContain(':messages reads all');
    expect(cutTo(play(begin(size), listed([taskIn('idle', 'a')]), bad('Short.')))).toBe('Short.');
  });
});

it('is opened from the palette, scrolls, and is closed by esc and by the key of quit', () => {
  const deck = deckOn(play(begin({ columns: 60, rows: 12 }), listed([taskIn('idle', 'a')]), bad(LONG)));
  deck.dispatch({ type: 'overlay-opened', overlay: { kind: 'texts', top: 0 } });
  deck.press('j', 'space', 'k');
  expect(deck.state().view.overlay).toMatchObject({ kind: 'texts', top: expect.any(Number) });
  expect(deck.state().view.overlay).not.toMatchObject({ top: 0 });
  deck.press('q');
  expect(deck.state().view.overlay).toBeNull();
  expect(deck.calls).toEqual([]);
});
