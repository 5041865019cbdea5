import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../../src/domain/message.ts';
import type { State } from '../../../src/store/state.ts';
import { transcriptLines } from '../../../src/view/detail/detail-lines.ts';
import { visibleTranscript } from '../../../src/view/detail/visible-transcript.ts';
import { agent, live, MINUTE, makeTask, NOON, toolCall, you } from '../../domain/builders.ts';
import { applyEvents, emptyState, listReceived, transcriptReceived } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const TASK = makeTask({ id: 'a' });
const withParts = (id: number, at: number, ...parts: readonly MessagePart[]): Message => ({
  ...agent(id, '', at),
  parts,
});
const call = (id: string, command: string): MessagePart => toolCall({ id, input: { command } });
const text = (words: string): MessagePart => ({ type: 'text', text: words });

const MESSAGES: readonly Message[] = [
  you(1, 'Fix it'),
  withParts(2, NOON, { type: 'reasoning', text: 'Hm' }),
  withParts(3, NOON + 1, call('a', 'ls')),
  withParts(4, NOON + 2, text('It is the clock.'), call('b', 'go test')),
  withParts(5, NOON + 3, call('c', 'git push')),
  withParts(6, NOON + 4, text('Done.')),
  withParts(7, NOON + 30 * MINUTE, call('d', 'git log')),
  you(8, 'Thanks', NOON + 31 * MINUTE),
  agent(9, 'One.', NOON + 32 * MINUTE),
  agent(10, 'Two.', NOON + 32 * MINUTE),
];

const showing = (state: State, ...messages: readonly Message[]): State =>
  applyEvents(state, transcriptReceived('a', live(...messages), NOON + messages.length));

const empty = applyEvents(emptyState({ columns: 120, rows: 60 }), listReceived([TASK]));

function rows(state: State): readonly string[] {
  const { width = 0, height = 0 } = visibleTranscript(state) ?? {};
  return transcriptLines(state, TASK, plain, width, height).map((line) =>
    stripVTControlCharacters(line)
      .replace(/^(you|agent) .*/u, '$1')
      .trimEnd(),
  );
}

describe('the messages of an agent at work', () => {
  it('have one heading, and no blank lines between their tool calls', () => {
    expect(rows(showing(empty, ...MESSAGES))).toEqual([
      'you',
      '  Fix it',
      '',
      'agent',
      '  thinking: Hm',
      '  ✓ run: ls',
      '',
      '  It is the clock.',
      '',
      '  ✓ run: go test',
      '  ✓ run: git push',
      '',
      '  Done.',
      '',
      'agent',
      '  ✓ run: git log',
      '',
      'you',
      '  Thanks',
      '',
      'agent',
      '  One.',
      '',
      'agent',
      '  Two.',
    ]);
  });

  it('look the same when they arrive one by one as when they arrive at once', () => {
    let state = empty;
    for (let count = 1; count <= MESSAGES.length; count++) {
      state = showing(state, ...MESSAGES.slice(0, count));
      expect(rows(state)).toEqual(
        rows(showing(empty, ...MESSAGES.slice(0, count).map((each) => ({ ...each })))),
      );
    }
  });
});
