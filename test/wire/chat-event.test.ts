import { describe, expect, it } from 'vitest';
import { chatEventsIn, EnvelopeError, isWatchEvent } from '../../src/wire/chat-event.ts';

const STATUS = { type: 'status', status: { status: 'running' } };
const MESSAGE = { id: 7, role: 'user', created_at: '2026-01-01T00:00:00Z', content: [] };

const eventsIn = (...events: readonly unknown[]) => chatEventsIn(JSON.stringify(events));

describe('a frame of a stream', () => {
  it.each([
    ['an array', [STATUS], 1],
    ['an empty array', [], 0],
    ['one event', STATUS, 1],
    ['an envelope', { type: 'data', data: [STATUS, STATUS] }, 2],
    ['an envelope of one event', { type: 'data', data: STATUS }, 1],
    ['an empty envelope', { type: 'data', data: null }, 0],
    ['a ping', { type: 'ping' }, 0],
    ['null', null, 0],
    ['a text', 'status', 0],
  ])('can be %s', (_, frame, count) => {
    const expected = Array.from({ length: count }, () => ({ type: 'status', status: 'running' }));
    expect(chatEventsIn(JSON.stringify(frame))).toEqual(expected);
  });

  it('can be the error of an older server, which is none of a chat', () => {
    expect(() => chatEventsIn('{"type":"error","data":{"message":"Failed."}}')).toThrow(
      new EnvelopeError('Failed.'),
    );
    expect(() => chatEventsIn('{"type":"error","data":7}')).toThrow(EnvelopeError);
    expect(eventsIn({ type: 'error', error: { message: 'No.', kind: 'auth' } })).toEqual([
      { type: 'error', error: { message: 'No.', kind: 'auth', detail: '' } },
    ]);
  });

  it('must be JSON', () => {
    expect(() => chatEventsIn('[{')).toThrow(SyntaxError);
  });
});

describe('an event of a stream', () => {
  it.each([
    ['unknown', { type: 'of the future', more: 1 }],
    ['no object', 7],
    ['null', null],
    ['without a type', {}],
    ['a message without an id', { type: 'message', message: { ...MESSAGE, id: 'seven' } }],
    ['a message without a body', { type: 'message' }],
    ['a part without a body', { type: 'message_part' }],
    ['a part that is none', { type: 'message_part', message_part: { part: 'text' } }],
    ['a status that is none', { type: 'status', status: 'running' }],
    ['a queue that is none', { type: 'queue_update', queued_messages: 'empty' }],
    ['a retry without a body', { type: 'retry' }],
  ])('is left out when it is invalid, and the others stay: %s', (_, event) => {
    expect(eventsIn(STATUS, event, STATUS)).toHaveLength(2);
  });

  it('has an empty queue when the field is absent, and leaves out invalid rows', () => {
    expect(eventsIn({ type: 'queue_update' })).toEqual([{ type: 'queue_update', queued_messages: [] }]);
    const row = { id: 1, created_at: MESSAGE.created_at, content: [] };
    expect(eventsIn({ type: 'queue_update', queued_messages: [row, { id: 'x' }] })).toMatchObject([
      { queued_messages: [{ id: 1 }] },
    ]);
  });

  it('has the numbers of a part, and 0 for those of older servers', () => {
    const part = { type: 'text', text: 'a', tool_call_id: '' };
    expect(
      eventsIn({
        type: 'message_part',
        message_part: { part, history_version: 4, generation_attempt: 2, seq: 9 },
      }),
    ).toMatchObject([
      {
        message_part: {
          part: { type: 'text', text: 'a' },
          history_version: 4,
          generation_attempt: 2,
          seq: 9,
        },
      },
    ]);
    expect(eventsIn({ type: 'message_part', message_part: { part } })).toMatchObject([
      { message_part: { history_version: 0, generation_attempt: 0, seq: 0 } },
    ]);
  });

  it.each([
    [{ type: 'text', text: 7 }, { text: '' }],
    [{ type: 'reasoning', text: 'Hm' }, { text: 'Hm' }],
    [
      { type: 'tool-call', tool_call_id: 'c', tool_name: 'execute', args_delta: '{' },
      { tool_call_id: 'c', tool_name: 'execute', args_delta: '{' },
    ],
    [
      { type: 'tool-call', tool_call_id: 'c', args: { a: 1 } },
      { args: { a: 1 }, args_delta: '' },
    ],
    [
      { type: 'tool-result', tool_call_id: 'c', result_delta: 'x', result_reset: true },
      { result_delta: 'x', result_reset: true },
    ],
    [
      { type: 'tool-result', tool_call_id: 'c', result: [1], is_error: true },
      { result: [1], is_error: true, result_delta: '' },
    ],
    [{ type: 'source', url: 'https://a.test' }, { url: 'https://a.test' }],
    [
      { type: 'hologram', depth: 3 },
      { type: 'hologram', depth: 3 },
    ],
  ])('has the part %j', (part, expected) => {
    expect(eventsIn({ type: 'message_part', message_part: { part } })).toMatchObject([
      { message_part: { part: expected } },
    ]);
  });

  it('has a retry with or without a time', () => {
    expect(
      eventsIn(
        {
          type: 'retry',
          retry: { attempt: 1, delay_ms: 5, error: 'x', retrying_at: '2026-01-01T00:00:00Z' },
        },
        { type: 'retry', retry: { retrying_at: 'soon' } },
      ),
    ).toEqual([
      { type: 'retry', retry: { attempt: 1, delay_ms: 5, error: 'x', retrying_at: Date.UTC(2026, 0, 1) } },
      { type: 'retry', retry: { attempt: 0, delay_ms: 0, error: '', retrying_at: null } },
    ]);
  });
});

it.each([
  [{ kind: 'status_change', chat: {} }, true],
  [{ kind: 'of the future' }, true],
  [{ type: 'data', data: { kind: 'created' } }, true],
  [{ type: 'ping' }, false],
  [7, false],
])('the watch frame %j is an event: %s', (frame, expected) => {
  expect(isWatchEvent(JSON.stringify(frame))).toBe(expected);
});
