import { describe, expect, it } from 'vitest';
import { openFormAt } from '../../src/store/form.ts';
import { draft } from '../../src/store/selectors.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const textOf = (app: AppFixture): string => draft(app.state()).text;

/** The prompt of task a is open; the history has three prompts. */
function writing(text = ''): AppFixture {
  const said = ['first', 'second', 'third'].map(
    (words) => ({ type: 'prompt-recorded', text: words }) as const,
  );
  const app = appFixture(applyEvents(stateWithTasks('a', 'b'), ...said));
  app.press('i');
  app.type(text);
  return app;
}

describe('up and down in the prompt', () => {
  it('step through the sent prompts and back to the draft', () => {
    const app = writing('mine');
    const seen: string[] = [];
    for (const key of ['up', 'up', 'ctrl+p', 'up', 'down', 'ctrl+n', 'down', 'down']) {
      app.press(key);
      seen.push(textOf(app));
    }
    expect(seen).toEqual(['third', 'second', 'first', 'first', 'second', 'third', 'mine', 'mine']);
  });

  it('move within a text of several lines first', () => {
    const app = writing();
    app.paste('one\ntwo');
    app.press('up');
    expect(textOf(app)).toBe('one\ntwo');
    app.press('up');
    expect(textOf(app)).toBe('third');
    app.press('down');
    expect(textOf(app)).toBe('one\ntwo');
    // The cursor is at the end, where down would leave the text.
    app.press('!');
    expect(textOf(app)).toBe('one\ntwo!');
  });

  it('keep the position when the cursor moves in between', () => {
    const app = writing('mine');
    app.press('up', 'left', 'end', 'home', 'down');
    expect(textOf(app)).toBe('mine');
  });

  it('keep edits of recalled prompts', () => {
    const app = writing('mine');
    app.press('up', '!', 'up', '?', 'home', 'down');
    expect(textOf(app)).toBe('!third');
    app.press('down', 'up', 'end', 'up');
    expect(textOf(app)).toBe('?second');
    app.press('end', 'down', 'down');
    expect(textOf(app)).toBe('mine');
  });
});

describe('leaving the prompt with a recalled text', () => {
  it('restores the draft when the recalled prompt is unchanged', () => {
    const app = writing('mine');
    app.press('up', 'up', 'esc');
    expect(textOf(app)).toBe('mine');
  });

  it('keeps a changed prompt as the draft, and the previous draft in the history', () => {
    const app = writing('mine');
    app.press('up', '!', 'esc');
    expect(textOf(app)).toBe('!third');
    expect(app.state().promptHistory.at(-1)).toBe('mine');
  });

  it('restores the draft before taskdeck quits, too', () => {
    const app = writing('mine');
    app.press('up', 'ctrl+c');
    expect(app.state().drafts.get('a')?.text).toBe('mine');
    expect(app.calls).toEqual([{ what: 'quit' }]);
  });

  it('does not carry the position to another task', () => {
    const app = writing('mine');
    app.press('up', '!', 'esc', 'j', 'i', 'up', 'down');
    expect(app.state().view.selected).toBe('b');
    expect(textOf(app)).toBe('');
    expect(app.state().drafts.get('a')?.text).toBe('!third');
  });

  it('restores the draft after sending', () => {
    const app = writing('mine');
    app.press('up', 'enter');
    expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'third' }]);
    expect(textOf(app)).toBe('mine');
  });
});

it('a draft without a recall is sent and cleared', () => {
  const app = writing('mine');
  app.press('up', 'down', 'enter');
  expect(app.calls).toEqual([{ what: 'send', taskId: 'a', text: 'mine' }]);
  expect(textOf(app)).toBe('');
});

it('works for a new task as well', () => {
  const app = writing();
  app.press('esc');
  app.dispatch(
    { type: 'open-form-changed', openForm: openFormAt('prompt') },
    draftTyped(NEW_TASK_KEY, 'a new one'),
    {
      type: 'pane-focused',
      pane: 'prompt',
    },
  );
  app.press('ctrl+a', 'up');
  expect(textOf(app)).toBe('third');
  app.press('esc');
  expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('a new one');
});
