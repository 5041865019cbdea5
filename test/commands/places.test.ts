import { expect, it } from 'vitest';
import { begin, delivery, play, showing } from '../store/make.ts';
import { deckOn } from './deck.ts';

const places = [{ id: 'p', name: 'dev', url: 'https://dev.example.com' }];

it('P offers the other deployments, before the server has answered too', () => {
  for (const state of [showing('a'), begin()]) {
    const deck = deckOn({ ...state, places });
    deck.press('P');
    expect(deck.state().view.overlay).toEqual({ kind: 'places' });
    deck.press('esc');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual([]);
  }
});

it('P says why there is nowhere to go; messages that wait stay in their queue', () => {
  const deck = deckOn(showing('a'));
  deck.press('P');
  expect(deck.notice()).toMatch(/^No other deployment\. Add one/u);
  const busy = deckOn({ ...play(showing('a'), { type: 'delivery-begun', delivery: delivery() }), places });
  busy.press('P');
  expect(busy.state().view.overlay).toEqual({ kind: 'places' });
});
