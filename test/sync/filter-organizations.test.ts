import { expect, it } from 'vitest';
import { visibleTasks } from '../../src/store/selectors.ts';
import { createChatOptionsLoader } from '../../src/sync/chat-options.ts';
import { makeTask } from '../domain/builders.ts';
import { ORGANIZATION, OTHER_ORGANIZATION } from '../store/chat-form-states.ts';
import { eventLoopTurn } from '../support/manual-clock.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

function started() {
  const tasks = [
    makeTask({ id: 'a', organizationId: ORGANIZATION.id }),
    makeTask({ id: 'b', organizationId: OTHER_ORGANIZATION.id }),
  ];
  const fixture = syncFixture({ local: false, tasks });
  const loader = createChatOptionsLoader(fixture, new AbortController().signal);
  const filter = (text: string) => fixture.store.dispatch({ type: 'filter-changed', filter: text });
  const rows = (): string =>
    visibleTasks(fixture.state)
      .map(({ id }) => id)
      .join('');
  return { fixture, loader, filter, rows, requests: () => fixture.backend.calls('organizations').length };
}

it('the filter org: loads the names of organizations once, and then filters by them', async () => {
  const { fixture, filter, rows, requests } = started();
  filter('login');
  expect(requests()).toBe(0);
  filter(`org:${OTHER_ORGANIZATION.name.slice(0, 2)}`);
  filter(`org:${OTHER_ORGANIZATION.name}`);
  expect([requests(), rows()]).toEqual([1, 'ab']);
  fixture.backend.open('organizations').answer([ORGANIZATION, OTHER_ORGANIZATION]);
  await eventLoopTurn();
  expect(rows()).toBe('b');
  filter('');
  filter(`org:${ORGANIZATION.name}`);
  expect([requests(), rows()]).toEqual([1, 'a']);
});

it('a failure is reported, and the next such filter asks again', async () => {
  const { fixture, filter, rows, requests, loader } = started();
  filter('org:x');
  fixture.backend.open('organizations').refuse(failure({ message: 'Broken.' }));
  await eventLoopTurn();
  expect(fixture.state.notice?.text).toBe('Cannot list your organizations: Broken. The filter ignores org:.');
  filter('org:xy');
  expect([requests(), rows()]).toEqual([1, 'ab']);
  filter('');
  filter('org:x');
  expect(requests()).toBe(2);
  loader.stop();
  filter('');
  filter('org:x');
  expect(requests()).toBe(2);
});
