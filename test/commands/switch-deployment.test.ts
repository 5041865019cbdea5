import { expect, it } from 'vitest';
import { applyEvents, delivery, emptyState, stateWithTasks } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const places = [{ id: 'p', name: 'dev', url: 'https://dev.example.com' }];

it('P offers the other deployments, before the server has answered too', () => {
  for (const state of [stateWithTasks('a'), emptyState()]) {
    const deck = appFixture({ ...state, otherDeployments: places });
    deck.press('P');
    expect(deck.state().view.overlay).toEqual({ kind: 'places' });
    deck.press('esc');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual([]);
  }
});

it('P says why there is nowhere to go; messages that wait stay in their queue', () => {
  const deck = appFixture(stateWithTasks('a'));
  deck.press('P');
  expect(deck.notice()).toMatch(/^No other deployment\. Add one/u);
  const busy = appFixture({
    ...applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    otherDeployments: places,
  });
  busy.press('P');
  expect(busy.state().view.overlay).toEqual({ kind: 'places' });
});
