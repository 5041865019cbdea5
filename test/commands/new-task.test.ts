import { describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import { bestFirst } from '../../src/domain/fuzzy.ts';
import type { ExternalAuth, Preset } from '../../src/domain/ports/backend.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import {
  choices,
  composingIn,
  pointedChoice,
  presetChoice,
  promptHint,
  whereWords,
} from '../../src/store/form.ts';
import type { Offer } from '../../src/store/form-state.ts';
import { NEW, type State } from '../../src/store/state.ts';
import { begin, onDeployment, play, showing } from '../store/make.ts';
import { type Deck, deckOn } from './deck.ts';
import { template } from './make.ts';

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
  ...showing('a'),
  templates,
  ...about,
});

/** The form is open, and the server has said all. */
async function opened(state = known(), offer: Partial<Offer> = {}): Promise<Deck> {
  const deck = deckOn(state);
  deck.press('n');
  await deck.answerTemplates(state.templates);
  await deck.answerOffers(offer);
  return deck;
}

const created = (deck: Deck) => deck.calls.flatMap((call) => (call.what === 'create' ? [call.task] : []));
const field = (deck: Deck) => deck.state().view.composing?.field ?? null;
const labels = (deck: Deck) => choices(deck.state()).map(({ label }) => label);
const pointed = (deck: Deck) => labels(deck)[pointedChoice(deck.state(), choices(deck.state()))];
const fault = (deck: Deck, name: 'template' | 'preset' | 'name') => deck.state().form.faults[name];

describe('n', () => {
  it('opens the prompt at once and starts from the only template', async () => {
    const deck = deckOn(showing('a'));
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
    expect(deck.state().view).toMatchObject({ composing: null, focus: 'list' });
    expect(deck.state().drafts.get(NEW)).toBeUndefined();
    expect(deck.state().history).toEqual(['echo hi']);
  });

  it('starts what was sent before all was known as soon as it is, once', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'enter');
    expect(deck.notice()).toMatch(/^It starts as soon as/u);
    expect(created(deck)).toEqual([]);
    await deck.answerTemplates(ONE);
    expect(created(deck)).toEqual([]);
    await deck.answerOffers({ presets: SIZES });
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'echo hi', presetId: 'preset-Large' },
    ]);
  });

  it('starts nothing when the form was left before all was known', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'esc');
    await deck.answerTemplates(ONE);
    await deck.answerOffers();
    expect(created(deck)).toEqual([]);
    expect(deck.state().drafts.get(NEW)?.text).toBe('echo hi');
    expect(deck.state().view.composing).toBeNull();
  });

  it('waits no longer when the templates cannot be had', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter');
    await deck.answerTemplates(null);
    expect(deck.state().view.composing).toMatchObject({ sent: false });
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
      const deck = deckOn(where({ ...showing('a'), templates }));
      deck.press('n');
      expect(field(deck)).toBe('prompt');
      deck.type('build it');
      await deck.answerTemplates(templates ?? TWO);
      expect(field(deck)).toBe('prompt');
      expect(deck.state().drafts.get(NEW)?.text).toBe('build it');
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
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('build ');
    await deck.answerTemplates(TWO);
    deck.type('it');
    deck.press('enter');
    expect(field(deck)).toBe('template');
    expect(fault(deck, 'template')).toBe('Choose what the task is made from.');
    deck.press('down', 'enter');
    await deck.answerOffers();
    expect(fault(deck, 'template')).toBeUndefined();
    expect(created(deck)).toEqual([]);
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-docker', prompt: 'build it' }]);
  });

  it('starts from the template of the last task', async () => {
    const deck = await opened(known(TWO, { lastChoice: { template: 'id-docker', preset: 'default' } }));
    expect(field(deck)).toBe('prompt');
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-docker', prompt: 'go' }]);
  });

  it('says so where there is none', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    await deck.answerTemplates([]);
    expect(deck.notice()).toMatch(/^This server has no template for tasks/u);
    deck.type('build it');
    deck.press('enter');
    expect(created(deck)).toEqual([]);
    expect(field(deck)).toBe('template');
    deck.press('esc');
    expect(deck.state().drafts.get(NEW)?.text).toBe('build it');
  });

  it('keeps what was written through esc, and starts with it the next time', async () => {
    const deck = await opened();
    deck.type('half a thought');
    deck.press('tab', 'tab');
    deck.type('fix-1');
    deck.press('esc', 'n');
    expect(deck.state().drafts.get(NEW)?.text).toBe('half a thought');
    expect(deck.state().form.name.text).toBe('fix-1');
    expect(deck.state().view.focus).toBe('prompt');
  });

  it('does not start an empty task', async () => {
    const deck = await opened();
    deck.press(' ', 'enter');
    expect(created(deck)).toEqual([]);
    expect(deck.notice()).toBe('Write what the task should do, then press enter.');
  });

  it('waits for the first list', () => {
    const deck = deckOn(begin());
    deck.press('n');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toMatch(/^The task list has not loaded yet/u);
  });
});

