import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConversationSearch, FoundMessage } from '../../src/domain/ports/conversation-search.ts';
import type { SearchTerms } from '../../src/domain/search-terms.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { searchConversations } from '../../src/sync/search-conversations.ts';
import { foundMessage, NOON } from '../domain/builders.ts';
import { stateWithTasks } from '../store/state-builders.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const found = (key: number): FoundMessage => foundMessage({ key, id: key });

/** Messages 1 to `stored`, ten in each step; those up to `unindexed` are found only after a step of the index. */
class FakeSearch implements ConversationSearch {
  stored = 25;
  left = 0;
  fails = false;
  readonly searches: SearchTerms[] = [];

  unindexed = (): number => this.left;

  indexMore(): number {
    const count = Math.min(10, this.left);
    this.left -= count;
    return count;
  }

  find(terms: SearchTerms, before: number | null, limit: number) {
    if (before === null) this.searches.push(terms);
    if (this.fails) return null;
    const newest = (before ?? this.stored + 1) - 1;
    const oldest = Math.max(this.left + 1, newest - Math.min(10, limit) + 1);
    const messages = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, at) => found(newest - at));
    return { messages, next: oldest <= this.left + 1 ? null : oldest };
  }
}

let store: Store;
let clock: ManualClock;
let search: FakeSearch;
let stop: () => void;
let problem: string | null;
beforeEach(() => {
  store = createStore(stateWithTasks('t1'));
  clock = manualClock(NOON);
  search = new FakeSearch();
  problem = null;
  stop = searchConversations({
    store,
    clock,
    open: () => Promise.resolve(search),
    problem: () => problem,
  });
});
afterEach(() => stop());

const open = (): void => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'find' } });
const type = (text: string): void => store.dispatch({ type: 'conversation-search-typed', text });
const results = () => store.getState().conversationSearch.results;
const keys = (): readonly number[] => results().messages.map(({ key }) => key);

it('searches after a pause of typing, in steps, newest first', async () => {
  open();
  await clock.settle();
  type('a');
  await clock.advance(60);
  type('ab');
  await clock.advance(60);
  expect(search.searches).toEqual([]);
  await clock.advance(200);
  expect(search.searches).toEqual([['ab']]);
  expect(keys()).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at));
  expect(results()).toMatchObject({ text: 'ab', isRunning: false, hasMore: false });
});

it('shows 200 messages at most, and says that there are more', async () => {
  search.stored = 1_000;
  open();
  type('a');
  await clock.advance(1_000);
  expect(keys()).toHaveLength(200);
  expect(results().hasMore).toBe(true);
});

it('completes the index while the overlay is open, and then has all results', async () => {
  search.left = 20;
  open();
  type('a');
  await clock.advance(1_000);
  expect(search.left).toBe(0);
  expect(results()).toMatchObject({ unindexed: 0, isRunning: false });
  expect(keys()).toHaveLength(25);
});

it('stops when the overlay closes, and goes on when it opens again', async () => {
  search.left = 10_000;
  search.stored = 10_000;
  open();
  await clock.advance(0);
  store.dispatch({ type: 'overlay-closed' });
  const { left } = search;
  await clock.advance(5_000);
  expect(search.left).toBe(left);
  search.left = 0;
  open();
  type('b');
  await clock.advance(1_000);
  expect(keys()).toHaveLength(200);
});

it('reports a failure as a sentence, and searches again for the next text', async () => {
  search.fails = true;
  problem = 'Cannot read the file.';
  open();
  type('a');
  await clock.advance(1_000);
  expect(results()).toMatchObject({ problem: 'Cannot read the file.', isRunning: false });
  search.fails = false;
  problem = null;
  type('b');
  await clock.advance(1_000);
  expect(results().problem).toBeNull();
  expect(keys()).toHaveLength(25);
});

it('clears the results with the text', async () => {
  open();
  type('a');
  await clock.advance(1_000);
  type(' ');
  expect(keys()).toEqual([]);
  await clock.advance(1_000);
  expect(keys()).toEqual([]);
});
