import { describe, expect, it } from 'vitest';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { visibleLines } from '../../src/view/transcript/transcript-view.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
const LONG = live(you(0, 'go'), agent(1, lines));

const reading = (): AppFixture => {
  const app = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', LONG)));
  app.press('tab');
  return app;
};

/** First visible line, number of lines, height of the window. */
function place(app: AppFixture): { top: number; total: number; height: number } {
  const visible = visibleTranscript(app.state());
  if (visible === null) throw new Error('There is no transcript on screen.');
  const { view, anchor, height } = visible;
  return { top: visibleLines(view, anchor, height).top, total: view.total, height };
}

describe('the transcript', () => {
  it('follows its end until it is scrolled', () => {
    const app = reading();
    const { top, total, height } = place(app);
    expect(top).toBe(total - height);
    app.press('up', 'k');
    expect(place(app).top).toBe(top - 2);
    app.press('down', 'j', 'down');
    expect(place(app).top).toBe(top);
    expect(app.state().view.scrollAnchors.size).toBe(0);
  });

  it('scrolls by pages and to both ends', () => {
    const app = reading();
    const { total, height } = place(app);
    app.press('g');
    expect(place(app).top).toBe(0);
    app.press('pagedown');
    expect(place(app).top).toBe(height - 1);
    app.press(' ', 'ctrl+d');
    expect(place(app).top).toBe(3 * (height - 1));
    app.press('pageup', 'ctrl+u', 'pageup', 'pageup');
    expect(place(app).top).toBe(0);
    app.press('end');
    expect(place(app).top).toBe(total - height);
    app.press('home');
    expect(place(app).top).toBe(0);
  });

  it('keeps its position while messages arrive', () => {
    const app = reading();
    app.press('up');
    const { top } = place(app);
    app.dispatch(transcriptReceived('a', live(you(0, 'go'), agent(1, `${lines}\nmore\nand more`))));
    expect(place(app).top).toBe(top);
  });

  it('f stops and resumes following at the end, in the list too', () => {
    const app = reading();
    app.press('f');
    const { top } = place(app);
    const grown = transcriptReceived('a', live(you(0, 'go'), agent(1, `${lines}\nmore\nand more`)));
    app.dispatch(grown);
    expect(place(app).top).toBe(top);
    app.press('tab', 'f');
    const { top: end, total, height } = place(app);
    expect(end).toBe(total - height);
  });

  it('keeps a position for each task', () => {
    const app = reading();
    app.press('g', 'tab', 'j', 'k');
    expect(place(app).top).toBe(0);
  });

  it('cannot be followed when it is not visible', () => {
    const app = appFixture(
      applyEvents(stateWithTasks('a'), transcriptReceived('a', LONG), {
        type: 'terminal-resized',
        size: { columns: 60, rows: 20 },
      }),
    );
    app.press('f');
    expect(app.notice()).toBe('No transcript shown.');
    app.press('tab', 'g');
    expect(place(app).top).toBe(0);
  });
});
