import { describe, expect, it } from 'vitest';
import { visibleTranscript } from '../../src/commands/visible-transcript.ts';
import { screenLayout } from '../../src/store/screen-layout.ts';
import { visibleLines } from '../../src/store/transcript-view.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
const TALK = live(
  you(0, 'go'),
  agent(1, WORDS),
  you(2, 'on'),
  agent(3, Array.from({ length: 80 }, () => WORDS).join('\n')),
);

const reading = (): AppFixture => {
  const deck = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', TALK)));
  deck.press('tab');
  return deck;
};

const shown = (deck: AppFixture) => {
  const transcript = visibleTranscript(deck.state());
  if (transcript === null) throw new Error('There is no transcript on screen.');
  return transcript;
};

const firstLine = (deck: AppFixture) => {
  const { view, anchor, height } = shown(deck);
  return visibleLines(view, anchor, height).lines[0];
};

describe('wrapping', () => {
  it('is turned off by w: a line of the text is a line of the screen', () => {
    const deck = reading();
    deck.press('w');
    expect(deck.state().view.transcriptOptions.wrap).toBe(false);
    expect(shown(deck).view.blocks[1]?.lines).toEqual([WORDS]);
    deck.press('w');
    expect(shown(deck).view.blocks[1]?.lines.length).toBeGreaterThan(5);
  });

  it('moves sideways as far as the longest line on screen goes, and back', () => {
    const deck = reading();
    deck.press('right');
    expect(deck.notice()).toBe('Lines are wrapped. w unwraps them.');
    deck.press('w', 'right', 'right');
    expect(deck.state().view.scrollColumn).toBe(16);
    deck.press('left', 'left', 'left');
    expect(deck.state().view.scrollColumn).toBe(0);
    deck.press(...Array<string>(200).fill('right'));
    const { scrollColumn } = deck.state().view;
    expect(scrollColumn).toBe(WORDS.length - (shown(deck).width - 2));
    deck.press('j');
    expect(deck.state().view.scrollColumn).toBe(scrollColumn);
    deck.press('w', 'w');
    expect(deck.state().view.scrollColumn).toBe(0);
  });

  it('begins at the left again for another task', () => {
    const deck = reading();
    deck.press('w', 'right', 'tab', 'j');
    expect(deck.state().view.scrollColumn).toBe(0);
  });

  it('leaves whoever has scrolled with the message that they read', () => {
    const deck = reading();
    deck.press('g', ...Array<string>(30).fill('j'));
    const before = firstLine(deck);
    deck.press('w');
    const after = firstLine(deck);
    expect(before?.kind === 'text' && before.block.at).toBe(after?.kind === 'text' && after.block.at);
    expect(deck.state().view.scrollAnchors.get('a')?.message).toBe(3);
  });
});

describe('switches', () => {
  it('are turned by m and t, each by itself', () => {
    const deck = reading();
    deck.press('m');
    expect(deck.state().view.transcriptOptions).toEqual({ wrap: true, raw: true, times: true });
    deck.press('t', 'm');
    expect(deck.state().view.transcriptOptions).toEqual({ wrap: true, raw: false, times: false });
  });
});

describe('the full screen', () => {
  const isAlone = (deck: AppFixture): boolean => {
    const where = screenLayout(deck.state());
    return where.kind !== 'tiny' && where.list === null && where.detail?.width === 80;
  };

  it('is the transcript’s from z to z', () => {
    const deck = reading();
    deck.press('z');
    expect(isAlone(deck)).toBe(true);
    deck.press('z');
    expect(isAlone(deck)).toBe(false);
  });

  it('stays while an answer is written, and ends with going back to the list', () => {
    const deck = reading();
    deck.press('z', 'enter', 'y', 'esc');
    expect(isAlone(deck)).toBe(true);
    deck.press('tab');
    expect(isAlone(deck)).toBe(false);
    deck.press('tab');
    expect(isAlone(deck)).toBe(false);
  });
});
