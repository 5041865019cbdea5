import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { initialPromptKey, NEW_TASK_KEY } from '../../src/store/state.ts';
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
const draftOf = (deck: AppFixture, key = initialPromptKey('a')) => deck.state().drafts.get(key)?.text;

describe('I', () => {
  it('opens what a paused task begins with, and hands over what became of it', () => {
    const deck = deckWith('paused');
    deck.press('I');
    expect(draftOf(deck)).toBe(EDITED);
    deck.type('!');
    deck.press('enter');
    expect(deck.calls).toEqual([{ what: 'update-input', taskId: 'a', text: `${EDITED}!` }]);
    expect(deck.state().view).toMatchObject({ focus: 'list', initialPromptTaskId: null });
    // Until the server has taken it.
    expect(draftOf(deck)).toBe(`${EDITED}!`);
  });

  it('keeps what was changed through esc, and nothing of what was only looked at', () => {
    const deck = deckWith('paused');
    deck.press('I', 'esc');
    expect(draftOf(deck)).toBeUndefined();
    deck.press('I');
    deck.type('?');
    deck.press('esc', 'enter');
    deck.type('a message');
    deck.press('esc', 'I');
    expect(draftOf(deck)).toBe(`${EDITED}?`);
    expect(draftOf(deck, 'a')).toBe('a message');
    expect(deck.calls).toEqual([]);
  });

  it('asks nothing of the server where nothing was changed, nor for nothing at all', () => {
    const deck = deckWith('paused');
    deck.press('I', 'enter', 'I');
    for (let line = 0; line < 4; line++) deck.press('ctrl+u');
    deck.press('enter');
    expect(deck.notice()).toMatch(/^The initial prompt is empty/u);
    expect(deck.calls).toEqual([]);
  });

  it('says why it cannot, before and when the task was resumed meanwhile', () => {
    const working = deckWith('working');
    working.press('I');
    expect(working.state().view.focus).toBe('list');
    expect(working.notice()).toMatch(/^Only the prompt of a paused task can be edited\./u);
    const deck = deckWith('paused');
    deck.press('I');
    deck.type('!');
    deck.dispatch({ type: 'action-started', taskId: 'a', action: 'resume', now: deck.state().now });
    deck.press('enter');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toMatch(/^Only the prompt of a paused task can be edited\./u);
    expect(draftOf(deck)).toBe(`${EDITED}!`);
  });

  it('leaves what was written in the history when the task goes away', () => {
    const deck = deckWith('paused');
    deck.press('I');
    deck.type('!');
    deck.dispatch({ type: 'task-deleted', taskId: 'a', now: deck.state().now });
    expect(deck.state().promptHistory).toEqual([`${EDITED}!`]);
    expect(deck.state().view).toMatchObject({ focus: 'list', initialPromptTaskId: null });
  });
});

describe('N', () => {
  const templates = [template('shell'), template('docker')];

  it('begins a task with the prompt of the selected one, from its template', async () => {
    const deck = deckWith('working');
    deck.dispatch({ type: 'templates-received', templates });
    deck.press('N');
    await deck.answerOffers();
    expect(draftOf(deck, NEW_TASK_KEY)).toBe(EDITED);
    deck.press('enter');
    expect(deck.calls.at(-1)).toEqual({
      what: 'create',
      task: { templateVersionId: 'version-docker', prompt: EDITED },
    });
  });

  it('takes the preset that the workspace was made with, by its name', async () => {
    const deck = deckWith('working', { templateVersionId: 'an-older-version' });
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
    deck.dispatch(
      { type: 'templates-received', templates },
      { type: 'build-received', taskId: 'a', build, now: deck.state().now },
    );
    deck.press('N');
    await deck.answerOffers({
      presets: [preset('new-large', 'Large', true), preset('old-small', 'Small')],
    });
    expect(deck.state().newTaskForm).toMatchObject({ template: 'id-docker', preset: { named: 'Small' } });
  });

  it('keeps among the earlier prompts what had been begun, and falls back where the template is gone', async () => {
    const deck = deckWith('working', { templateId: 'gone' });
    deck.dispatch(
      { type: 'templates-received', templates: [template('shell')] },
      { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('half a thought') },
    );
    deck.press('N');
    await deck.answerOffers();
    expect(deck.state().promptHistory).toEqual(['half a thought']);
    expect(deck.notice()).toMatch(/in the prompt history/u);
    deck.press('enter');
    expect(deck.calls.at(-1)).toMatchObject({ what: 'create', task: { templateVersionId: 'version-shell' } });
  });

  it('says so where there is no prompt to begin with', () => {
    const deck = deckWith('working', { initialPrompt: ' ' });
    deck.press('N');
    expect(deck.notice()).toMatch(/^It has no initial prompt/u);
  });
});
