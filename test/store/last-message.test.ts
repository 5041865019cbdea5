import { expect, it } from 'vitest';
import { lastMessageOf } from '../../src/store/last-message.ts';
import { agent, live, makeChat, makeReport, makeTask, you } from '../domain/builders.ts';
import {
  applyEvents,
  chatsReceived,
  emptyState,
  listReceived,
  transcriptReceived,
} from './state-builders.ts';

it('of a Task is the report of its agent', () => {
  const task = makeTask({ state: makeReport({ message: '**Done**: two\n\ntests \x1b[31mfixed' }) });
  expect(lastMessageOf(applyEvents(emptyState(), listReceived([task])), task)).toBe('Done: two tests fixed');
});

it('of a chat without a report are the last words of its agent', () => {
  const chat = makeChat({ id: 'c', state: null });
  const state = applyEvents(
    emptyState(),
    chatsReceived([chat]),
    transcriptReceived('c', {
      ...live(you(1, 'go'), agent(2, '# On it\n\nsoon'), you(3, 'faster')),
      hasOlder: false,
    }),
  );
  expect(lastMessageOf(state, chat)).toBe('On it soon');
});

it('is empty where nothing is known', () => {
  expect(lastMessageOf(emptyState(), makeTask({ state: null }))).toBe('');
});
