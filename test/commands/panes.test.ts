import { describe, expect, it } from 'vitest';
import { resizeTerminal } from '../../src/commands/panes.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import type { State } from '../../src/store/state.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { screenLayout } from '../../src/view/layout/screen-layout.ts';
import { taskInView } from '../../src/view/layout/task-in-view.ts';
import { visibleLines } from '../../src/view/transcript/transcript-view.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const at = (columns: number, rows: number, more: Partial<State> = {}): AppFixture =>
  appFixture({ ...stateWithTasks('a', 'b'), size: { columns, rows }, ...more });

/** The panes on screen: list width x height, then those of the task; - for a hidden one. */
function panes(app: AppFixture): string {
  const where = screenLayout(app.state());
  if (where.kind === 'tiny') return 'tiny';
  const words = [where.list, where.detail].map((part) =>
    part === null ? '-' : `${part.width}x${part.height}`,
  );
  return words.join(' ');
}

describe('the split', () => {
  it('follows > and <, four columns at a time', () => {
    const app = at(100, 24);
    expect(panes(app)).toBe('38x21 62x21');
    app.press('>');
    expect(panes(app)).toBe('42x21 58x21');
    app.press('tab', '<', '<');
    expect(panes(app)).toBe('34x21 66x21');
  });

  it('stops at the least size of each pane, and says so', () => {
    const app = at(100, 24);
    for (let press = 0; press < 5; press++) app.press('<');
    expect(panes(app)).toMatch(/^24x\d+ 76x/);
    expect(app.notice()).toBe('The list cannot get smaller.');
    for (let press = 0; press < 20; press++) app.press('>');
    expect(panes(app)).toMatch(/^66x\d+ 34x/);
    expect(app.notice()).toBe('The list cannot get larger.');
  });

  it('keeps its share when the terminal gets another size', () => {
    const app = at(100, 24);
    app.press('>', '>', '>');
    expect(panes(app)).toBe('50x21 50x21');
    app.dispatch({ type: 'terminal-resized', size: { columns: 160, rows: 24 } });
    expect(panes(app)).toBe('80x21 80x21');
  });

  it('changes the rows of a list above the task', () => {
    const app = at(80, 24, { settings: { ...defaultSettings, layout: 'stacked' } });
    expect(panes(app)).toBe('80x8 80x13');
    app.press('>');
    expect(panes(app)).toBe('80x10 80x11');
    app.press('<', '<', '<');
    expect(panes(app)).toBe('80x4 80x17');
    app.press('<');
    expect(app.notice()).toBe('The list cannot get smaller.');
  });
});

describe('one pane', () => {
  it('is the list after - in the list; - again shows both', () => {
    const app = at(100, 24);
    app.press('-');
    expect(panes(app)).toBe('100x21 -');
    expect(taskInView(app.state())).toBeNull();
    app.press('<');
    expect(app.notice()).toBe('One pane is hidden. - shows both.');
    app.press('-');
    expect(panes(app)).toBe('38x21 62x21');
  });

  it('stays when tab looks at the task and returns', () => {
    const app = at(100, 24);
    app.press('-', 'tab');
    expect(panes(app)).toBe('- 100x21');
    app.press('tab');
    expect(panes(app)).toBe('100x21 -');
  });

  it('shows the task while the user writes to it', () => {
    const app = at(100, 24);
    app.press('-', 'i');
    expect(panes(app)).toBe('- 100x21');
    app.press('esc');
    expect(panes(app)).toBe('100x21 -');
  });

  it('is the transcript after z or - in it, until the list has the focus', () => {
    for (const key of ['z', '-']) {
      const app = at(100, 24);
      app.press('tab', key);
      expect(panes(app)).toBe('- 100x21');
      app.press(key);
      expect(panes(app)).toBe('38x21 62x21');
      app.press(key, 'tab');
      expect(panes(app)).toBe('38x21 62x21');
    }
  });

  it('ends with z in a transcript that has the screen because the list had it', () => {
    const app = at(100, 24);
    app.press('-', 'tab', 'z');
    expect(panes(app)).toBe('38x21 62x21');
  });

  it('is all that a small terminal has room for, which the keys say', () => {
    const app = at(60, 20);
    for (const key of ['-', '<', '>']) {
      app.press(key);
      expect(app.notice()).toBe('This terminal has room for one pane only.');
    }
    expect(app.state().view.panes.alone).toBeNull();
  });
});

describe('the arrangement', () => {
  const choose = (app: AppFixture, words: string): void => {
    app.press(':');
    app.type(words);
    app.press('enter');
  };

  it('changes from the palette, and follows the setting again where that gives the same', () => {
    const app = at(80, 24);
    choose(app, 'list beside the task');
    expect(panes(app)).toBe('80x8 80x13');
    choose(app, 'list beside the task');
    expect(panes(app)).toBe('34x21 46x21');
    expect(app.state().view.panes.arrangement).toEqual({ small: null, large: null });
  });

  it('is one for screens of less than 100 columns, and one for wider ones', () => {
    const app = at(80, 24);
    choose(app, 'list beside the task');
    app.dispatch({ type: 'terminal-resized', size: { columns: 100, rows: 24 } });
    expect(panes(app)).toBe('38x21 62x21');
    app.dispatch({ type: 'terminal-resized', size: { columns: 99, rows: 24 } });
    expect(panes(app)).toBe('99x8 99x13');
  });

  it('says when the terminal is too small for it', () => {
    const app = at(80, 14);
    choose(app, 'list beside the task');
    expect(app.notice()).toBe('The terminal is too small for that.');
  });

  it('returns to the settings with the split and both panes', () => {
    const app = at(100, 24);
    app.press('>', '-');
    choose(app, 'panes as in the settings');
    expect(panes(app)).toBe('38x21 62x21');
  });
});

it('a screen reader keeps both panes, which the keys say', () => {
  const app = at(200, 24, { hasPanes: false });
  for (const key of ['-', '<']) {
    app.press(key);
    expect(app.notice()).toBe('A screen reader reads both panes.');
  }
});

describe('the first visible text of a transcript', () => {
  const WORDS = Array.from({ length: 900 }, (_, index) => `word${index}`).join(' ');
  const reading = (): AppFixture => {
    const state = applyEvents(
      stateWithTasks('a', 'b'),
      transcriptReceived('a', live(you(0, 'go'), agent(1, WORDS), you(2, 'on'), agent(3, WORDS))),
    );
    const app = appFixture({ ...state, size: { columns: 120, rows: 24 } });
    app.press('tab', 'pageup', 'pageup', 'pageup', 'pageup');
    return app;
  };
  const firstWord = (app: AppFixture): number => {
    const transcript = visibleTranscript(app.state());
    if (transcript === null) throw new Error('There is no transcript on screen.');
    const { view, anchor, height } = transcript;
    const line = visibleLines(view, anchor, height).lines.find((each) => each.kind === 'text');
    return Number(/word(\d+)/.exec(line?.kind === 'text' ? line.text : '')?.[1]);
  };

  it('stays when the panes or the terminal change their size', () => {
    const app = reading();
    const before = firstWord(app);
    const changes = [
      () => app.press('<', '<'),
      () => app.press('>', '>', '>', '>', '>'),
      () => app.press('z'),
      () => resizeTerminal(app.store, { columns: 80, rows: 24 }),
      () => resizeTerminal(app.store, { columns: 120, rows: 24 }),
    ];
    for (const change of changes) {
      change();
      // A line starts with another word at another width.
      expect(Math.abs(firstWord(app) - before)).toBeLessThan(15);
    }
  });
});
