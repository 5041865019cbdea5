import { expect, test } from 'vitest';
import { addPiece, shownParts } from '../../../src/api/chats/live-parts.ts';
import type { WirePart } from '../../../src/local/chats/chat-row-types.ts';
import type { ToolCallChange } from '../../../src/local/chats/session.ts';
import {
  addUpdate,
  asLiveParts,
  type ContentUpdate,
  cancelOpenCalls,
  finishedParts,
  NO_CONTENT,
  type TurnContent,
} from '../../../src/local/chats/turn-content.ts';
import { chatEventsIn } from '../../../src/wire/chat-event.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const AT = Date.UTC(2026, 0, 1);

/** The content after these updates, and all that streams sent meanwhile. */
function played(...updates: readonly ContentUpdate[]): { content: TurnContent; live: readonly WirePart[] } {
  let content = NO_CONTENT;
  const live: WirePart[] = [];
  for (const update of updates) {
    const change = addUpdate(content, update, AT);
    content = change.content;
    live.push(...change.live);
  }
  return { content, live };
}

const text = (words: string): ContentUpdate => ({ type: 'text', text: words });
const tool = (change: ToolCallChange): ContentUpdate => ({ type: 'tool', change });

test('pieces of text grow one part; another type begins the next one', () => {
  const { content, live } = played(
    text('Hel'),
    text('lo'),
    { type: 'reasoning', text: 'Hm' },
    text('!'),
    text(''),
  );
  expect(content.parts).toMatchObject([
    { type: 'text', text: 'Hello' },
    { type: 'reasoning', text: 'Hm', created_at: '2026-01-01T00:00:00.000Z' },
    { type: 'text', text: '!' },
  ]);
  expect(live.map((part) => part.text)).toEqual(['Hel', 'lo', 'Hm', '!']);
});

test('a tool call keeps the fields that a change does not have, and its place', () => {
  const { content } = played(
    tool({
      id: 'a',
      name: 'run',
      title: 'Run tests',
      kind: 'execute',
      status: 'pending',
      input: { command: 'npm test' },
    }),
    text('Meanwhile'),
    tool({
      id: 'a',
      status: 'in_progress',
      locations: [
        { path: '/w/a.ts', line: null },
        { path: '/w/b.ts', line: 3 },
      ],
    }),
    tool({ id: 'a', diffs: [{ path: '/w/a.ts', oldText: null, newText: 'new' }] }),
  );
  expect(content.parts).toEqual([
    {
      type: 'tool-call',
      tool_call_id: 'a',
      tool_name: 'run',
      args: { command: 'npm test' },
      provider_executed: true,
      created_at: '2026-01-01T00:00:00.000Z',
      title: 'Run tests',
      kind: 'execute',
      status: 'in_progress',
      locations: [{ path: '/w/a.ts' }, { path: '/w/b.ts', line: 3 }],
      diff: [{ path: '/w/a.ts', old_text: null, new_text: 'new' }],
    },
    { type: 'text', text: 'Meanwhile' },
  ]);
});

test('output streams as pieces, and the end of the call completes the result behind it', () => {
  const { content, live } = played(
    tool({ id: 'a', kind: 'execute', status: 'in_progress' }),
    tool({ id: 'a', outputDelta: 'one\n' }),
    tool({ id: 'a', output: 'one\ntwo\n' }),
    tool({ id: 'a', output: 'other' }),
    text('Done.'),
    tool({ id: 'a', status: 'failed' }),
  );
  const pieces = live.filter(({ type }) => type === 'tool-result');
  expect(pieces).toMatchObject([
    { result_delta: 'one\n' },
    { result_delta: 'two\n' },
    { result_reset: true, result_delta: 'other' },
    { result: { output: 'other' }, is_error: true, provider_executed: true },
  ]);
  expect(content.parts.map(({ type }) => type)).toEqual(['tool-call', 'tool-result', 'text']);
});

test('readers of an unfinished call get no result, new streams its output as a piece', () => {
  const { content } = played(
    tool({ id: 'a', status: 'in_progress', outputDelta: 'half' }),
    tool({ id: 'b', status: 'completed' }),
  );
  expect(finishedParts(content.parts).map(({ type, tool_call_id: id }) => [type, id])).toEqual([
    ['tool-call', 'a'],
    ['tool-call', 'b'],
    ['tool-result', 'b'],
  ]);
  expect(asLiveParts(content)[1]).toEqual({
    type: 'tool-result',
    tool_call_id: 'a',
    tool_name: 'other',
    result_delta: 'half',
  });
});

