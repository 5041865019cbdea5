import { describe, expect, it } from 'vitest';
import { CODER_AGENTS, NO_CHAT_CHOICE } from '../../src/domain/new-chat.ts';
import { SHELL_TEMPLATE } from '../../src/domain/new-task.ts';
import { formFields, promptHint } from '../../src/store/form.ts';
import { formChoices } from '../../src/store/form-choices.ts';
import { AGENT_MODELS, onThisMachine, worktreePreview } from '../store/chat-form-states.ts';
import { applyEvents } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { template } from './phase-builders.ts';

const TEMPLATES = [template(SHELL_TEMPLATE, { displayName: 'Shell command' }), template('mine')];

const created = (app: AppFixture) => app.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
const field = (app: AppFixture) => app.state().view.openForm?.field ?? null;
const labels = (app: AppFixture) => formChoices(app.state()).map(({ label }) => label);

function opened(state = onThisMachine(TEMPLATES)): AppFixture {
  const app = appFixture(state);
  app.press('n');
  return app;
}

const goTo = (app: AppFixture, name: string): void => {
  for (let presses = 0; field(app) !== name; presses++) {
    if (presses > 10) throw new Error(`There is no field ${name}.`);
    app.press('tab');
  }
};

/** A form with a fault loads its options again. */
const optionsLoaded = () => new Promise(setImmediate);

const CHAT = { kind: 'chat', prompt: 'fix it', organizationId: 'o1', permissionMode: 'ask' };

describe('the form on this machine', () => {
  it('is that of a chat, whose prompt is never run as a command', () => {
    const app = opened();
    expect(formFields(app.state())).toEqual([
      'template',
      'model',
      'plan',
      'permission',
      'directory',
      'worktree',
      'prompt',
    ]);
    expect(promptHint(app.state())).toBe('a prompt for an agent: what should the agent do?');
    goTo(app, 'template');
    expect(labels(app)).toEqual(['Agent', 'Shell command', 'mine']);
  });

  it('asks for the agent where there are several, and offers no missing one', async () => {
    const app = opened();
    app.type('fix it');
    app.press('enter');
    await optionsLoaded();
    expect(created(app)).toEqual([]);
    expect(field(app)).toBe('model');
    expect(app.state().newTaskForm.fieldErrors.model).toBe('Choose an agent.');
    expect(labels(app)).toEqual(['Claude Code', 'Gemini CLI', 'Gemini CLI · Flash', 'Codex']);
    app.type('codex');
    app.press('enter');
    expect(app.notice()).toBe('Codex cannot be used: its adapter is missing. Run: npm install it');
    app.press('ctrl+u');
    app.type('flash');
    app.press('enter');
    expect(promptHint(app.state())).toBe('a prompt for Gemini CLI: what should the agent do?');
    app.press('enter');
    expect(created(app)).toEqual([{ ...CHAT, modelId: 'flash' }]);
  });

  it('starts with the only agent, in the chosen mode and directory', () => {
    const only = { ...AGENT_MODELS[0], isDefault: true } as (typeof AGENT_MODELS)[number];
    const app = opened(onThisMachine(TEMPLATES, [only]));
    app.type('fix it');
    goTo(app, 'permission');
    expect(labels(app)).toEqual([
      'asks first',
      'edits files without asking',
      'does everything without asking',
    ]);
    app.press('down');
    goTo(app, 'directory');
    app.type('~/other');
    app.dispatch(worktreePreview({}, { directory: '/home/ada/other' }));
    goTo(app, 'prompt');
    app.press('enter');
    expect(created(app)).toEqual([{ ...CHAT, permissionMode: 'edits', directory: '/home/ada/other' }]);
  });

  it('takes a directory relative to the current one', () => {
    const app = opened(onThisMachine(TEMPLATES, AGENT_MODELS.slice(1, 2)));
    app.dispatch({ type: 'form-changed', change: { chat: { ...NO_CHAT_CHOICE, model: 'gemini' } } });
    app.type('fix it');
    goTo(app, 'directory');
    app.type('lib');
    app.dispatch(worktreePreview({}, { directory: '/home/ada/src/lib' }));
    goTo(app, 'prompt');
    app.press('enter');
    expect(created(app)).toEqual([{ ...CHAT, modelId: 'gemini', directory: '/home/ada/src/lib' }]);
  });

  it('says that no agent is installed', async () => {
    const app = opened(onThisMachine(TEMPLATES, AGENT_MODELS.slice(3)));
    // The choice between an agent and a command comes first.
    expect(app.state().view.openForm?.field).toBe('template');
    goTo(app, 'prompt');
    app.type('fix it');
    app.press('enter');
    await optionsLoaded();
    expect(created(app)).toEqual([]);
    expect(app.state().newTaskForm.fieldErrors.model).toBe(
      'No agent is installed. Install one, or choose “Shell command” as the kind.',
    );
  });

  it('creates a Task of the shell when that is chosen, without the fields of a chat', () => {
    const app = opened();
    app.type('npm test');
    goTo(app, 'template');
    app.type('shell');
    app.press('enter');
    expect(formFields(app.state())).toEqual(['template', 'preset', 'name', 'prompt']);
    expect(app.state().newTaskForm.template).not.toBe(CODER_AGENTS);
  });

  it('is that of a chat when the last task was of an agent that is no template any more', () => {
    const state = applyEvents(onThisMachine(TEMPLATES), {
      type: 'template-choice-changed',
      choice: { template: 'id-of-claude', preset: 'default' },
    });
    expect(formFields(opened(state).state())).toContain('model');
  });
});
