import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { fuzzyFind } from '../../src/domain/fuzzy-find.ts';
import type { ExternalAuth, Preset } from '../../src/domain/ports/backend.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { openFormAt, presetChoice, promptHint } from '../../src/store/form.ts';
import { formChoices, highlightedChoice } from '../../src/store/form-choices.ts';
import { NEW_TASK_KEY } from '../../src/store/slices/drafts.ts';
import type { TemplateOptions } from '../../src/store/slices/new-task.ts';
import type { State } from '../../src/store/state.ts';
import { locationWords } from '../../src/view/overlays/form-words.ts';
import { makeTask } from '../domain/builders.ts';
import {
  applyEvents,
  emptyState,
  listReceived,
  onDeployment,
  stateWithTasks,
} from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';
import { template } from './phase-builders.ts';

const ONE = [template('shell')];
const TWO = [template('shell'), template('docker', { displayName: 'Docker AI' })];

const preset = (name: string, about: Partial<Preset> = {}): Preset => ({
  id: `preset-${name}`,
  name,
  description: '',
  isDefault: false,
  prompt: null,
  ...about,
});
const SIZES = [preset('Small'), preset('Large', { isDefault: true })];
const GITHUB: ExternalAuth = {
  id: 'github',
  name: 'GitHub',
  url: 'https://c.example/gh',
  done: false,
  required: true,
};

const known = (templates = ONE, about: Partial<State> = {}): State => ({
  ...stateWithTasks('a'),
  templates,
  ...about,
});

/** Opens the form; the server has answered all requests. */
async function opened(state = known(), options: Partial<TemplateOptions> = {}): Promise<AppFixture> {
  const app = appFixture(state);
  app.press('n');
  await app.answerTemplates(state.templates);
  await app.answerOptions(options);
  return app;
}

const created = (app: AppFixture) => app.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
const field = (app: AppFixture) => app.state().view.openForm?.field ?? null;
const labels = (app: AppFixture) => formChoices(app.state()).map(({ label }) => label);
const pointed = (app: AppFixture) => labels(app)[highlightedChoice(app.state(), formChoices(app.state()))];
const fault = (app: AppFixture, name: 'template' | 'preset' | 'name') =>
  app.state().newTaskForm.fieldErrors[name];