describe('the fields of the form', () => {
  it('are gone through by tab and shift+tab; a template without presets has nothing to stop at', async () => {
    const seen = async (offer: Partial<Offer>) => {
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
    expect(deck.state().form.preset).toEqual({ named: 'Small' });
    deck.type('go');
    deck.press('enter');
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'go', presetId: 'preset-Small' },
    ]);
    expect(deck.state().lastChoice).toEqual({ template: 'id-shell', preset: { named: 'Small' } });
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
    const deck = await opened(known(ONE, { lastChoice }), { presets: SIZES });
    deck.type('go');
    deck.press('enter');
    expect(created(deck)[0]?.presetId).toBe('preset-Large');
  });

  it('find by letters in any of the words as soon as the finder is there', async () => {
    const deck = await opened(known(TWO, { find: bestFirst }));
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
    const deck = await opened(known(TWO, { lastChoice: { template: 'id-docker', preset: 'none' } }), {
      presets: SIZES,
    });
    deck.press('tab', 'tab', 'tab', 'tab');
    expect(deck.state().form).toMatchObject({ template: null, preset: null });
  });

  it('forget the preset of another template', async () => {
    const deck = await opened(known(TWO, { lastChoice: { template: 'id-shell', preset: 'default' } }), {
      presets: SIZES,
    });
    deck.press('shift+tab', 'shift+tab', 'down', 'shift+tab', 'down', 'enter');
    await deck.answerOffers({ presets: SIZES });
    expect(deck.state().form).toMatchObject({ template: 'id-docker', preset: null });
  });

  it('take a name by the rule of the server, and say where it is broken', async () => {
    const deck = await opened();
    deck.type('go');
    deck.press('shift+tab');
    deck.paste('my\nname\x1b[31m');
    expect(deck.state().form.name.text).toBe('my name');
    deck.press('enter', 'enter');
    expect(created(deck)).toEqual([]);
    expect(field(deck)).toBe('name');
    expect(fault(deck, 'name')).toBe('A name must be alphanumeric with hyphens.');
    deck.press('ctrl+u');
    expect(fault(deck, 'name')).toBeUndefined();
    deck.type('my-name');
    deck.press('enter', 'enter');
    expect(created(deck)).toEqual([{ templateVersionId: 'version-shell', prompt: 'go', name: 'my-name' }]);
    expect(deck.state().form.name.text).toBe('');
  });

  it('leave the prompt to a preset that has its own, and what was written to the next task', async () => {
    const fixed = preset('Triage', { isDefault: true, prompt: 'Triage the new issues.' });
    const deck = deckOn(known());
    deck.press('n');
    deck.type('mine');
    await deck.answerOffers({ presets: [fixed] });
    deck.type('!');
    deck.press('enter');
    expect(created(deck)).toEqual([
      { templateVersionId: 'version-shell', prompt: 'Triage the new issues.', presetId: 'preset-Triage' },
    ]);
    expect(deck.state().drafts.get(NEW)?.text).toBe('mine');
  });
});

