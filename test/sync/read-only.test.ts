import { expect, it } from 'vitest';
import { defaultSettings } from '../../src/domain/settings.ts';
import { startMarkingRead } from '../../src/sync/mark-read.ts';
import { SEEN_AFTER_MS, startMarkingSeen } from '../../src/sync/mark-seen.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { createTranscriptReader } from '../../src/sync/refresh/fetch-transcript.ts';
import { mayFollow } from '../../src/sync/refresh/transcript-requests.ts';
import { makeChat, makeTask, NOON } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const setReadOnly = ({ store }: SyncFixture, on: boolean): void =>
  store.dispatch({
    type: 'settings-changed',
    settings: { ...defaultSettings, readOnly: on },
    keyNames: store.getState().keyNames,
  });

it('a waiting message stays in the outbox until read-only mode ends', async () => {
  const fixture = syncFixture({ tasks: [makeTask({ id: 'a' })] });
  setReadOnly(fixture, true);
  const sent: string[] = [];
  Object.assign(fixture.backend.sources[0], {
    prepare: async () => ({}),
    send: async (_: unknown, text: string) => {
      sent.push(text);
      return { kind: 'accepted' };
    },
  });
  const outbox = createOutbox({
    ...fixture,
    readTranscript: createTranscriptReader(fixture),
    outboxStorage: outboxStorage().rows(),
    onTaskChanged: () => {},
    resume: async () => true,
  });
  outbox.add('a', 'hello');
  await fixture.clock.advance(60_000);
  expect(sent).toEqual([]);
  expect(fixture.state.deliveries).toMatchObject([{ text: 'hello', stage: 'waiting' }]);
  setReadOnly(fixture, false);
  await fixture.clock.advance(1_000);
  expect(sent).toEqual(['hello']);
});

it('a chat that is read stays unread on the server', async () => {
  const fixture = syncFixture({
    tasks: [makeChat({ id: 'a', unread: true, updatedAt: NOON - 600_000, source: 'tasks', state: null })],
  });
  setReadOnly(fixture, true);
  const read: string[] = [];
  Object.assign(fixture.backend.sources[0], { markRead: async () => void read.push('a') });
  startMarkingSeen(fixture);
  startMarkingRead(fixture);
  await fixture.clock.advance(SEEN_AFTER_MS * 10);
  expect(read).toEqual([]);
});

it('a stream that marks its task as read is not opened', () => {
  const marking = { directories: false, followMarksRead: true };
  const state = { readingTaskId: 'a', settings: defaultSettings };
  expect(mayFollow(marking, 'a', state)).toBe(true);
  expect(mayFollow(marking, 'a', { ...state, settings: { ...defaultSettings, readOnly: true } })).toBe(false);
});
