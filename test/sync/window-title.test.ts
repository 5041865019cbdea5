import { expect, it } from 'vitest';
import { startWindowTitle } from '../../src/sync/window-title.ts';
import { makeReport, makeTask } from '../domain/builders.ts';
import { syncFixture } from './sync-fixture.ts';

it('the title shows how many tasks need the user, and changes only with the number', () => {
  const fixture = syncFixture();
  const titles: string[] = [];
  const stop = startWindowTitle(fixture.store, (title) => titles.push(title));
  fixture.store.dispatch({ type: 'pane-focused', pane: 'list' });
  expect(titles).toEqual([]);
  const working = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
  fixture.receiveList(working);
  fixture.receiveList(makeTask({ id: 'a' }), makeTask({ id: 'b' }));
  fixture.select('b');
  fixture.receiveList(makeTask({ id: 'a' }), { ...working, id: 'b' });
  stop();
  fixture.receiveList(working);
  expect(titles).toEqual(['taskdeck', 'taskdeck · 2 need you', 'taskdeck · 1 needs you']);
});