describe('n', () => {
  it('opens the prompt at once and starts from the only template', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    app.type('echo hi');
    await app.answerTemplates(ONE);
    await app.answerOptions();
    app.press('enter');
    expect(app.calls).toEqual([
      { what: 'templates' },
      { what: 'template-options', versionId: 'version-shell' },
      { what: 'create', task: { templateVersionId: 'version-shell', prompt: 'echo hi' } },
    ]);
    expect(app.state().view).toMatchObject({ openForm: null, focus: 'list' });
    expect(app.state().drafts.get(NEW_TASK_KEY)).toBeUndefined();
    expect(app.state().promptHistory).toEqual(['echo hi']);
  });

  it('starts a task sent before the options are loaded once they arrive, exactly once', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    app.type('echo hi');
    app.press('enter', 'enter');
    expect(app.notice()).toMatch(/^Loading the template options/u);
    expect(created(app)).toEqual([]);
    await app.answerTemplates(ONE);
    expect(created(app)).toEqual([]);
    await app.answerOptions({ presets: SIZES });
    expect(created(app)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'echo hi', presetId: 'preset-Large' },
    ]);
  });

  it('starts nothing when the user leaves the form before the options are loaded', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    app.type('echo hi');
    app.press('enter', 'esc');
    await app.answerTemplates(ONE);
    await app.answerOptions();
    expect(created(app)).toEqual([]);
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('echo hi');
    expect(app.state().view.openForm).toBeNull();
  });

  it('stops waiting when the templates cannot be loaded', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    app.type('echo hi');
    app.press('enter');
    await app.answerTemplates(null);
    expect(app.state().view.openForm).toMatchObject({ submitPending: false });
    app.press('enter');
    await app.answerTemplates(ONE);
    await app.answerOptions();
    expect(created(app)).toHaveLength(1);
  });

  it.each([
    ['not known yet', null],
    ['none', []],
    ['one', ONE],
    ['two', TWO],
    ['fifty', Array.from({ length: 50 }, (_, index) => template(`t${index}`))],
  ] as const)('focuses the prompt with these templates: %s', async (_, templates) => {
    for (const where of [(state: State) => state, onDeployment]) {
      const app = appFixture(where({ ...stateWithTasks('a'), templates }));
      app.press('n');
      expect(field(app)).toBe('prompt');
      app.type('build it');
      await app.answerTemplates(templates ?? TWO);
      expect(field(app)).toBe('prompt');
      expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('build it');
    }
  });

  it('tab focuses the template when a choice is needed, and enter returns to the prompt', async () => {
    const app = await opened(known(TWO));
    app.press('tab');
    expect(field(app)).toBe('template');
    app.type('dock');
    expect(labels(app)).toEqual(['Docker AI']);
    app.press('enter');
    await app.answerOptions();
    expect(field(app)).toBe('prompt');
    app.type('build it');
    app.press('enter');
    expect(created(app)).toEqual([{ templateVersionId: 'version-docker', prompt: 'build it' }]);
  });

  it('keeps text typed before the templates arrive, and enter then asks for a template', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    app.type('build ');
    await app.answerTemplates(TWO);
    app.type('it');
    app.press('enter');
    expect(field(app)).toBe('template');
    expect(fault(app, 'template')).toBe('Choose a template.');
    app.press('down', 'enter');
    await app.answerOptions();
    expect(fault(app, 'template')).toBeUndefined();
    expect(created(app)).toEqual([]);
    app.press('enter');
    expect(created(app)).toEqual([{ templateVersionId: 'version-docker', prompt: 'build it' }]);
  });

  it('starts from the template of the last task', async () => {
    const app = await opened(
      known(TWO, { lastTemplateChoice: { template: 'id-docker', preset: 'default' } }),
    );
    expect(field(app)).toBe('prompt');
    app.type('go');
    app.press('enter');
    expect(created(app)).toEqual([{ templateVersionId: 'version-docker', prompt: 'go' }]);
  });

  it('shows a notice without templates', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('n');
    await app.answerTemplates([]);
    expect(app.notice()).toMatch(/^This server has no task templates/u);
    app.type('build it');
    app.press('enter');
    expect(created(app)).toEqual([]);
    expect(field(app)).toBe('template');
    app.press('esc');
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('build it');
  });

  it('keeps the draft after esc for the next time', async () => {
    const app = await opened();
    app.type('half a thought');
    app.press('tab', 'tab');
    app.type('fix-1');
    app.press('esc', 'n');
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('half a thought');
    expect(app.state().newTaskForm.name.text).toBe('fix-1');
    expect(app.state().view.focus).toBe('prompt');
  });

  it('does not start an empty task', async () => {
    const app = await opened();
    app.press(' ', 'enter');
    expect(created(app)).toEqual([]);
    expect(app.notice()).toBe('Write a prompt, then press enter.');
  });

  it('is unavailable before the first task list', () => {
    const app = appFixture(emptyState());
    app.press('n');
    expect(app.calls).toEqual([]);
    expect(app.notice()).toMatch(/^The task list has not loaded yet/u);
  });
});

