import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { fuzzyFind } from '../../src/domain/fuzzy-find.ts';
import type { ExternalAuth, Preset } from '../../src/domain/ports/backend.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import {
  formChoices,
  highlightedChoice,
  locationWords,
  openFormAt,
  presetChoice,
  promptHint,
} from '../../src/store/form.ts';
import type { TemplateOptions } from '../../src/store/form-state.ts';
import { NEW_TASK_KEY, type State } from '../../src/store/state.ts';
import { applyEvents, emptyState, onDeployment, stateWithTasks } from '../store/state-builders.ts';
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

/** The form is open, and the server has said all. */
async function opened(state = known(), offer: Partial<TemplateOptions> = {}): Promise<AppFixture> {
  const deck = appFixture(state);
  deck.press('n');
  await deck.answerTemplates(state.templates);
  await deck.answerOffers(offer);
  return deck;
}

const created = (deck: AppFixture) =>
  deck.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
const field = (deck: AppFixture) => deck.state().view.openForm?.field ?? null;
const labels = (deck: AppFixture) => formChoices(deck.state()).map(({ label }) => label);
const pointed = (deck: AppFixture) =>
  labels(deck)[highlightedChoice(deck.state(), formChoices(deck.state()))];
const fault = (deck: AppFixture, name: 'template' | 'preset' | 'name') =>
  deck.state().newTaskForm.fieldErrors[name];

describe('n', () => {
  it('opens the prompt at once and starts from the only template', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    deck.type('echo hi');
    await deck.answerTemplates(ONE);
    await deck.answerOffers();
    deck.press('enter');
    expect(deck.calls).toEqual([
      { what: 'templates' },
      { what: 'offer', versionId: 'version-shell' },
      { what: 'create', task: { templateVersionId: 'version-shell', prompt: 'echo hi' } },
    ]);
    expect(deck.state().view).toMatchObject({ openForm: null, focus: 'list' });
    expect(deck.state().drafts.get(NEW_TASK_KEY)).toBeUndefined();
    expect(deck.state().promptHistory).toEqual(['echo hi']);
  });

  it('starts what was sent before all was known as soon as it is, once', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'enter');
    expect(deck.notice()).toMatch(/^Loading the template options/u);
    expect(created(deck)).toEqual([]);
    await deck.answerTemplates(ONE);
    expect(created(deck)).toEqual([]);
    await deck.answerOffers({ presets: SIZES });
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'echo hi', presetId: 'preset-Large' },
    ]);
  });

  it('starts nothing when the form was left before all was known', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'esc');
    await deck.answerTemplates(ONE);
    await deck.answerOffers();
    expect(created(deck)).toEqual([]);
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('echo hi');
    expect(deck.state().view.openForm).toBeNull();
  });

  it('waits no longer when the templates cannot be had', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter');
    await deck.answerTemplates(null);
    expect(deck.state().view.openForm).toMatchObject({ submitPending: false });
    deck.press('enter');
    await deck.answerTemplates(ONE);
    await deck.answerOffers();
    expect(created(deck)).toHaveLength(1);
  });

  it.each([
    ['not known yet', null],
    ['none', []],
    ['one', ONE],
    ['two', TWO],
    ['fifty', Array.from({ length: 50 }, (_, index) => template(`t${index}`))],
  ] as const)('puts the cursor into the prompt, with these templates: %s', async (_, templates) => {
    for (const where of [(state: State) => state, onDeployment]) {
      const deck = appFixture(where({ ...stateWithTasks('a'), templates }));
      deck.press('n');
      expect(field(deck)).toBe('prompt');
      deck.type('build it');
      await deck.answerTemplates(templates ?? TWO);
      expect(field(deck)).toBe('prompt');
      expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('build it');
    }
  });

  it('is one tab away from the template where one has to be chosen, and enter goes back to the prompt', async () => {
    const deck = await opened(known(TWO));
    deck.press('tab');
    expect(field(deck)).toBe('template');
    deck.type('dock');
    expect(labels(deck)).toEqual(['Docker AI']);
    deck.press('enter');
    await deck.answerOffers();
    expect(field(deck)).toBe('prompt');
    deck.type('build it');
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-docker', prompt: 'build it' }]);
  });

  it('keeps what is typed right behind it where the templates come later, and asks which one at enter', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    deck.type('build ');
    await deck.answerTemplates(TWO);
    deck.type('it');
    deck.press('enter');
    expect(field(deck)).toBe('template');
    expect(fault(deck, 'template')).toBe('Choose a template.');
    deck.press('down', 'enter');
    await deck.answerOffers();
    expect(fault(deck, 'template')).toBeUndefined();
    expect(created(deck)).toEqual([]);
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-docker', prompt: 'build it' }]);
  });

  it('starts from the template of the last task', async () => {
    const deck = await opened(
      known(TWO, { lastTemplateChoice: { template: 'id-docker', preset: 'default' } }),
    );
    expect(field(deck)).toBe('prompt');
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-docker', prompt: 'go' }]);
  });

  it('says so where there is none', async () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('n');
    await deck.answerTemplates([]);
    expect(deck.notice()).toMatch(/^This server has no task templates/u);
    deck.type('build it');
    deck.press('enter');
    expect(created(deck)).toEqual([]);
    expect(field(deck)).toBe('template');
    deck.press('esc');
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('build it');
  });

  it('keeps what was written through esc, and starts with it the next time', async () => {
    const deck = await opened();
    deck.type('half a thought');
    deck.press('tab', 'tab');
    deck.type('fix-1');
    deck.press('esc', 'n');
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('half a thought');
    expect(deck.state().newTaskForm.name.text).toBe('fix-1');
    expect(deck.state().view.focus).toBe('prompt');
  });

  it('does not start an empty task', async () => {
    const deck = await opened();
    deck.press(' ', 'enter');
    expect(created(deck)).toEqual([]);
    expect(deck.notice()).toBe('Write a prompt, then press enter.');
  });

  it('waits for the first list', () => {
    const deck = appFixture(emptyState());
    deck.press('n');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toMatch(/^The task list has not loaded yet/u);
  });
});

