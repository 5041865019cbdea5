import { describe, expect, it } from 'vitest';
import { confirmSearch, updateSearch } from '../../src/commands/transcript-search.ts';
import { visibleTranscript } from '../../src/commands/visible-transcript.ts';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import type { Message } from '../../src/domain/transcript.ts';
import { hitsBefore, searchTranscript } from '../../src/store/transcript-search.ts';
import { visibleLines } from '../../src/store/transcript-view.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const filler = (count: number): string =>
  Array.from({ length: count }, (_, index) => `row ${index}`).join('\n');
const TALK = (): readonly Message[] => [
  you(0, 'find the needle'),
  agent(1, `${filler(50)}\na **Needle** here\n${filler(50)}`),
  agent(2, `no\n${filler(100)}\nneedle and needle\n${filler(100)}`),
];

const reading = (messages = TALK()): AppFixture => {
  const deck = appFixture(
    applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', live(...messages)), {
      type: 'markdown-loaded',
      proseRenderer: renderProse,
    }),
  );
  deck.press('tab');
  return deck;
};

/** Types into the field, as the screen does. */
function typeWords(deck: AppFixture, text: string): void {
  for (let length = 1; length <= text.length; length++) updateSearch(deck.context, text.slice(0, length));
}

/** Which hit is current, of how many, and whether it is on screen. */
function found(deck: AppFixture): string {
  const { transcriptSearch } = deck.state().view;
  const visible = visibleTranscript(deck.state());
  if (transcriptSearch === null || visible === null) return 'no search';
  const hits = searchTranscript(visible.view, transcriptSearch.text);
  if (transcriptSearch.hit === null) return `none of ${hits.total}`;
  const { hit } = transcriptSearch;
  const { lines } = visibleLines(visible.view, visible.anchor, visible.height);
  const isShown = lines.some(
    (line) => line.kind === 'text' && line.message === hit.message && line.line === hit.line,
  );
  return `${hitsBefore(hits, hit) + 1} of ${hits.total}${isShown ? '' : ', not on screen'}`;
}

describe('a search', () => {
  it('goes to the nearest hit while it is typed, and from one to the next afterwards, around the end', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'needle');
    expect(found(deck)).toBe('4 of 4');
    confirmSearch(deck.context);
    deck.press('N');
    expect(found(deck)).toBe('3 of 4');
    deck.press('N');
    expect(found(deck)).toBe('2 of 4');
    deck.press('n', 'n', 'n');
    expect(found(deck)).toBe('1 of 4');
    deck.press('N');
    expect(found(deck)).toBe('4 of 4');
  });

  it('takes case seriously only where a capital is typed', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'Needle');
    expect(found(deck)).toBe('1 of 1');
  });

  it('looks for words as they are written, whatever they mean elsewhere', () => {
    const deck = reading([agent(0, 'a (b|c)* [d] $e ^f -g /h\\ end')]);
    deck.press('ctrl+f');
    for (const text of ['(b|c)*', '[d]', '$e ^f', '-g /h\\']) {
      updateSearch(deck.context, text);
      expect(found(deck), text).toBe('1 of 1');
    }
  });

  it('finds what a row ends and the next one begins with', () => {
    const words = Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ');
    const deck = reading([agent(0, words)]);
    deck.press('ctrl+f');
    for (let index = 0; index < 39; index++) {
      updateSearch(deck.context, `w${index} w${index + 1}`);
      expect(found(deck), `w${index}`).toMatch(/^1 of [1-9]/u);
    }
  });

  it('moves sideways to a hit beyond the edge, and back', () => {
    const deck = reading([agent(0, `needle ${'x'.repeat(200)} needle`)]);
    deck.press('w', 'ctrl+f');
    updateSearch(deck.context, 'needle');
    expect(deck.state().view.scrollColumn).toBe(0);
    confirmSearch(deck.context);
    deck.press('n');
    const { scrollColumn } = deck.state().view;
    const room = (visibleTranscript(deck.state())?.width ?? 0) - 2;
    expect(scrollColumn).toBeLessThan(208);
    expect(scrollColumn + room).toBeGreaterThan(214);
    deck.press('n');
    expect(deck.state().view.scrollColumn).toBe(0);
  });

  it('keeps n for a new task once it is ended by esc', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'needle');
    confirmSearch(deck.context);
    deck.press('esc');
    expect(deck.state().view.transcriptSearch).toBeNull();
    expect(deck.state().view.focus).toBe('transcript');
    deck.press('n');
    expect(deck.calls).toEqual([{ what: 'templates' }]);
  });

  it('that is given up leaves the window where it was', () => {
    const deck = reading();
    deck.press('g', 'j', 'j');
    const before = deck.state().view.scrollAnchors.get('a');
    deck.press('ctrl+f');
    typeWords(deck, 'needle and');
    expect(deck.state().view.scrollAnchors.get('a')).not.toEqual(before);
    deck.press('esc');
    expect(deck.state().view.scrollAnchors.get('a')).toEqual(before);
    expect(found(deck)).toBe('no search');
  });

  it('without a hit says so, and stays where it was', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'needles');
    expect(found(deck)).toBe('none of 0');
    expect(deck.state().view.scrollAnchors.size).toBe(0);
    confirmSearch(deck.context);
    deck.press('n');
    expect(deck.notice()).toBe('No match for “needles” in this transcript.');
  });

  it('ends with going to another task', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'needle');
    confirmSearch(deck.context);
    deck.press('tab', 'j');
    expect(deck.state().view.transcriptSearch).toBeNull();
  });

  it('counts what arrives meanwhile', () => {
    const deck = reading();
    deck.press('ctrl+f');
    typeWords(deck, 'needle');
    deck.dispatch(transcriptReceived('a', live(...TALK(), agent(3, 'one more needle'))));
    expect(found(deck)).toBe('4 of 5');
  });

  it('cannot be begun where there is nothing to look through', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('ctrl+f');
    expect(deck.notice()).toBe('No messages yet.');
  });
});
