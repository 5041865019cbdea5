import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { initialPromptKey, NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { taskIn, template } from './phase-builders.ts';

const PROMPT = 'Fix the\r\nlogin \x1b[31mredirect';
const EDITED = 'Fix the\nlogin redirect';

const deckWith = (phase: 'paused' | 'working', about = {}): AppFixture =>
  appFixture(
    applyEvents(
      emptyState(),
      listReceived([taskIn(phase, 'a', { initialPrompt: PROMPT, templateId: 'id-docker', ...about })]),
    ),
  );
const draftOf = (app: AppFixture, key = initialPromptKey('a')) => app.state().drafts.get(key)?.text;

describe('I', () => {
  it('opens the initial prompt of a paused task and sends the change', () => {
    const app = deckWith('paused');
    app.press('I');
    expect(draftOf(app)).toBe(EDITED);
    app.type('!');
    app.press('enter');
    expect(app.calls).toEqual([{ what: 'update-input', taskId: 'a', text: `${EDITED}!` }]);
    expect(app.state().view).toMatchObject({ focus: 'list', initialPromptTaskId: null });
    // A draft until the server accepts it.
    expect(draftOf(app)).toBe(`${EDITED}!`);
  });

  it('keeps a change after esc, and drops an unchanged prompt', () => {
    const app = deckWith('paused');
    app.press('I', 'esc');
    expect(draftOf(app)).toBeUndefined();
    app.press('I');
    app.type('?');
    app.press('esc', 'enter');
    app.type('a message');
    app.press('esc', 'I');
    expect(draftOf(app)).toBe(`${EDITED}?`);
    expect(draftOf(app, 'a')).toBe('a message');
    expect(app.calls).toEqual([]);
  });

  it('sends no request for an unchanged or an empty prompt', () => {
    const app = deckWith('paused');
    app.press('I', 'enter', 'I');
    for (let line = 0; line < 4; line++) app.press('ctrl+u');
    app.press('enter');
    expect(app.notice()).toMatch(/^The initial prompt is empty/u);
    expect(app.calls).toEqual([]);
  });

  it('shows the reason when the task is not paused, or was resumed meanwhile', () => {
    const working = deckWith('working');
    working.press('I');
    expect(working.state().view.focus).toBe('list');
    expect(working.notice()).toMatch(/^Only the prompt of a paused task can be edited\./u);
    const app = deckWith('paused');
    app.press('I');
    app.type('!');
    app.dispatch({ type: 'action-started', taskId: 'a', action: 'resume', now: app.state().now });
    app.press('enter');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toMatch(/^Only the prompt of a paused task can be edited\./u);
    expect(draftOf(app)).toBe(`${EDITED}!`);
  });

  it('keeps the text in the prompt history when the task disappears', () => {
    const app = deckWith('paused');
    app.press('I');
    app.type('!');
    app.dispatch({
      type: 'action-accepted',
      taskId: 'a',
      action: 'delete',
      patch: { isRemoved: true },
      now: app.state().now,
    });
    expect(app.state().promptHistory).toEqual([`${EDITED}!`]);
    expect(app.state().view).toMatchObject({ focus: 'list', initialPromptTaskId: null });
  });
});

describe('N', () => {
  const templates = [template('shell'), template('docker')];

  it('opens a new task with the prompt and the template of the selected one', async () => {
    const app = deckWith('working');
    app.dispatch({ type: 'templates-received', templates });
    app.press('N');
    await app.answerOptions();
    expect(draftOf(app, NEW_TASK_KEY)).toBe(EDITED);
    app.press('enter');
    expect(app.calls.at(-1)).toEqual({
      what: 'create',
      task: { templateVersionId: 'version-docker', prompt: EDITED },
    });
  });

  it('chooses the preset of the workspace by its name', async () => {
    const app = deckWith('working', { templateVersionId: 'an-older-version' });
    const build = {
      id: 'b',
      number: 1,
      transition: 'start',
      status: 'succeeded',
      error: '',
      queuePosition: 0,
      queueSize: 0,
      createdAt: 0,
      startedAt: 0,
      completedAt: 1,
      presetId: 'old-small',
    };
    const preset = (id: string, name: string, isDefault = false) => ({
      id,
      name,
      isDefault,
      description: '',
      prompt: null,
    });
    app.dispatch(
      { type: 'templates-received', templates },
      { type: 'build-received', taskId: 'a', build, now: app.state().now },
    );
    app.press('N');
    await app.answerOptions({
      presets: [preset('new-large', 'Large', true), preset('old-small', 'Small')],
    });
    expect(app.state().newTaskForm).toMatchObject({ template: 'id-docker', preset: { named: 'Small' } });
  });

  it('keeps the previous draft in the prompt history, and chooses no template when it was deleted', async () => {
    const app = deckWith('working', { templateId: 'gone' });
    app.dispatch(
      { type: 'templates-received', templates: [template('shell')] },
      { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('half a thought') },
    );
    app.press('N');
    await app.answerOptions();
    expect(app.state().promptHistory).toEqual(['half a thought']);
    expect(app.notice()).toMatch(/in the prompt history/u);
    app.press('enter');
    expect(app.calls.at(-1)).toMatchObject({ what: 'create', task: { templateVersionId: 'version-shell' } });
  });

  it('shows a notice for a task without an initial prompt', () => {
    const app = deckWith('working', { initialPrompt: ' ' });
    app.press('N');
    expect(app.notice()).toMatch(/^It has no initial prompt/u);
  });
});