describe('the fields of the form', () => {
  it('tab and shift+tab move through them, past the presets of a template without any', async () => {
    const seen = async (options: Partial<TemplateOptions>) => {
      const app = await opened(known(), options);
      const fields = [field(app)];
      for (const key of ['tab', 'tab', 'tab', 'tab', 'shift+tab', 'shift+tab']) {
        app.press(key);
        fields.push(field(app));
      }
      return fields.join(' ');
    };
    expect(await seen({ presets: SIZES })).toBe('prompt template preset name prompt name preset');
    expect(await seen({})).toBe('prompt template name prompt template prompt name');
  });

  it('offer the default preset first and chosen, and no preset', async () => {
    const app = await opened(known(), { presets: SIZES });
    app.press('tab', 'tab');
    expect(labels(app)).toEqual(['Large (default)', 'Small', 'none']);
    expect(pointed(app)).toBe('Large (default)');
    app.press('down', 'enter');
    expect(app.state().newTaskForm.preset).toEqual({ named: 'Small' });
    app.type('go');
    app.press('enter');
    expect(created(app)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'go', presetId: 'preset-Small' },
    ]);
    expect(app.state().lastTemplateChoice).toEqual({ template: 'id-shell', preset: { named: 'Small' } });
  });

  it('allow no preset, and remember this choice', async () => {
    const app = await opened(known(), { presets: SIZES });
    app.press('shift+tab', 'shift+tab');
    app.type('non');
    app.press('tab', 'tab');
    app.type('go');
    app.press('enter');
    expect(created(app)).toEqual([{ templateVersionId: 'version-shell', prompt: 'go' }]);
    app.press('n');
    expect(presetChoice(app.state(), template('shell'))).toBe('none');
  });

  it('replace a deleted preset by the default one', async () => {
    const lastChoice = { template: 'id-shell', preset: { named: 'Huge' } };
    const app = await opened(known(ONE, { lastTemplateChoice: lastChoice }), { presets: SIZES });
    app.type('go');
    app.press('enter');
    expect(created(app)).toMatchObject([{ presetId: 'preset-Large' }]);
  });

  it('find by letters of any word once the fuzzy finder is loaded', async () => {
    const app = await opened(known(TWO, { fuzzyFind }));
    app.press('tab');
    app.type('doai');
    expect(labels(app)).toEqual(['Docker AI']);
    app.type('zz');
    expect(labels(app)).toEqual([]);
    app.press('enter');
    expect(field(app)).toBe('template');
    app.press('ctrl+u');
    expect(labels(app)).toEqual(['shell', 'Docker AI']);
  });

  it('change nothing when tab only passes them', async () => {
    const app = await opened(known(TWO, { lastTemplateChoice: { template: 'id-docker', preset: 'none' } }), {
      presets: SIZES,
    });
    app.press('tab', 'tab', 'tab', 'tab');
    expect(app.state().newTaskForm).toMatchObject({ template: null, preset: null });
  });

  it('forget the preset of another template', async () => {
    const app = await opened(
      known(TWO, { lastTemplateChoice: { template: 'id-shell', preset: 'default' } }),
      {
        presets: SIZES,
      },
    );
    app.press('shift+tab', 'shift+tab', 'down', 'shift+tab', 'down', 'enter');
    await app.answerOptions({ presets: SIZES });
    expect(app.state().newTaskForm).toMatchObject({ template: 'id-docker', preset: null });
  });

  it("validate a name by the server's rule and show the error", async () => {
    const app = await opened();
    app.type('go');
    app.press('shift+tab');
    app.paste('my\nname\x1b[31m');
    expect(app.state().newTaskForm.name.text).toBe('my name');
    app.press('enter', 'enter');
    expect(created(app)).toEqual([]);
    expect(field(app)).toBe('name');
    expect(fault(app, 'name')).toBe('The name must be alphanumeric with hyphens.');
    app.press('ctrl+u');
    expect(fault(app, 'name')).toBeUndefined();
    app.type('my-name');
    app.press('enter', 'enter');
    expect(created(app)).toEqual([{ templateVersionId: 'version-shell', prompt: 'go', name: 'my-name' }]);
    expect(app.state().newTaskForm.name.text).toBe('');
  });

  it("show the preset's own prompt, and keep the draft for the next task", async () => {
    const fixed = preset('Triage', { isDefault: true, prompt: 'Triage the new issues.' });
    const app = appFixture(known());
    app.press('n');
    app.type('mine');
    await app.answerOptions({ presets: [fixed] });
    app.type('!');
    app.press('enter');
    expect(created(app)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'Triage the new issues.', presetId: 'preset-Triage' },
    ]);
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('mine');
  });
});

describe('presets that fail to load', () => {
  it('enter loads them again, and the task then starts', async () => {
    const trouble = 'Cannot list the presets: Out of order.';
    const app = await opened(known(), { presets: null, presetsError: trouble });
    app.type('go');
    app.press('enter');
    await app.answerOptions({ presets: null, presetsError: trouble });
    expect(field(app)).toBe('preset');
    expect(fault(app, 'preset')).toContain(trouble);
    app.press('enter', 'enter');
    await app.answerOptions({ presets: SIZES });
    expect(created(app)).toHaveLength(1);
  });
});

describe('a sign-in that the template needs', () => {
  it('blocks the task until the user signs in: enter checks again', async () => {
    const app = await opened(known(), { signIns: [GITHUB] });
    app.type('go');
    app.press('enter');
    await app.answerOptions({ signIns: [GITHUB] });
    expect(created(app)).toEqual([]);
    expect(app.notice()).toMatch(/needs a sign-in to GitHub\. Open the link above, then press enter again/u);
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
    app.press('enter');
    await app.answerOptions({ signIns: [{ ...GITHUB, done: true }] });
    expect(created(app)).toHaveLength(1);
  });

  it('blocks nothing when it is optional', async () => {
    const app = await opened(known(), { signIns: [{ ...GITHUB, required: false }] });
    app.type('go');
    app.press('enter');
    expect(created(app)).toHaveLength(1);
  });

  it('ctrl+y copies its link', async () => {
    const app = await opened(known(), { signIns: [{ ...GITHUB, id: 'x', done: true }, GITHUB] });
    app.press('ctrl+y');
    expect(app.calls.at(-1)).toEqual({ what: 'copy', text: GITHUB.url });
  });
});

