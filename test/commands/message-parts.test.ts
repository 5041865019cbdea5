import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { messageWords, NOTHING_ANNOUNCED, newMessageWords } from '../../src/view/detail/transcript-words.ts';
import { visibleTranscript } from '../../src/view/detail/visible-transcript.ts';
import { searchTranscript } from '../../src/view/transcript/transcript-search.ts';
import { agent, live, makeReport, makeTask, NOON, toolCall, you } from '../domain/builders.ts';
import { applyEvents, listReceived, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const withParts = (id: number, ...parts: readonly MessagePart[]): Message => ({ ...agent(id, ''), parts });

const CALL = toolCall({ input: { command: 'go test ./...' } });
const REPLY = withParts(1, { type: 'reasoning', text: 'Hm\x1b[31m' }, CALL, {
  type: 'text',
  text: 'It **works**.',
});
const PLAIN = 'thinking: Hm\n✓ run: go test ./...\n\nIt **works**.';

function reading(): AppFixture {
  const app = appFixture(
    applyEvents(stateWithTasks('a'), transcriptReceived('a', live(you(0, 'Test it'), REPLY))),
  );
  app.press('tab');
  return app;
}

describe('a message with several parts', () => {
  it('is copied and shown in the pager as plain text', () => {
    const app = reading();
    app.press('y', 'y', 'v');
    expect(app.calls).toEqual([
      { what: 'copy', text: PLAIN },
      { what: 'page', text: expect.stringContaining(`Z]\n${PLAIN}\n`) },
    ]);
  });

  it('is found by the words of a tool call', () => {
    const view = visibleTranscript(reading().state())?.view;
    expect(view === undefined ? 0 : searchTranscript(view, 'go test').total).toBe(1);
  });

  it('is read out', () => {
    expect(messageWords(reading().state(), 'a', 1).slice(1)).toEqual([
      '  thinking: Hm',
      '  ✓ run: go test ./...',
      '  It **works**.',
    ]);
  });

  it('is announced from its new parts on', () => {
    const idle = listReceived([makeTask({ id: 'a', state: makeReport({ state: 'idle' }) })], NOON);
    const received = (message: Message) => transcriptReceived('a', live(you(0, 'Test it'), message));
    const before = applyEvents(stateWithTasks('a'), idle, received(withParts(1, CALL)));
    const { position } = newMessageWords(before, NOTHING_ANNOUNCED);
    const after = applyEvents(before, received(withParts(1, CALL, { type: 'text', text: 'It works.' })));
    expect(newMessageWords(after, position).lines).toEqual(['Agent:', 'It works.']);
  });
});
