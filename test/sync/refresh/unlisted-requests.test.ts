import { expect, it } from 'vitest';
import type { Task } from '../../../src/domain/task.ts';
import { unlistedRequests } from '../../../src/sync/refresh/unlisted-requests.ts';
import { type ChatFields, makeChat } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { schedule, syncFixture } from '../sync-fixture.ts';

const chat = (id: string, about: ChatFields = {}): Task => makeChat({ id, source: 'tasks', ...about });

function open(...ids: readonly string[]) {
  const fixture = syncFixture({ tasks: [chat('first'), ...ids.map((id) => chat(id))] });
  const scheduler = schedule(fixture, unlistedRequests(fixture));
  const receive = (isComplete: boolean, ...tasks: readonly Task[]): void => {
    const now = fixture.clock.now();
    fixture.store.dispatch({
      type: 'list-received',
      source: 'tasks',
      tasks,
      isComplete,
      startedAt: now,
      refreshMs: 5_000,
      now,
    });
  };
  const asked = (): readonly string[] =>
    fixture.backend.calls('get').map(({ args: [task] }) => (task as Task).id);
  const listed = (): readonly string[] => fixture.state.tasks.map(({ id }) => id);
  return { ...fixture, scheduler, receive, asked, listed };
}

it('requests a task that an incomplete list does not hold: its answer decides', async () => {
  const fixture = open('a', 'b', 'c');
  fixture.receive(false, chat('first'));
  await fixture.clock.advance(0);
  expect(fixture.asked()).toEqual(['a', 'b', 'c']);
  const [a, b, c] = fixture.backend.calls('get');
  a?.answer(chat('a', { displayName: 'Still here' }));
  b?.refuse(failure({ kind: 'not-found', message: 'Gone.' }));
  c?.answer(chat('c', { archived: true }));
  await fixture.clock.advance(0);
  expect(fixture.listed()).toEqual(['first', 'a']);
  expect(fixture.store.getState().tasks[1]?.displayName).toBe('Still here');
  fixture.scheduler.stop();
});

it('requests four at a time, and each once a minute', async () => {
  const fixture = open('a', 'b', 'c', 'd', 'e');
  fixture.receive(false, chat('first'));
  await fixture.clock.advance(0);
  expect(fixture.asked()).toEqual(['a', 'b', 'c', 'd']);
  for (const call of fixture.backend.calls('get')) call.answer(chat(String((call.args[0] as Task).id)));
  await fixture.clock.advance(3_000);
  expect(fixture.asked()).toEqual(['a', 'b', 'c', 'd', 'e']);
  fixture.backend.open('get').answer(chat('e'));
  await fixture.clock.advance(50_000);
  expect(fixture.asked()).toHaveLength(5);
  await fixture.clock.advance(20_000);
  expect(fixture.asked().length).toBeGreaterThan(5);
  fixture.scheduler.stop();
});

it('requests nothing while lists are complete', async () => {
  const fixture = open('a');
  fixture.receive(true, chat('first'), chat('a'));
  await fixture.clock.advance(300_000);
  expect(fixture.asked()).toEqual([]);
  fixture.scheduler.stop();
});