describe('presets that cannot be listed', () => {
  it('are asked for again by enter, and none does without', async () => {
    const trouble = 'The presets cannot be listed: Out of order.';
    const deck = await opened(known(), { presets: null, trouble });
    deck.type('go');
    deck.press('enter');
    await deck.answerOffers({ presets: null, trouble });
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
    expect(deck.notice()).toMatch(/signed in at GitHub: open the link above, then press enter again/u);
    expect(deck.state().drafts.get(NEW)?.text).toBe('go');
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
    const sent = { form: { ...known().form, name: bufferOf('taken') }, prompt: 'go' };
    const deck = deckOn(
      play(
        known(ONE),
        { type: 'creation-begun', key: 'c1', prompt: 'go', sent, now: 0 },
        { type: 'creation-refused', key: 'c1', faults: { name: 'It exists.' }, now: 1 },
      ),
    );
    expect(field(deck)).toBe('name');
    expect(fault(deck, 'name')).toBe('It exists.');
    expect(deck.state().form.name.text).toBe('taken');
    expect(deck.state().drafts.get(NEW)?.text).toBe('go');
  });

  it('waits behind n for somebody who has gone on', () => {
    const sent = { form: { ...known().form, name: bufferOf('taken') }, prompt: 'go' };
    const deck = deckOn(
      play(
        known(ONE),
        { type: 'creation-begun', key: 'c1', prompt: 'go', sent, now: 0 },
        { type: 'creation-refused', key: 'c1', faults: { name: 'It exists.' }, now: 10_000 },
      ),
    );
    expect(deck.state().view.composing).toBeNull();
    deck.press('n');
    expect(deck.state().view.composing).toEqual(composingIn('name'));
    expect(deck.state().drafts.get(NEW)?.text).toBe('go');
  });

  it('does not touch another form that is being written', () => {
    const sent = { form: { ...known().form, name: bufferOf('taken') }, prompt: 'go' };
    const state = play(
      known(ONE),
      { type: 'creation-begun', key: 'c1', prompt: 'go', sent, now: 0 },
      { type: 'composing', composing: composingIn('prompt') },
      { type: 'focused', pane: 'prompt' },
      { type: 'draft-edited', key: NEW, buffer: bufferOf('next') },
      { type: 'creation-refused', key: 'c1', faults: { name: 'It exists.' }, now: 1 },
    );
    expect(state.form).toMatchObject({ name: { text: '' }, faults: {} });
    expect(state.drafts.get(NEW)?.text).toBe('go\nnext');
  });
});

describe('the form says', () => {
  const here = (about: Partial<State['deployment']>): State => ({
    ...showing('a'),
    deployment: { name: 'local', local: true, home: '/home/ada', ...about },
  });

  it('where the task runs: a deployment, or this machine and the directory', () => {
    expect(whereWords(onDeployment(showing('a')), 60)).toBe('on coder.example.com');
    expect(whereWords(here({ directory: '/home/ada/src/x' }), 60)).toBe('on this machine, in ~/src/x');
    expect(whereWords(here({ directory: '/home/ada/src/x' }), 30)).toBe('in ~/src/x');
    expect(whereWords(here({}), 60)).toBe('on this machine, in a directory of its own');
    for (let columns = 15; columns < 120; columns++) {
      const words = whereWords(here({ directory: `/srv/${'long/'.repeat(30)}漢字` }), columns);
      expect(displayWidth(words)).toBeLessThanOrEqual(columns);
      expect(words).toMatch(/漢字$/u);
    }
  });

  it('what the prompt is for, as soon as it is known what runs it', () => {
    expect(promptHint(known(ONE))).toBe('a shell command to run, such as: npm test');
    expect(promptHint(onDeployment(known(ONE)))).toBe('a prompt for shell: what should it do?');
    expect(promptHint(known([template('claude', { displayName: 'Claude Code' })]))).toBe(
      'a prompt for Claude Code: what should it do?',
    );
    expect(promptHint(known(TWO))).toBe('what should the new task do?');
    expect(promptHint({ ...known(), templates: null })).toBe('what should the new task do?');
  });
});