describe('a task that the server refused', () => {
  it('opens the form again at its error when the user waits', () => {
    const sent = { form: { ...known().newTaskForm, name: bufferOf('taken') }, prompt: 'go' };
    const app = appFixture(
      applyEvents(
        known(ONE),
        { type: 'creation-started', key: 'c1', prompt: 'go', submitted: sent, now: 0 },
        { type: 'creation-failed', key: 'c1', fieldErrors: { name: 'It exists.' }, now: 1 },
      ),
    );
    expect(field(app)).toBe('name');
    expect(fault(app, 'name')).toBe('It exists.');
    expect(app.state().newTaskForm.name.text).toBe('taken');
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
  });

  it('opens the form again although the selected task has gone meanwhile', () => {
    const state = applyEvents(
      known(ONE),
      listReceived([makeTask({ id: 'gone' })]),
      { type: 'task-selected', taskId: 'gone' },
      { type: 'creation-started', key: 'c1', prompt: 'go', now: 0 },
      listReceived([], 1),
      { type: 'creation-failed', key: 'c1', now: 2 },
    );
    expect(state.view.openForm).toEqual(openFormAt('prompt'));
  });

  it('waits in the form, behind n, when the user has moved on', () => {
    const sent = { form: { ...known().newTaskForm, name: bufferOf('taken') }, prompt: 'go' };
    const app = appFixture(
      applyEvents(
        known(ONE),
        { type: 'creation-started', key: 'c1', prompt: 'go', submitted: sent, now: 0 },
        { type: 'creation-failed', key: 'c1', fieldErrors: { name: 'It exists.' }, now: 10_000 },
      ),
    );
    expect(app.state().view.openForm).toBeNull();
    app.press('n');
    expect(app.state().view.openForm).toEqual(openFormAt('name'));
    expect(app.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
  });

  it('does not change another form that the user fills in', () => {
    const sent = { form: { ...known().newTaskForm, name: bufferOf('taken') }, prompt: 'go' };
    const state = applyEvents(
      known(ONE),
      { type: 'creation-started', key: 'c1', prompt: 'go', submitted: sent, now: 0 },
      { type: 'open-form-changed', openForm: openFormAt('prompt') },
      { type: 'pane-focused', pane: 'prompt' },
      { type: 'draft-changed', key: NEW_TASK_KEY, buffer: bufferOf('next') },
      { type: 'creation-failed', key: 'c1', fieldErrors: { name: 'It exists.' }, now: 1 },
    );
    expect(state.newTaskForm).toMatchObject({ name: { text: '' }, fieldErrors: {} });
    expect(state.drafts.get(NEW_TASK_KEY)?.text).toBe('go\nnext');
  });
});

describe('the form shows', () => {
  const here = (about: Partial<State['deployment']>): State => ({
    ...stateWithTasks('a'),
    deployment: { name: 'local', local: true, home: '/home/ada', ...about },
  });

  it('the place of the task: a deployment, or this machine with the directory', () => {
    expect(locationWords(onDeployment(stateWithTasks('a')), 60)).toBe('on coder.example.com');
    expect(locationWords(here({ directory: '/home/ada/src/x' }), 60)).toBe('on this machine, in ~/src/x');
    expect(locationWords(here({ directory: '/home/ada/src/x' }), 30)).toBe('in ~/src/x');
    expect(locationWords(here({}), 60)).toBe('on this machine, in a directory of its own');
    for (let columns = 15; columns < 120; columns++) {
      const words = locationWords(here({ directory: `/srv/${'long/'.repeat(30)}漢字` }), columns);
      expect(displayWidth(words)).toBeLessThanOrEqual(columns);
      expect(words).toMatch(/漢字$/u);
    }
  });

  it('a placeholder for the prompt once the template is known', () => {
    expect(promptHint(known(ONE))).toBe('a shell command, for example: npm test');
    expect(promptHint(onDeployment(known(ONE)))).toBe('a prompt for shell: what should it do?');
    expect(promptHint(known([template('claude', { displayName: 'Claude Code' })]))).toBe(
      'a prompt for Claude Code: what should it do?',
    );
    expect(promptHint(known(TWO))).toBe('what should the new task do?');
    expect(promptHint({ ...known(), templates: null })).toBe('what should the new task do?');
  });
});