test('the end of a turn cancels unfinished calls and keeps their output', () => {
  const { content } = played(
    tool({ id: 'a', status: 'completed', output: 'all' }),
    tool({ id: 'b', status: 'in_progress', outputDelta: 'half' }),
    tool({ id: 'c', status: 'pending' }),
  );
  const { parts } = cancelOpenCalls(content, () => 'It ended.', AT).content;
  expect(parts.filter(({ type }) => type === 'tool-result')).toMatchObject([
    { tool_call_id: 'a', result: { output: 'all' }, is_error: false },
    { tool_call_id: 'b', result: { output: 'half', error: 'It ended.' }, is_error: true },
    { tool_call_id: 'c', result: { error: 'It ended.' }, is_error: true },
  ]);
  expect(parts.filter(({ type }) => type === 'tool-call').map(({ status }) => status)).toEqual([
    'completed',
    'cancelled',
    'cancelled',
  ]);
});

test('a turn that is too long is cut with a notice, and its calls still end', () => {
  const { content } = played(
    tool({ id: 'a', status: 'in_progress' }),
    ...Array.from({ length: 40 }, () => text('x'.repeat(64 << 10))),
    tool({ id: 'late', status: 'pending' }),
    tool({ id: 'a', status: 'completed' }),
  );
  expect(JSON.stringify(content.parts).length).toBeLessThan(2.2 * 1024 * 1024);
  expect(content.parts.at(-1)).toEqual({
    type: 'hook-notice',
    text: 'This turn is too long. The rest of it is left out.',
  });
  expect(content.parts[0]).toMatchObject({ status: 'completed' });
  expect(content.parts.some((part) => part.tool_call_id === 'late')).toBe(false);
});

test('a long output keeps its end', () => {
  const { content } = played(
    ...Array.from({ length: 10 }, (_, index) =>
      tool({ id: 'a', outputDelta: `${index}${'x'.repeat(64 << 10)}` }),
    ),
  );
  const output = String((content.parts[1] as { result?: { output?: unknown } }).result?.output);
  expect(output.length).toBeLessThanOrEqual(256 << 10);
  expect(output).toMatch(/^\[The beginning of the output is left out\.\]\n/);
  expect(output.endsWith('x')).toBe(true);
});

test('a client that followed the stream shows the text and output of the stored message', () => {
  const random = seededRandom(7);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const updates = Array.from({ length: 500 }, (): ContentUpdate => {
    const id = pick(['a', 'b', 'c']);
    return pick<() => ContentUpdate>([
      () => text(pick(['word ', 'émoji 🙂 ', '\n'])),
      () => ({ type: 'reasoning', text: 'thought ' }),
      () => tool({ id, outputDelta: pick(['line\n', 'more ']) }),
      () => tool({ id, output: pick(['line\n', 'line\nmore ', '']) }),
      () => tool({ id, title: 'Title', status: pick(['pending', 'in_progress', 'completed', 'failed']) }),
    ])();
  });
  const { content, live } = played(...updates);
  const shown = (parts: readonly WirePart[]) => {
    const frame = JSON.stringify(
      parts.map((part, index) => ({ type: 'message_part', message_part: { part, seq: index + 1 } })),
    );
    const pieces = chatEventsIn(frame).flatMap((event) =>
      event.type === 'message_part' ? [event.message_part.part] : [],
    );
    const all = shownParts(
      pieces.reduce<Parameters<typeof addPiece>[0]>((held, piece) => addPiece(held, piece, AT), []),
    );
    return {
      text: all.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''),
      outputs: all.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.output]] : [])).sort(),
    };
  };
  expect(shown(asLiveParts(content))).toEqual(shown(live));
  expect(shown(live).text).toContain('word ');
});

test('the time of a call counts from the start of its work, not from a question before it', () => {
  const asked = addUpdate(NO_CONTENT, { type: 'tool', change: { id: 'c', kind: 'execute' } }, AT);
  const change: ToolCallChange = { id: 'c', status: 'in_progress', startedAt: AT + 60_000 };
  const begun = addUpdate(asked.content, { type: 'tool', change }, AT + 60_001);
  expect(begun.content.parts).toMatchObject([{ created_at: '2026-01-01T00:01:00.000Z' }]);
  // A client that follows the turn counts by its own clock.
  const pieces = [...asked.live, ...begun.live].flatMap((part, seq) =>
    chatEventsIn(
      JSON.stringify([
        { type: 'message_part', message_part: { role: 'assistant', part, history_version: 1, seq } },
      ]),
    ),
  );
  const held = pieces.reduce<Parameters<typeof addPiece>[0]>(
    (parts, event, index) =>
      event.type === 'message_part' ? addPiece(parts, event.message_part.part, index * 1_000) : parts,
    [],
  );
  expect(shownParts(held)).toMatchObject([{ type: 'tool-call', startedAt: 1_000 }]);
});
