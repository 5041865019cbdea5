import { describe, expect, it } from 'vitest';
import { paletteEntries, runChosen } from '../../src/commands/palette.ts';
import { begin, listed, onDeployment, play } from '../store/make.ts';
import { deckOn } from './deck.ts';
import { taskIn } from './make.ts';

const working = play(begin(), listed([taskIn('working', 'a')]));

describe('the palette', () => {
  it('opens with a colon and closes with esc', () => {
    const deck = deckOn(working);
    deck.press(':');
    expect(deck.state().view.overlay).toEqual({ kind: 'palette' });
    deck.press('esc');
    expect(deck.state().view.overlay).toBeNull();
  });

  it('has what can be done now first, and for the rest the reason', () => {
    const entries = paletteEntries(working);
    const [pause, resume] = ['pause', 'resume'].map((id) => entries.findIndex((entry) => entry.id === id));
    expect(entries[pause ?? -1]).toMatchObject({ keys: ['p'], verdict: true });
    expect(entries[resume ?? -1]?.verdict).toMatch(/./u);
    expect(pause).toBeLessThan(resume ?? -1);
    expect(entries.map(({ id }) => id)).not.toContain('palette');
  });

  it('does what is chosen, or says why not', () => {
    const deck = deckOn(onDeployment(working));
    deck.press(':');
    runChosen(deck.context, 'pause');
    expect(deck.calls).toEqual([{ what: 'pause', taskId: 'a' }]);
    expect(deck.state().view.overlay).toBeNull();
    runChosen(deck.context, 'resume');
    expect(deck.calls).toHaveLength(1);
    expect(deck.notice()).toMatch(/./u);
  });

  it('asks what the key would ask', () => {
    const deck = deckOn(working);
    deck.press(':');
    runChosen(deck.context, 'pause');
    expect(deck.calls).toEqual([]);
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-pause' });
  });

  it('has what is of the pane that has the focus', () => {
    const ids = (pane: 'list' | 'transcript') =>
      paletteEntries(play(working, { type: 'focused', pane })).map(({ id }) => id);
    expect(ids('list')).toContain('down');
    expect(ids('transcript')).not.toContain('down');
  });
});
