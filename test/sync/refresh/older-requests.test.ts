import { expect, it } from 'vitest';
import type { OlderMessages } from '../../../src/domain/ports/source.ts';
import { mergedTranscriptOf } from '../../../src/store/merged-transcript.ts';
import { olderRequests } from '../../../src/sync/refresh/older-requests.ts';
import { agent, live, makeTask, NOON } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { schedule, syncFixture } from '../sync-fixture.ts';

/** A chat with a page of older messages before 500, and each request for it. */
function chatWithOlder() {
  const fixture = syncFixture({ tasks: [makeTask({ id: 'a' }), makeTask({ id: 'b' })] });
  const requests: { before: number; answer: (page: OlderMessages) => void; refuse: (e: unknown) => void }[] =
    [];
  const [source] = fixture.backend.sources;
  const backend = {
    ...fixture.backend,
    sources: [
      {
        ...source,
        olderMessages: (_: unknown, before: number) =>
          new Promise<OlderMessages>((answer, refuse) => requests.push({ before, answer, refuse })),
      },
    ] as const,
  };
  fixture.select('a');
  const scheduler = schedule({ ...fixture, backend }, olderRequests({ backend, store: fixture.store }));
  scheduler.wake();
  fixture.store.dispatch({
    type: 'transcript-received',
    taskId: 'a',
    transcript: { ...live(agent(500, 'm')), hasOlder: true },
    startedAt: NOON,
    refreshMs: 1_000,
    now: NOON,
  });
  const scrollUp = (): void => fixture.store.dispatch({ type: 'older-messages-requested', taskId: 'a' });
  return { ...fixture, requests, scrollUp, ids: () => entriesOf(fixture.store.getState()) };
}

const entriesOf = (state: ReturnType<ReturnType<typeof syncFixture>['store']['getState']>) =>
  mergedTranscriptOf(state, 'a').conversation.entries.map(({ kind, id }) => (kind === 'gap' ? '…' : id));

it('asks for nothing until the user scrolls up, then for one page at a time', async () => {
  const { clock, requests, scrollUp, ids } = chatWithOlder();
  await clock.settle();
  expect(requests).toHaveLength(0);
  scrollUp();
  await clock.settle();
  scrollUp();
  await clock.advance(1_000);
  expect(requests.map(({ before }) => before)).toEqual([500]);
  requests[0]?.answer({ messages: [agent(400, 'older')], hasOlder: true });
  await clock.settle();
  expect(ids()).toEqual(['…', 400, 500]);
  scrollUp();
  await clock.settle();
  expect(requests.map(({ before }) => before)).toEqual([500, 400]);
  requests[1]?.answer({ messages: [agent(1, 'first')], hasOlder: false });
  await clock.settle();
  expect(ids()).toEqual([1, 400, 500]);
  scrollUp();
  await clock.advance(10_000);
  expect(requests).toHaveLength(2);
});

it('asks again after a failure, which it shows', async () => {
  const { clock, store, requests, scrollUp, ids } = chatWithOlder();
  scrollUp();
  await clock.settle();
  requests[0]?.refuse(failure({ kind: 'server', message: 'No.' }));
  await clock.settle();
  expect(mergedTranscriptOf(store.getState(), 'a').olderPage?.error?.message).toBe('No.');
  expect(requests).toHaveLength(1);
  await clock.advance(10_000);
  expect(requests).toHaveLength(2);
  requests[1]?.answer({ messages: [agent(400, 'older')], hasOlder: true });
  await clock.settle();
  expect(ids()).toEqual(['…', 400, 500]);
});

it('goes on after a page without a visible message', async () => {
  const { clock, requests, scrollUp, ids } = chatWithOlder();
  scrollUp();
  await clock.settle();
  requests[0]?.answer({ messages: [], hasOlder: true });
  await clock.advance(1_000);
  expect(requests).toHaveLength(2);
  requests[1]?.answer({ messages: [agent(3, 'older')], hasOlder: false });
  await clock.settle();
  expect(ids()).toEqual([3, 500]);
});
