import { expect, it } from 'vitest';
import { startWindowTitle } from '../../src/sync/window-title.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

it('the title says how many need the user, once for each number', () => {
  const deck = syncFixture();
  const titles: string[] = [];
  const stop = startWindowTitle(deck.store, (title) => titles.push(title));
  deck.store.dispatch({ type: 'pane-focused', pane: 'list' });
  expect(titles).toEqual([]);
  const working = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
  deck.receiveList(working);
  deck.receiveList(makeTask({ id: 'a' }), makeTask({ id: 'b' }));
  deck.select('b');
  deck.receiveList(makeTask({ id: 'a' }), { ...working, id: 'b' });
  stop();
  deck.receiveList(working);
  expect(titles).toEqual(['taskdeck', 'taskdeck · 2 need you', 'taskdeck · 1 needs you']);
});
