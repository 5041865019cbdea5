import { describe, expect, it } from 'vitest';
import { keyBindingErrors } from '../../src/commands/keymap.ts';
import { applyEvents, draftTyped, stateWithTasks } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const draftOf = (deck: AppFixture) => deck.state().drafts.get('a')?.text;

function writing(text = 'half'): AppFixture {
  const deck = appFixture(applyEvents(stateWithTasks('a'), draftTyped('a', text)));
  deck.press('enter');
  return deck;
}

describe('ctrl+x ctrl+e', () => {
  it('takes the prompt to the editor and what was written back, safe to show', async () => {
    const deck = writing();
    deck.press('ctrl+x', 'ctrl+e');
    expect(deck.calls).toEqual([{ what: 'write', text: 'half' }]);
    await deck.leaveEditor({ kind: 'written', text: 'one\r\ntwo\r\x1b[31mthree\tfour' });
    expect(deck.state().drafts.get('a')).toMatchObject({ text: 'one\ntwo\nthree   four', cursor: 20 });
    expect(deck.state().view.focus).toBe('prompt');
  });

  it('leaves the prompt as it was when the editor fails, and says why', async () => {
    const deck = writing();
    deck.press('ctrl+x', 'ctrl+e');
    await deck.leaveEditor({ kind: 'not-written', why: 'The editor ended with exit code 1.' });
    expect(draftOf(deck)).toBe('half');
    expect(deck.notice()).toBe('The editor ended with exit code 1.');
  });

  it('keeps a message that came back meanwhile', async () => {
    const deck = writing();
    deck.press('ctrl+x', 'ctrl+e');
    deck.dispatch({ type: 'draft-restored', key: 'a', text: 'refused' });
    await deck.leaveEditor({ kind: 'written', text: 'whole' });
    expect(draftOf(deck)).toBe('refused\nwhole');
  });

  it('takes what was found among earlier prompts', () => {
    const deck = writing('');
    deck.dispatch({ type: 'prompt-recorded', text: 'run the tests' });
    deck.press('ctrl+r');
    deck.type('tests');
    deck.press('ctrl+x', 'ctrl+e');
    expect(deck.calls).toEqual([{ what: 'write', text: 'run the tests' }]);
  });

  it('is two keys: any other second one does nothing, and no key is left over', () => {
    const deck = writing();
    deck.press('ctrl+x');
    deck.type('e');
    expect(deck.notice()).toBe('ctrl+x e does nothing here.');
    deck.press('ctrl+e');
    deck.type('!');
    expect(draftOf(deck)).toBe('half!');
    deck.press('ctrl+x', 'esc');
    expect(deck.state().view).toMatchObject({ focus: 'prompt', chordPrefix: null });
    expect(deck.calls).toEqual([]);
  });

  it('means nothing in the list, and another key can be said for it', () => {
    const deck = appFixture({ ...stateWithTasks('a'), customKeys: { editor: ['ctrl+o'] } });
    deck.press('ctrl+x', 'j');
    expect(deck.notice()).toBeNull();
    deck.press('enter', 'ctrl+o');
    expect(deck.calls).toEqual([{ what: 'write', text: '' }]);
    expect(keyBindingErrors({ editor: ['ctrl+o'] })).toEqual([]);
  });
});
