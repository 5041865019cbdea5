import { describe, expect, it } from 'vitest';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { screenLayout } from '../../src/view/layout/screen-layout.ts';
import { visibleLines } from '../../src/view/transcript/transcript-view.ts';
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
  const app = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', TALK)));
  app.press('tab');
  return app;
};

const shown = (app: AppFixture) => {
  const transcript = visibleTranscript(app.state());
  if (transcript === null) throw new Error('There is no transcript on screen.');
  return transcript;
};

const firstLine = (app: AppFixture) => {
  const { view, anchor, height } = shown(app);
  return visibleLines(view, anchor, height).lines[0];
};

describe('wrapping', () => {
  it('is turned off by w: each line of text is one row', () => {
    const app = reading();
    app.press('w');
    expect(app.state().view.transcriptOptions.wrap).toBe(false);
    expect(shown(app).view.blocks[1]?.lines).toEqual([WORDS]);
    app.press('w');
    expect(shown(app).view.blocks[1]?.lines.length).toBeGreaterThan(5);
  });

  it('scrolls sideways to the end of the longest visible line, and back', () => {
    const app = reading();
    app.press('right');
    expect(app.notice()).toBe('Lines are wrapped. w unwraps them.');
    app.press('w', 'right', 'right');
    expect(app.state().view.scrollColumn).toBe(16);
    app.press('left', 'left', 'left');
    expect(app.state().view.scrollColumn).toBe(0);
    app.press(...Array<string>(200).fill('right'));
    const { scrollColumn } = app.state().view;
    expect(scrollColumn).toBe(WORDS.length - (shown(app).width - 2));
    app.press('j');
    expect(app.state().view.scrollColumn).toBe(scrollColumn);
    app.press('w', 'w');
    expect(app.state().view.scrollColumn).toBe(0);
  });

  it('starts at the left for another task', () => {
    const app = reading();
    app.press('w', 'right', 'tab', 'j');
    expect(app.state().view.scrollColumn).toBe(0);
  });

  it('keeps a scrolled window at the same message', () => {
    const app = reading();
    app.press('g', ...Array<string>(30).fill('j'));
    const before = firstLine(app);
    app.press('w');
    const after = firstLine(app);
    expect(before?.kind === 'text' && before.block.at).toBe(after?.kind === 'text' && after.block.at);
    expect(app.state().view.scrollAnchors.get('a')?.message).toBe(3);
  });
});

describe('options', () => {
  it('m and t toggle one each', () => {
    const app = reading();
    app.press('m');
    expect(app.state().view.transcriptOptions).toEqual({ wrap: true, raw: true, times: true });
    app.press('t', 'm');
    expect(app.state().view.transcriptOptions).toEqual({ wrap: true, raw: false, times: false });
  });
});

describe('the full screen', () => {
  const isAlone = (app: AppFixture): boolean => {
    const where = screenLayout(app.state());
    return where.kind !== 'tiny' && where.list === null && where.detail?.width === 80;
  };

  it('z turns it on and off', () => {
    const app = reading();
    app.press('z');
    expect(isAlone(app)).toBe(true);
    app.press('z');
    expect(isAlone(app)).toBe(false);
  });

  it('stays while the user writes, and ends with the return to the list', () => {
    const app = reading();
    app.press('z', 'enter', 'y', 'esc');
    expect(isAlone(app)).toBe(true);
    app.press('tab');
    expect(isAlone(app)).toBe(false);
    app.press('tab');
    expect(isAlone(app)).toBe(false);
  });
});
