import { afterAll, expect, test } from 'vitest';
import type { Message } from '../../src/domain/message.ts';
import type { FollowEvent, Source } from '../../src/domain/ports/source.ts';
import type { Receipt, Resolution } from '../../src/domain/receipt.ts';
import type { Task } from '../../src/domain/task.ts';
import { focusWords } from '../../src/view/screen-reader/focus-words.ts';
import { agent, live, makeSession, NOON, toolCall, withFields, you } from '../domain/builders.ts';
import { openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import { manualTime } from '../support/faults/test-time.ts';
import { memorySource } from '../support/memory-source.ts';
import { SESSIONS, TABLES_WITH_SESSIONS } from '../support/session-actions.ts';
import { renderScreen } from './render-screen.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

const CHAT = 'c0ffee00-0000-4000-8000-000000000001';

/** A source that pushes its changes, has parts and actions of its own, and queues messages on its server. */
function pushingChats(chat: Task) {
  const memory = memorySource(SESSIONS, [chat]);
  let messages: readonly Message[] = [you(0, 'Find the flaky test')];
  let revision = 0;
  let receipt: Receipt = { kind: 'queued', queueId: 'q1' };
  let resolution: Resolution = 'queued';
  const ran: string[] = [];
  const hints = new Set<() => void>();
  const followers = new Set<(event: FollowEvent) => void>();
  const untilAborted = <Listener>(listeners: Set<Listener>, listener: Listener, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      listeners.add(listener);
      signal.addEventListener('abort', () => {
        listeners.delete(listener);
        resolve();
      });
    });
  const source: Source = {
    ...memory,
    list: async () => memory.tasks,
    transcript: async () => live(...messages),
    prepare: async () => ({ queue: 'q0' }),
    send: async () => receipt,
    resolve: async () => resolution,
    resolveFrom: () => 'undecided',
    async run(action, { id }) {
      ran.push(`${action} ${id}`);
      memory.tasks = memory.tasks.map((each) => withFields(each, { status: 'waiting' }));
      return { task: memory.tasks[0] as Task };
    },
    watch(onHint, signal) {
      onHint();
      return untilAborted(hints, onHint, signal);
    },
    follow(_, onEvent, signal) {
      onEvent({ type: 'changed' });
      return untilAborted(followers, onEvent, signal);
    },
  };
  return {
    source,
    ran,
    /** Pushes a new message. */
    say(message: Message) {
      messages = [...messages, message];
      revision++;
      for (const follow of followers) follow({ type: 'transcript', transcript: live(...messages), revision });
    },
    /** Changes the chat, and hints at it. */
    change(about: Parameters<typeof withFields>[1]) {
      memory.tasks = memory.tasks.map((each) => withFields(each, about));
      for (const hint of hints) hint();
    },
    acceptFromQueue() {
      resolution = 'accepted';
    },
    acceptAtOnce() {
      receipt = { kind: 'accepted', messageId: 9 };
    },
  };
}

test('a source that pushes, acts and queues in its own way runs beside Tasks in one list', async () => {
  const chats = pushingChats(
    makeSession({ id: CHAT, displayName: 'Flaky test', status: 'running', createdAt: NOON }),
  );
  const app = await openHeadlessApp({
    storage,
    time: manualTime,
    moreSources: [chats.source],
    actionTables: TABLES_WITH_SESSIONS,
    prepare({ model }) {
      model.add('Fix login redirect');
    },
  });
  await app.time.pass(3_000);
  expect(app.state.tasks.map(({ source }) => source).sort()).toEqual([SESSIONS, 'tasks']);
  const listed = await renderScreen(app.state);
  expect(listed.text).toContain('Fix login redirect');
  expect(listed.text).toContain('Flaky test');

  app.select(CHAT);
  await app.time.pass(2_000);
  chats.say({ ...agent(1, ''), parts: [toolCall({ title: 'Run the tests', output: '1 failed' })] });
  await app.time.settle();
  const followed = await renderScreen(app.state);
  expect(followed.text).toContain('Find the flaky test');
  expect(followed.text).toContain('Run the tests');
  expect(focusWords(app.state, null).join('\n')).toContain('Flaky test');

  // Its own action, under the key that pauses a Task.
  app.press('p');
  await app.time.settle();
  expect(chats.ran).toEqual([`halt ${CHAT}`]);
  expect(app.server.model.performed).toEqual([]);
  expect(app.state.tasks.find(({ id }) => id === CHAT)?.facts).toMatchObject({ status: 'waiting' });

  // Its server holds the message until the agent takes it.
  app.sync.outbox.add(CHAT, 'try it again');
  await app.time.settle();
  expect(app.state.deliveries.map(({ stage }) => stage)).toEqual(['queued']);
  chats.acceptFromQueue();
  chats.say(you(2, 'try it again'));
  await app.time.pass(60_000);
  expect(app.state.deliveries).toEqual([]);
  chats.acceptAtOnce();
  app.sync.outbox.add(CHAT, 'thanks');
  await app.time.settle();
  expect(app.state.deliveries.map(({ stage }) => stage)).toEqual(['accepted']);
  expect(app.server.model.sent).toEqual([]);

  // A hint shows a change before the next poll of the list.
  chats.change({ displayName: 'Flaky test found' });
  await app.time.pass(3_500);
  expect((await renderScreen(app.state)).text).toContain('Flaky test found');
  await app.close();
});
