import { expect, it } from 'vitest';
import { applyEvents, delivery, emptyState, stateWithTasks } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';

const places = [{ id: 'p', name: 'dev', url: 'https://dev.example.com' }];

it('P offers the other deployments, even before the server has answered', () => {
  for (const state of [stateWithTasks('a'), emptyState()]) {
    const app = appFixture({ ...state, otherDeployments: places });
    app.press('P');
    expect(app.state().view.overlay).toEqual({ kind: 'places' });
    app.press('esc');
    expect(app.state().view.overlay).toBeNull();
    expect(app.calls).toEqual([]);
  }
});

it('P shows the reason without another deployment; queued messages stay', () => {
  const app = appFixture(stateWithTasks('a'));
  app.press('P');
  expect(app.notice()).toMatch(/^No other deployment\. Add one/u);
  const busy = appFixture({
    ...applyEvents(stateWithTasks('a'), { type: 'delivery-added', delivery: delivery() }),
    otherDeployments: places,
  });
  busy.press('P');
  expect(busy.state().view.overlay).toEqual({ kind: 'places' });
});