describe('the fields of the form', () => {
  it('are gone through by tab and shift+tab; a template without presets has nothing to stop at', async () => {
    const seen = async (offer: Partial<TemplateOptions>) => {
      const deck = await opened(known(), offer);
      const fields = [field(deck)];
      for (const key of ['tab', 'tab', 'tab', 'tab', 'shift+tab', 'shift+tab']) {
        deck.press(key);
        fields.push(field(deck));
      }
      return fields.join(' ');
    };
    expect(await seen({ presets: SIZES })).toBe('prompt template preset name prompt name preset');
    expect(await seen({})).toBe('prompt template name prompt template prompt name');
  });

  it('offer presets with the default first and taken, and none', async () => {
    const deck = await opened(known(), { presets: SIZES });
    deck.press('tab', 'tab');
    expect(labels(deck)).toEqual(['Large (default)', 'Small', 'none']);
    expect(pointed(deck)).toBe('Large (default)');
    deck.press('down', 'enter');
    expect(deck.state().newTaskForm.preset).toEqual({ named: 'Small' });
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'go', presetId: 'preset-Small' },
    ]);
    expect(deck.state().lastTemplateChoice).toEqual({ template: 'id-shell', preset: { named: 'Small' } });
  });

  it('can do without a preset, and remember that too', async () => {
    const deck = await opened(known(), { presets: SIZES });
    deck.press('shift+tab', 'shift+tab');
    deck.type('non');
    deck.press('tab', 'tab');
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-shell', prompt: 'go' }]);
    deck.press('n');
    expect(presetChoice(deck.state(), template('shell'))).toBe('none');
  });

  it('give a preset that is gone for the default', async () => {
    const lastChoice = { template: 'id-shell', preset: { named: 'Huge' } };
    const deck = await opened(known(ONE, { lastTemplateChoice: lastChoice }), { presets: SIZES });
    deck.type('go');
    deck.press('enter');
    expect(created(deck)[0]?.presetId).toBe('preset-Large');
  });

  it('find by letters in any of the words as soon as the finder is there', async () => {
    const deck = await opened(known(TWO, { fuzzyFind }));
    deck.press('tab');
    deck.type('doai');
    expect(labels(deck)).toEqual(['Docker AI']);
    deck.type('zz');
    expect(labels(deck)).toEqual([]);
    deck.press('enter');
    expect(field(deck)).toBe('template');
    deck.press('ctrl+u');
    expect(labels(deck)).toEqual(['shell', 'Docker AI']);
  });

  it('change nothing when they are only passed', async () => {
    const deck = await opened(known(TWO, { lastTemplateChoice: { template: 'id-docker', preset: 'none' } }), {
      presets: SIZES,
    });
    deck.press('tab', 'tab', 'tab', 'tab');
    expect(deck.state().newTaskForm).toMatchObject({ template: null, preset: null });
  });

  it('forget the preset of another template', async () => {
    const deck = await opened(
      known(TWO, { lastTemplateChoice: { template: 'id-shell', preset: 'default' } }),
      {
        presets: SIZES,
      },
    );
    deck.press('shift+tab', 'shift+tab', 'down', 'shift+tab', 'down', 'enter');
    await deck.answerOffers({ presets: SIZES });
    expect(deck.state().newTaskForm).toMatchObject({ template: 'id-docker', preset: null });
  });

  it('take a name by the rule of the server, and say where it is broken', async () => {
    const deck = await opened();
    deck.type('go');
    deck.press('shift+tab');
    deck.paste('my\nname\x1b[31m');
    expect(deck.state().newTaskForm.name.text).toBe('my name');
    deck.press('enter', 'enter');
    expect(created(deck)).toEqual([]);
    expect(field(deck)).toBe('name');
    expect(fault(deck, 'name')).toBe('The name must be alphanumeric with hyphens.');
    deck.press('ctrl+u');
    expect(fault(deck, 'name')).toBeUndefined();
    deck.type('my-name');
    deck.press('enter', 'enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-shell', prompt: 'go', name: 'my-name' }]);
    expect(deck.state().newTaskForm.name.text).toBe('');
  });

  it('leave the prompt to a preset that has its own, and what was written to the next task', async () => {
    const fixed = preset('Triage', { isDefault: true, prompt: 'Triage the new issues.' });
    const deck = appFixture(known());
    deck.press('n');
    deck.type('mine');
    await deck.answerOffers({ presets: [fixed] });
    deck.type('!');
    deck.press('enter');
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'Triage the new issues.', presetId: 'preset-Triage' },
    ]);
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('mine');
  });
});

