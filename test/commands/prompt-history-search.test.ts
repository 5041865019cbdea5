import { describe, expect, it } from 'vitest';
import { activePromptSearch, visibleDraft } from '../../src/store/prompt-history-search.ts';
import { draft } from '../../src/store/selectors.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const HISTORY = ['fix the login', 'run tests', 'fix the docs'];

/** The prompt is open and has a draft. */
const writing = (): AppFixture => {
  const app = appFixture(
    applyEvents({ ...stateWithTasks('a'), promptHistory: HISTORY }, draftTyped('a', 'half a thought')),
  );
  app.press('i');
  return app;
};
const textOf = (app: AppFixture): string => draft(app.state()).text;
const shown = (app: AppFixture): string => visibleDraft(app.state()).text;

describe('ctrl+r in the prompt', () => {
  it('finds the newest match while the user types, then older ones', () => {
    const app = writing();
    app.press('ctrl+r');
    expect(shown(app)).toBe('half a thought');
    app.type('fix t');
    expect(shown(app)).toBe('fix the docs');
    expect(visibleDraft(app.state()).cursor).toBe(0);
    app.press('ctrl+r');
    expect(shown(app)).toBe('fix the login');
    // The draft changes only when the match is accepted.
    expect(textOf(app)).toBe('half a thought');
    app.press('backspace');
    expect(shown(app)).toBe('fix the docs');
  });

  it.each(['enter', 'right', 'up', 'down'])('%s accepts the match without sending it', (key) => {
    const app = writing();
    app.press('ctrl+r');
    app.type('tests');
    app.press(key);
    expect(textOf(app)).toBe('run tests');
    expect(activePromptSearch(app.state())).toBeNull();
    expect(app.calls).toEqual([]);
    // The draft is still reachable.
    app.press('down', 'down');
    expect(textOf(app)).toBe('half a thought');
  });

  it.each(['esc', 'ctrl+g'])('%s restores the draft', (key) => {
    const app = writing();
    app.press('ctrl+r');
    app.type('tests');
    app.press(key);
    expect(textOf(app)).toBe('half a thought');
    expect(app.state().view).toMatchObject({ promptSearch: null, focus: 'prompt' });
  });

  it('accepts the match with any other key, which then edits it', () => {
    const app = writing();
    app.press('ctrl+r');
    app.type('tests');
    app.press('ctrl+e', '!');
    expect(textOf(app)).toBe('run tests!');
  });

  it('searches for pasted text', () => {
    const app = writing();
    app.press('ctrl+r');
    app.paste('the login\n');
    expect(shown(app)).toBe('fix the login');
  });

  it('keeps the draft without a match', () => {
    const app = writing();
    app.press('ctrl+r');
    app.type('qqq');
    expect(activePromptSearch(app.state())).toMatchObject({ index: null, isExhausted: true });
    app.press('enter');
    expect(textOf(app)).toBe('half a thought');
  });

  it('shows a notice without a prompt history', () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('i', 'ctrl+r');
    expect(app.notice()).toBe('No prompt history.');
  });
});
