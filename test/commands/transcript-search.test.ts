import { describe, expect, it } from 'vitest';
import { confirmSearch, updateSearch } from '../../src/commands/transcript-search.ts';
import { renderProse } from '../../src/domain/markdown/prose.ts';
import type { Message } from '../../src/domain/message.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { hitsBefore, searchTranscript } from '../../src/view/transcript/transcript-search.ts';
import { visibleLines } from '../../src/view/transcript/transcript-view.ts';
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
  const app = appFixture(
    applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', live(...messages)), {
      type: 'markdown-loaded',
      proseRenderer: renderProse,
    }),
  );
  app.press('tab');
  return app;
};

/** Types into the search field. */
function typeWords(app: AppFixture, text: string): void {
  for (let length = 1; length <= text.length; length++) updateSearch(app.context, text.slice(0, length));
}

/** Number of the current hit, number of hits, and whether the current one is visible. */
function found(app: AppFixture): string {
  const { transcriptSearch } = app.state().view;
  const visible = visibleTranscript(app.state());
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
  it('shows the nearest hit while the user types; then n and N step through the hits, around the end', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'needle');
    expect(found(app)).toBe('4 of 4');
    confirmSearch(app.context);
    app.press('N');
    expect(found(app)).toBe('3 of 4');
    app.press('N');
    expect(found(app)).toBe('2 of 4');
    app.press('n', 'n', 'n');
    expect(found(app)).toBe('1 of 4');
    app.press('N');
    expect(found(app)).toBe('4 of 4');
  });

  it('is case-sensitive only with a capital letter', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'Needle');
    expect(found(app)).toBe('1 of 1');
  });

  it('searches for literal text, not for patterns', () => {
    const app = reading([agent(0, 'a (b|c)* [d] $e ^f -g /h\\ end')]);
    app.press('ctrl+f');
    for (const text of ['(b|c)*', '[d]', '$e ^f', '-g /h\\']) {
      updateSearch(app.context, text);
      expect(found(app), text).toBe('1 of 1');
    }
  });

  it('finds text across the end of a row', () => {
    const words = Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ');
    const app = reading([agent(0, words)]);
    app.press('ctrl+f');
    for (let index = 0; index < 39; index++) {
      updateSearch(app.context, `w${index} w${index + 1}`);
      expect(found(app), `w${index}`).toMatch(/^1 of [1-9]/u);
    }
  });

  it('scrolls sideways to a hit beyond the edge, and back', () => {
    const app = reading([agent(0, `needle ${'x'.repeat(200)} needle`)]);
    app.press('w', 'ctrl+f');
    updateSearch(app.context, 'needle');
    expect(app.state().view.scrollColumn).toBe(0);
    confirmSearch(app.context);
    app.press('n');
    const { scrollColumn } = app.state().view;
    const room = (visibleTranscript(app.state())?.width ?? 0) - 2;
    expect(scrollColumn).toBeLessThan(208);
    expect(scrollColumn + room).toBeGreaterThan(214);
    app.press('n');
    expect(app.state().view.scrollColumn).toBe(0);
  });

  it('gives n back to the new task after esc', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'needle');
    confirmSearch(app.context);
    app.press('esc');
    expect(app.state().view.transcriptSearch).toBeNull();
    expect(app.state().view.focus).toBe('transcript');
    app.press('n');
    expect(app.calls).toEqual([{ what: 'templates' }]);
  });

  it('restores the scroll position when it is cancelled', () => {
    const app = reading();
    app.press('g', 'j', 'j');
    const before = app.state().view.scrollAnchors.get('a');
    app.press('ctrl+f');
    typeWords(app, 'needle and');
    expect(app.state().view.scrollAnchors.get('a')).not.toEqual(before);
    app.press('esc');
    expect(app.state().view.scrollAnchors.get('a')).toEqual(before);
    expect(found(app)).toBe('no search');
  });

  it('shows a notice without a hit, and keeps the position', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'needles');
    expect(found(app)).toBe('none of 0');
    expect(app.state().view.scrollAnchors.size).toBe(0);
    confirmSearch(app.context);
    app.press('n');
    expect(app.notice()).toBe('No match for “needles” in this transcript.');
  });

  it('ends when another task is selected', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'needle');
    confirmSearch(app.context);
    app.press('tab', 'j');
    expect(app.state().view.transcriptSearch).toBeNull();
  });

  it('counts hits in new messages', () => {
    const app = reading();
    app.press('ctrl+f');
    typeWords(app, 'needle');
    app.dispatch(transcriptReceived('a', live(...TALK(), agent(3, 'one more needle'))));
    expect(found(app)).toBe('4 of 5');
  });

  it('is unavailable without messages', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('ctrl+f');
    expect(app.notice()).toBe('No messages yet.');
  });
});
