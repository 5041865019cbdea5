import { describe, expect, it } from 'vitest';
import { CODER_AGENTS, NO_CHAT_CHOICE } from '../../src/domain/new-chat.ts';
import type { LastChoice } from '../../src/domain/new-task.ts';
import { formFields, promptHint } from '../../src/store/form.ts';
import { formChoices, highlightedChoice } from '../../src/store/form-choices.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import type { State } from '../../src/store/state.ts';
import {
  chatOptions,
  MODELS,
  model,
  ORGANIZATION,
  OTHER_ORGANIZATION,
  onlyChats,
  tasksAndChats,
  WORKSPACE_TEMPLATE,
} from '../store/chat-form-states.ts';
import { applyEvents, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { template } from './phase-builders.ts';

const TEMPLATES = [template('shell', { displayName: 'Shell' }), template('docker')];

const created = (app: AppFixture) =>
  app.calls.flatMap((call) => (call.what === 'create' ? [{ ...call, what: undefined }] : []));
const tasks = (app: AppFixture) => created(app).map(({ task }) => task);
const field = (app: AppFixture) => app.state().view.openForm?.field ?? null;
const labels = (app: AppFixture) => formChoices(app.state()).map(({ label }) => label);
const pointed = (app: AppFixture) => labels(app)[highlightedChoice(app.state(), formChoices(app.state()))];

/** Opens the form of a chat; its options are loaded. */
function opened(state: State = applyEvents(onlyChats(), ...chatOptions())): AppFixture {
  const app = appFixture(state);
  app.press('n');
  return app;
}

const lastChat = (chat: Partial<LastChoice['chat']> = {}): LastChoice => ({
  template: CODER_AGENTS,
  preset: 'default',
  chat: { ...NO_CHAT_CHOICE, ...chat },
});

const goTo = (app: AppFixture, name: string): void => {
  for (let presses = 0; field(app) !== name; presses++) {
    if (presses > 10) throw new Error(`There is no field ${name}.`);
    app.press('tab');
  }
};

describe('a deployment with only Chats', () => {
  it('shows the fields of a chat, loads their options and no templates', () => {
    const app = opened(onlyChats());
    expect(formFields(app.state())).toEqual(['model', 'plan', 'workspace', 'prompt']);
    expect(app.calls).toEqual([{ what: 'chat-options' }]);
    expect(promptHint(app.state())).toBe('a prompt for Coder Agents: what should the agent do?');
    expect(app.notice()).toBeNull();
  });

  it('starts a chat with the defaults of the server', () => {
    const app = opened();
    app.type('fix it');
    app.press('enter');
    expect(tasks(app)).toEqual([{ kind: 'chat', prompt: 'fix it', organizationId: 'o1' }]);
    expect(app.state().view).toMatchObject({ openForm: null, focus: 'list' });
    expect(app.state().drafts.get(NEW_TASK_KEY)).toBeUndefined();
    expect(app.state().promptHistory).toEqual(['fix it']);
  });

  it('starts a chat with the attached files, which leave the form', () => {
    const app = opened();
    const files = [{ path: '/a.txt', name: 'a.txt', mediaType: 'text/plain', size: 9, modifiedAt: 1 }];
    app.dispatch({ type: 'attachments-changed', key: NEW_TASK_KEY, files });
    app.type('Fix the clock');
    app.press('enter');
    expect(tasks(app)).toMatchObject([{ kind: 'chat', prompt: 'Fix the clock', attachments: files }]);
    expect(app.state().attachments.size).toBe(0);
  });

  it('starts one chat when enter is pressed twice', () => {
    const app = opened();
    app.type('fix it');
    app.press('enter', 'enter', 'enter');
    expect(tasks(app)).toHaveLength(1);
  });

  it('waits for the options, and starts one chat when they arrive', async () => {
    const app = opened(onlyChats());
    app.type('fix it');
    let loaded = (): void => undefined;
    app.context.operations.loadChatOptions = () =>
      new Promise((resolve) => {
        loaded = () => {
          app.dispatch(...chatOptions());
          resolve();
        };
      });
    app.press('enter', 'enter');
    expect(app.notice()).toBe('Loading the options of chats. The chat starts when they arrive.');
    expect(tasks(app)).toEqual([]);
    loaded();
    await new Promise(setImmediate);
    expect(tasks(app)).toHaveLength(1);
  });
});

describe('a deployment with Tasks and Chats', () => {
  it('asks for the agent or a template, and then shows the fields of the choice', async () => {
    const app = opened(applyEvents(tasksAndChats(TEMPLATES), ...chatOptions()));
    expect(formFields(app.state())).toEqual(['template', 'prompt']);
    app.type('go');
    app.press('enter');
    expect(field(app)).toBe('template');
    expect(app.state().newTaskForm.fieldErrors.template).toBe('Choose Coder Agents or a template.');
    expect(labels(app)).toEqual(['Coder Agents', 'Shell', 'docker']);
    app.type('agents');
    expect(labels(app)).toEqual(['Coder Agents']);
    app.press('tab');
    expect(formFields(app.state())).toEqual(['template', 'model', 'effort', 'plan', 'workspace', 'prompt']);
    expect(app.calls.at(-1)).toEqual({ what: 'chat-options' });
    app.press('shift+tab');
    app.type('docker');
    app.press('tab');
    expect(formFields(app.state())).toEqual(['template', 'preset', 'name', 'prompt']);
    await app.answerOptions();
    goTo(app, 'prompt');
    app.press('enter');
    expect(tasks(app)).toEqual([{ templateVersionId: 'version-docker', prompt: 'go' }]);
  });

  it('starts from the agent again after a chat, and keeps the choices of the chat after a task', async () => {
    const last = lastChat({ model: 'opus' });
    const app = opened(
      applyEvents({ ...tasksAndChats(TEMPLATES), lastTemplateChoice: last }, ...chatOptions()),
    );
    expect(formFields(app.state())[1]).toBe('model');
    goTo(app, 'template');
    app.type('shell');
    app.press('enter');
    await app.answerOptions();
    app.type('go');
    app.press('enter');
    expect(app.state().lastTemplateChoice).toEqual({ ...last, template: 'id-shell' });
  });

  it('a deployment without Chats has the form of Tasks', () => {
    const app = opened({ ...stateWithTasks('a'), templates: TEMPLATES });
    expect(formFields(app.state())).toEqual(['template', 'preset', 'name', 'prompt']);
    goTo(app, 'template');
    expect(labels(app)).toEqual(['Shell', 'docker']);
  });
});

describe('the model', () => {
  it('lists models by provider, the unavailable ones last with the reason', () => {
    const app = opened();
    goTo(app, 'model');
    expect(formChoices(app.state()).map(({ label, unavailable }) => [label, unavailable])).toEqual([
      ['Sonnet · Anthropic (default)', undefined],
      ['Opus · Anthropic', undefined],
      ['GPT 6 · OpenAI', undefined],
      ['Llama 5 · Our own', 'its provider has no API key'],
    ]);
    expect(pointed(app)).toBe('Sonnet · Anthropic (default)');
  });

  it('is found by its provider, and decides about the efforts', () => {
    const app = opened();
    app.type('go');
    goTo(app, 'model');
    app.type('openai');
    expect(labels(app)).toEqual(['GPT 6 · OpenAI']);
    app.press('tab');
    expect(formFields(app.state())).not.toContain('effort');
    app.press('shift+tab');
    app.type('opus');
    app.press('tab');
    expect(field(app)).toBe('effort');
    expect(labels(app)).toEqual(['default of the model', 'high']);
    app.press('down', 'enter');
    app.press('enter');
    expect(tasks(app)).toMatchObject([{ modelId: 'opus', effort: 'high' }]);
  });

  it.each(['enter', 'tab'])('that is unavailable is not chosen with %s, and the reason is shown', (key) => {
    const app = opened();
    app.type('go');
    goTo(app, 'model');
    app.type('llama');
    app.press(key);
    expect(field(app)).toBe('model');
    expect(app.notice()).toBe('Llama 5 · Our own cannot be used: its provider has no API key');
    expect(app.state().newTaskForm.chat.model).toBeNull();
  });

  it('that no server marks as default is chosen with enter, and not by leaving the field', () => {
    const state = applyEvents(onlyChats(), ...chatOptions([model('a'), model('b')]));
    const app = opened(state);
    goTo(app, 'model');
    app.press('tab');
    expect(app.state().newTaskForm.chat.model).toBeNull();
    app.press('shift+tab', 'enter');
    expect(app.state().newTaskForm.chat.model).toBe('a');
    expect(field(app)).toBe('prompt');
  });

  it('that is chosen last and no longer usable gives way to the default', () => {
    const state = { ...onlyChats(), lastTemplateChoice: lastChat({ model: 'llama', effort: 'high' }) };
    const app = opened(applyEvents(state, ...chatOptions()));
    app.type('go');
    app.press('enter');
    expect(tasks(app)).toEqual([{ kind: 'chat', prompt: 'go', organizationId: 'o1', effort: 'high' }]);
  });

  it('is left to the server when the models cannot be listed, and not when none can be used', async () => {
    const failed = {
      type: 'chat-models-loaded',
      organizationId: 'o1',
      result: { error: 'Cannot list the models: No.' },
    } as const;
    const [organizations, workspaces, templates] = chatOptions();
    if (!organizations || !workspaces || !templates) throw new Error('The builder changed.');
    const app = opened(applyEvents(onlyChats(), organizations, workspaces, templates, failed));
    app.type('go');
    app.press('enter');
    expect(tasks(app)).toEqual([{ kind: 'chat', prompt: 'go', organizationId: 'o1' }]);

    const none = opened(applyEvents(onlyChats(), ...chatOptions([model('x', { unavailable: 'no key' })])));
    none.type('go');
    none.press('enter');
    await new Promise(setImmediate);
    expect(tasks(none)).toEqual([]);
    expect(field(none)).toBe('model');
    expect(none.state().newTaskForm.fieldErrors.model).toMatch(/^No model can be used now/u);
  });
});

describe('the other fields', () => {
  it('plan mode is no, or yes', () => {
    const app = opened();
    app.type('go');
    goTo(app, 'plan');
    expect(pointed(app)).toBe('no');
    app.press('down', 'enter', 'enter');
    expect(tasks(app)).toMatchObject([{ planMode: true }]);
  });

  it('the workspace is none, one of the organization, or a new one that is created first', () => {
    const app = opened();
    app.type('go');
    goTo(app, 'workspace');
    expect(labels(app)).toEqual(['none', 'auth · running', 'new from Development']);
    app.press('down', 'enter', 'enter');
    expect(created(app)).toMatchObject([{ task: { workspaceId: 'w1' } }]);
    app.press('n');
    app.type('again');
    goTo(app, 'workspace');
    expect(pointed(app)).toBe('auth · running');
    app.type('new from');
    app.press('enter', 'enter');
    expect(created(app)[1]).toMatchObject({
      task: { kind: 'chat', prompt: 'again', organizationId: 'o1' },
      newWorkspace: { template: WORKSPACE_TEMPLATE },
    });
    expect(created(app)[1]?.task).not.toHaveProperty('workspaceId');
  });

  it('a workspace of the last chat that is gone counts as none, one of this form is a fault', async () => {
    const gone = { ...onlyChats(), lastTemplateChoice: lastChat({ workspace: { existing: 'gone' } }) };
    const app = opened(applyEvents(gone, ...chatOptions()));
    app.type('go');
    app.press('enter');
    expect(tasks(app)).toHaveLength(1);
    const now = opened();
    now.dispatch({
      type: 'form-changed',
      change: { chat: { ...NO_CHAT_CHOICE, workspace: { existing: 'gone' } } },
    });
    now.type('go');
    now.press('enter');
    await new Promise(setImmediate);
    expect(tasks(now)).toEqual([]);
    expect(field(now)).toBe('workspace');
  });

  it('the organization is a field only for a member of several', () => {
    const app = opened(applyEvents(onlyChats(), ...chatOptions(MODELS, [OTHER_ORGANIZATION, ORGANIZATION])));
    app.type('go');
    goTo(app, 'organization');
    expect(labels(app)).toEqual(['labs', 'Acme']);
    expect(pointed(app)).toBe('Acme');
    app.type('labs');
    app.press('tab');
    expect(app.calls.at(-1)).toEqual({ what: 'chat-options' });
    goTo(app, 'workspace');
    expect(labels(app)).toEqual(['none', 'elsewhere · running']);
    goTo(app, 'prompt');
    app.press('enter');
    expect(tasks(app)).toMatchObject([{ organizationId: 'o2' }]);
    expect(app.state().lastTemplateChoice?.chat?.organization).toBe('o2');
  });

  it('a failed list of organizations is shown at its field and tried again', async () => {
    const app = opened(
      applyEvents(onlyChats(), {
        type: 'organizations-loaded',
        result: { error: 'Cannot list your organizations: No.' },
      }),
    );
    app.type('go');
    app.press('enter');
    await new Promise(setImmediate);
    expect(app.calls.filter(({ what }) => what === 'chat-options')).toHaveLength(2);
    expect(field(app)).toBe('organization');
    app.dispatch(...chatOptions());
    goTo(app, 'prompt');
    app.press('enter');
    expect(tasks(app)).toHaveLength(1);
  });
});