describe('presets that cannot be listed', () => {
  it('are asked for again by enter, and none does without', async () => {
    const trouble = 'Cannot list the presets: Out of order.';
    const deck = await opened(known(), { presets: null, presetsError: trouble });
    deck.type('go');
    deck.press('enter');
    await deck.answerOffers({ presets: null, presetsError: trouble });
    expect(field(deck)).toBe('preset');
    expect(fault(deck, 'preset')).toContain(trouble);
    deck.press('enter', 'enter');
    await deck.answerOffers({ presets: SIZES });
    expect(created(deck)).toHaveLength(1);
  });
});

describe('a sign-in that the template needs', () => {
  it('refuses the task until it is done: enter asks again', async () => {
    const deck = await opened(known(), { signIns: [GITHUB] });
    deck.type('go');
    deck.press('enter');
    await deck.answerOffers({ signIns: [GITHUB] });
    expect(created(deck)).toEqual([]);
    expect(deck.notice()).toMatch(/needs a sign-in to GitHub\. Open the link above, then press enter again/u);
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
    deck.press('enter');
    await deck.answerOffers({ signIns: [{ ...GITHUB, done: true }] });
    expect(created(deck)).toHaveLength(1);
  });

  it('refuses nothing where it is not required', async () => {
    const deck = await opened(known(), { signIns: [{ ...GITHUB, required: false }] });
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toHaveLength(1);
  });

  it('has its link copied by ctrl+y', async () => {
    const deck = await opened(known(), { signIns: [{ ...GITHUB, id: 'x', done: true }, GITHUB] });
    deck.press('ctrl+y');
    expect(deck.calls.at(-1)).toEqual({ what: 'copy', text: GITHUB.url });
  });
});

describe('a task that was refused', () => {
  it('opens the form again at its fault for somebody who waits for it', () => {
    const sent = { form: { ...known().newTaskForm, name: bufferOf('taken') }, prompt: 'go' };
    const deck = appFixture(
      applyEvents(
        known(ONE),
        { type: 'creation-started', key: 'c1', prompt: 'go', submitted: sent, now: 0 },
        { type: 'creation-failed', key: 'c1', fieldErrors: { name: 'It exists.' }, now: 1 },
      ),
    );
    expect(field(deck)).toBe('name');
    expect(fault(deck, 'name')).toBe('It exists.');
    expect(deck.state().newTaskForm.name.text).toBe('taken');
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
  });

  it('waits behind n for somebody who has gone on', () => {
    const sent = { form: { ...known().newTaskForm, name: bufferOf('taken') }, prompt: 'go' };
    const deck = appFixture(
      applyEvents(
        known(ONE),
        { type: 'creation-started', key: 'c1', prompt: 'go', submitted: sent, now: 0 },
        { type: 'creation-failed', key: 'c1', fieldErrors: { name: 'It exists.' }, now: 10_000 },
      ),
    );
    expect(deck.state().view.openForm).toBeNull();
    deck.press('n');
    expect(deck.state().view.openForm).toEqual(openFormAt('name'));
    expect(deck.state().drafts.get(NEW_TASK_KEY)?.text).toBe('go');
  });

  it('does not touch another form that is being written', () => {
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

describe('the form says', () => {
  const here = (about: Partial<State['deployment']>): State => ({
    ...stateWithTasks('a'),
    deployment: { name: 'local', local: true, home: '/home/ada', ...about },
  });

  it('where the task runs: a deployment, or this machine and the directory', () => {
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

  it('what the prompt is for, as soon as it is known what runs it', () => {
    expect(promptHint(known(ONE))).toBe('a shell command, for example: npm test');
    expect(promptHint(onDeployment(known(ONE)))).toBe('a prompt for shell: what should it do?');
    expect(promptHint(known([template('claude', { displayName: 'Claude Code' })]))).toBe(
      'a prompt for Claude Code: what should it do?',
    );
    expect(promptHint(known(TWO))).toBe('what should the new task do?');
    expect(promptHint({ ...known(), templates: null })).toBe('what should the new task do?');
  });
});
