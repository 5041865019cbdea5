import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Message } from '../../src/domain/message.ts';
import type { ConversationStorage } from '../../src/domain/ports/conversation-storage.ts';
import { storedConversationText } from '../../src/sync/stored-conversation-text.ts';
import { agent, foundMessage, NOON, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let stored: ConversationStorage;
beforeEach(() => {
  state = stateDirectory();
  stored = state.open().conversations(ada);
});
afterEach(() => state.dispose());

const save = (messages: readonly Message[]) =>
  stored.save('t2', {
    name: 'name-t2',
    title: 'Title',
    owner: 'ada',
    put: messages.map((message) => ({ kind: 'message', run: 0, id: message.id, message })),
    remove: [],
    readUpTo: null,
    revision: 0,
    oldestLoaded: null,
    now: NOON,
  });

it('has the found message first, and then the whole conversation', () => {
  save([you(0, 'go'), agent(1, 'a Needle here'), you(2, 'thanks')]);
  const text = storedConversationText(stored, foundMessage({ goneAt: NOON }));
  expect(text).toMatch(
    /^Title\nNot listed since 2026-01-01T12:00:00Z\. 3 messages stored on this machine\.\n/u,
  );
  const [, found = '', conversation = ''] = (text ?? '').split('──\n\n');
  expect(found).toContain('a Needle here');
  expect(found).not.toContain('thanks');
  expect(conversation).toContain('a Needle here');
  expect(conversation.indexOf('go')).toBeLessThan(conversation.indexOf('thanks'));
});

it('has all pages of a long conversation', () => {
  save(Array.from({ length: 1_000 }, (_, id) => you(id, `line ${id}`)));
  const text = storedConversationText(stored, foundMessage({ id: 3, role: 'user' })) ?? '';
  expect(text).toContain('1000 messages stored');
  expect(text.match(/^line \d+$/gmu)).toHaveLength(1_001);
});

it('is sanitised', () => {
  save([agent(1, 'a \x1b[31mNeedle\x1b]0;x\x07')]);
  expect(storedConversationText(stored, foundMessage({ taskTitle: 'evil\x1b[2J' }))).not.toMatch(
    /[\x1b\x07]/u,
  );
});

it('is null when the message is no longer stored', () => {
  expect(storedConversationText(stored, foundMessage())).toBeNull();
  save([you(0, 'go')]);
  expect(storedConversationText(stored, foundMessage())).toBeNull();
});
