import { describe, expect, it } from 'vitest';
import { compose } from '../../src/commands/composing.ts';
import { NEW } from '../../src/store/state.ts';
import { begin, play, showing } from '../store/make.ts';
import { deckOn } from './deck.ts';
import { template } from './make.ts';

const ONE = [template('shell')];
const TWO = [template('shell'), template('docker')];

describe('n', () => {
  it('opens the prompt at once and starts from the only template', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    await deck.answerTemplates(ONE);
    deck.press('enter');
    expect(deck.calls).toEqual([
      { what: 'templates' },
      { what: 'create', task: { templateVersionId: 'version-shell', prompt: 'echo hi' } },
    ]);
    expect(deck.state().view).toMatchObject({ composing: null, focus: 'list' });
    expect(deck.state().drafts.get(NEW)).toBeUndefined();
    expect(deck.state().history).toEqual(['echo hi']);
  });

  it('starts what was sent before the template was known as soon as it is, once', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'enter');
    expect(deck.notice()).toMatch(/^It starts as soon as/u);
    expect(deck.calls.filter(({ what }) => what === 'create')).toEqual([]);
    await deck.answerTemplates(ONE);
    expect(deck.calls.filter(({ what }) => what === 'create')).toHaveLength(1);
  });

  it('starts nothing when the prompt was left before the template was known', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    deck.type('echo hi');
    deck.press('enter', 'esc');
    await deck.answerTemplates(ONE);
    expect(deck.calls.filter(({ what }) => what === 'create')).toEqual([]);
    expect(deck.state().drafts.get(NEW)?.text).toBe('echo hi');
    expect(deck.state().view.composing).toBeNull();
  });

  it('offers a choice where there are several templates', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    await deck.answerTemplates(TWO);
    expect(deck.state().view.overlay).toEqual({ kind: 'templates' });
    compose(deck.context, template('docker'));
    deck.type('build it');
    deck.press('enter');
    expect(deck.calls.at(-1)).toEqual({
      what: 'create',
      task: { templateVersionId: 'version-docker', prompt: 'build it' },
    });
  });

  it('offers known templates at once', () => {
    const deck = deckOn(play(showing('a'), { type: 'templates-arrived', templates: TWO }));
    deck.press('n');
    expect(deck.state().view.overlay).toEqual({ kind: 'templates' });
    deck.press('esc');
    expect(deck.state().view).toMatchObject({ overlay: null, composing: null, focus: 'list' });
  });

  it('says so where there is none', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    await deck.answerTemplates([]);
    expect(deck.notice()).toMatch(/^This server has no template for tasks/u);
  });

  it('keeps what was written through esc, and starts with it the next time', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    await deck.answerTemplates(ONE);
    deck.type('half a thought');
    deck.press('esc', 'n');
    expect(deck.state().drafts.get(NEW)?.text).toBe('half a thought');
    expect(deck.state().view.focus).toBe('prompt');
  });

  it('does not start an empty task', async () => {
    const deck = deckOn(showing('a'));
    deck.press('n');
    await deck.answerTemplates(ONE);
    deck.press(' ', 'enter');
    expect(deck.calls).toEqual([{ what: 'templates' }]);
    expect(deck.notice()).toBe('Write what the task should do, then press enter.');
  });

  it('waits for the first list', () => {
    const deck = deckOn(begin());
    deck.press('n');
    expect(deck.calls).toEqual([]);
    expect(deck.notice()).toMatch(/^The server has not told its tasks yet/u);
  });
});
