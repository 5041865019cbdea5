import { expect, it } from 'vitest';
import type { Cost } from '../../src/domain/ports/source.ts';
import { startLoadingCosts } from '../../src/sync/load-costs.ts';
import { type ChatFields, makeChat } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const chat = (fields: ChatFields) => makeChat({ source: 'tasks', ...fields });

/** Chats whose costs are requested. */
function open(cost: () => Promise<Cost | null>) {
  const fixture = syncFixture();
  const asked: string[] = [];
  const [source] = fixture.backend.sources;
  const chats = {
    ...source,
    cost({ id }: { readonly id: string }) {
      asked.push(id);
      return cost();
    },
  };
  const stop = startLoadingCosts({ ...fixture, backend: { ...fixture.backend, sources: [chats] } });
  const view = (taskId: string | null) => fixture.store.dispatch({ type: 'task-viewed', taskId });
  return { ...fixture, asked, stop, view };
}

const COST: Cost = { micros: 410_000, isPartial: false };

it('loads the cost of the chat in view once, and again after its next turn', async () => {
  const { clock, store, asked, view, receiveList } = open(async () => COST);
  receiveList(chat({ id: 'c', updatedAt: 1 }), chat({ id: 'd', updatedAt: 1 }));
  expect(asked).toEqual([]);
  view('c');
  await clock.settle();
  expect(asked).toEqual(['c']);
  expect(store.getState().costs.get('c')).toEqual(COST);
  receiveList(chat({ id: 'c', updatedAt: 2, status: 'running' }), chat({ id: 'd', updatedAt: 2 }));
  expect(asked).toEqual(['c']);
  receiveList(chat({ id: 'c', updatedAt: 3 }), chat({ id: 'd', updatedAt: 3 }));
  expect(asked).toEqual(['c', 'c']);
  view(null);
  receiveList(chat({ id: 'c', updatedAt: 4 }), chat({ id: 'd', updatedAt: 4 }));
  expect(asked).toEqual(['c', 'c']);
});

it.each([
  ['a server that reports no costs', async () => null],
  ['a failure', () => Promise.reject(failure({ kind: 'server', message: 'No.' }))],
])('shows nothing after %s', async (_, cost: () => Promise<Cost | null>) => {
  const { clock, store, view, receiveList } = open(cost);
  receiveList(chat({ id: 'c' }));
  view('c');
  await clock.settle();
  expect(store.getState().costs.size).toBe(0);
  expect(store.getState().notice).toBeNull();
});

it('requests nothing after it was stopped', () => {
  const { asked, stop, view, receiveList } = open(async () => COST);
  stop();
  receiveList(chat({ id: 'c' }));
  view('c');
  expect(asked).toEqual([]);
});
