import { expect, it } from 'vitest';
import { startTitle } from '../../src/sync/title.ts';
import { makeReport, makeTask } from '../domain/make.ts';
import { makeDeck } from './deck.ts';

it('the title says how many need the user, once for each number', () => {
  const deck = makeDeck();
  const titles: string[] = [];
  const stop = startTitle(deck.store, (title) => titles.push(title));
  deck.store.dispatch({ type: 'focused', pane: 'list' });
  expect(titles).toEqual([]);
  const working = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
  deck.listed(working);
  deck.listed(makeTask({ id: 'a' }), makeTask({ id: 'b' }));
  deck.select('b');
  deck.listed(makeTask({ id: 'a' }), { ...working, id: 'b' });
  stop();
  deck.listed(working);
  expect(titles).toEqual(['taskdeck', 'taskdeck · 2 need you', 'taskdeck · 1 needs you']);
});
