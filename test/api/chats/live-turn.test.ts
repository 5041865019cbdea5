import { describe, expect, it } from 'vitest';
import { HELD_CHARS, LEFT_OUT } from '../../../src/api/chats/held-end.ts';
import {
  type LiveEvent,
  type LiveState,
  liveTurnOf,
  MISSING_PART,
  NO_LIVE_TURN,
  reduceLive,
} from '../../../src/api/chats/live-turn.ts';
import { chatEventsIn } from '../../../src/wire/chat-event.ts';

const NOW = Date.UTC(2026, 0, 1);
const times = { now: NOW, skewMs: 0 };

interface Numbers {
  readonly seq?: number;
  readonly version?: number;
  readonly attempt?: number;
}

/** Events as a server sends them. */
const wire = (...events: readonly object[]): readonly LiveEvent[] => chatEventsIn(JSON.stringify(events));

const piece = (part: object, { seq = 0, version = 5, attempt = 1 }: Numbers = {}): object => ({
  type: 'message_part',
  message_part: { role: 'assistant', part, history_version: version, generation_attempt: attempt, seq },
});
const text = (words: string, numbers: Numbers = {}) => piece({ type: 'text', text: words }, numbers);
const status = (word: string) => ({ type: 'status', status: { status: word } });
const message = (role: string, content: readonly object[] = []) => ({
  type: 'message',
  message: { id: 9, role, created_at: '2026-01-01T00:00:00Z', content },
});
const reset = { type: 'preview_reset' };

/** The state after events. Throws for a missing part. */
const stateAfter = (...events: readonly object[]): LiveState => stateFrom(NO_LIVE_TURN, ...events);

function stateFrom(state: LiveState, ...events: readonly object[]): LiveState {
  return wire(...events).reduce((before: LiveState, event) => {
    const next = reduceLive(before, event, times);
    if (next === MISSING_PART) throw new Error(MISSING_PART);
    return next;
  }, state);
}

const partsAfter = (...events: readonly object[]) => liveTurnOf(stateAfter(...events))?.parts ?? null;
const textAfter = (...events: readonly object[]) =>
  partsAfter(...events)
    ?.map((part) => ('text' in part ? part.text : part.type))
    .join('|') ?? null;

describe('the parts of a live turn', () => {
  it('grow by text, and by reasoning that comes before it', () => {
    expect(
      partsAfter(
        piece({ type: 'reasoning', text: 'Hm' }, { seq: 1 }),
        piece({ type: 'reasoning', text: '…' }, { seq: 2 }),
        text('Run', { seq: 3 }),
        text('ning', { seq: 4 }),
      ),
    ).toEqual([
      { type: 'reasoning', text: 'Hm…', startedAt: NOW },
      { type: 'text', text: 'Running' },
    ]);
  });

  it('have the arguments of a call as text until they are JSON', () => {
    const call = (fields: object, seq: number) =>
      piece({ type: 'tool-call', tool_call_id: 'c', tool_name: 'execute', ...fields }, { seq });
    const first = stateAfter(call({ args_delta: '{"comm' }, 1));
    expect(liveTurnOf(first)?.parts).toMatchObject([
      { type: 'tool-call', id: 'c', name: 'execute', kind: 'execute', input: '{"comm', status: 'running' },
    ]);
    const second = stateFrom(first, call({ args_delta: 'and":"ls"}' }, 2));
    expect(liveTurnOf(second)?.parts).toMatchObject([{ input: { command: 'ls' }, output: '' }]);
    const whole = stateFrom(second, call({ args: { command: 'ls -l' } }, 3));
    expect(liveTurnOf(whole)?.parts).toMatchObject([{ input: { command: 'ls -l' } }]);
  });

  it('have the result of a call as it grows, begins again and ends', () => {
    const call = piece({ type: 'tool-call', tool_call_id: 'c', tool_name: 'execute', args: {} }, { seq: 1 });
    const result = (fields: object, seq: number) =>
      piece({ type: 'tool-result', tool_call_id: 'c', tool_name: 'execute', ...fields }, { seq });
    const grown = stateAfter(call, result({ result_delta: 'one' }, 2), result({ result_delta: ' two' }, 3));
    expect(liveTurnOf(grown)?.parts).toMatchObject([{ output: 'one two', status: 'running' }]);
    const again = stateFrom(grown, result({ result_delta: 'three', result_reset: true }, 4));
    expect(liveTurnOf(again)?.parts).toMatchObject([{ output: 'three', status: 'running' }]);
    const ended = stateFrom(again, result({ result: { output: 'all', exit_code: 1 } }, 5));
    expect(liveTurnOf(ended)?.parts).toMatchObject([{ output: 'all', status: 'failed', exitCode: 1 }]);
  });

  it('stay the same objects while another one grows', () => {
    const before = stateAfter(piece({ type: 'reasoning', text: 'Hm' }, { seq: 1 }), text('a', { seq: 2 }));
    const later = stateFrom(before, text('b', { seq: 3 }));
    expect(liveTurnOf(later)?.parts[0]).toBe(liveTurnOf(before)?.parts[0]);
    expect(liveTurnOf(later)?.parts[1]).not.toBe(liveTurnOf(before)?.parts[1]);
    expect(liveTurnOf(later)).toBe(liveTurnOf(later));
  });

  it('name an unknown type', () => {
    expect(partsAfter(piece({ type: 'hologram', depth: 3 }, { seq: 1 }))).toMatchObject([
      { type: 'unknown', name: 'hologram' },
    ]);
  });
});

describe('parts that come twice, late or not at all', () => {
  it.each([
    ['a repeated part', [text('a', { seq: 1 }), text('a', { seq: 1 }), text('b', { seq: 2 })], 'ab'],
    [
      'a replay',
      [text('a', { seq: 1 }), text('b', { seq: 2 }), text('a', { seq: 1 }), text('b', { seq: 2 })],
      'ab',
    ],
    ['a part of an earlier version', [text('b', { seq: 1, version: 6 }), text('a', { seq: 9 })], 'b'],
    ['a part of an earlier attempt', [text('b', { seq: 1, attempt: 2 }), text('a', { seq: 9 })], 'b'],
    [
      'a part after the turn',
      [status('running'), text('a', { seq: 1 }), status('waiting'), text('b', { seq: 2 })],
      null,
    ],
    [
      'a part after an interrupt',
      [status('running'), text('a', { seq: 1 }), status('interrupting'), text('b', { seq: 2 })],
      'a',
    ],
    [
      'a late part in the next turn',
      [status('running'), text('a', { seq: 1 }), status('waiting'), status('running'), text('b', { seq: 2 })],
      null,
    ],
    [
      'a late part after its message',
      [text('a', { seq: 1 }), message('assistant'), text('b', { seq: 2 })],
      null,
    ],
    ['a late part after a retry', [text('a', { seq: 1 }), retry(), text('b', { seq: 2 })], ''],
    ['parts without numbers', [text('a'), text('a')], 'aa'],
    ['a turn that is under way', [reset, text('late', { seq: 4 }), text('r', { seq: 5 })], 'later'],
    [
      'a replay after a reset',
      [text('a', { seq: 1 }), reset, text('a', { seq: 1 }), text('b', { seq: 2 })],
      'ab',
    ],
  ] as const)('%s', (_, events, expected) => {
    expect(textAfter(...events)).toBe(expected);
  });

  it.each([
    ['in a turn', [text('a', { seq: 1 }), text('c', { seq: 3 })]],
    ['at the beginning of a turn', [reset, status('running'), reset, text('c', { seq: 4 })]],
    ['at the beginning of the next version', [text('a', { seq: 1 }), text('c', { seq: 2, version: 6 })]],
  ])('a gap %s needs another connection', (_, events) => {
    expect(() => stateAfter(...events)).toThrow(MISSING_PART);
  });
});

function retry(fields: object = {}): object {
  return { type: 'retry', retry: { attempt: 1, delay_ms: 2000, error: 'Overloaded.', ...fields } };
}

describe('the end of parts', () => {
  it.each([
    ['a new message of the agent', message('assistant')],
    ['a reset of the preview', reset],
    ['a reset of the history', { type: 'history_reset' }],
    ['the end of the turn', status('waiting')],
    ['an error', { type: 'error', error: { message: 'No.' } }],
  ])('is %s', (_, event) => {
    expect(textAfter(status('running'), text('a', { seq: 1 }), event)).toBeNull();
  });

  it('is not a message that is known, nor one of the user', () => {
    const state = stateAfter(text('a', { seq: 1 }));
    const [known] = wire(message('assistant'));
    if (known === undefined) throw new Error('No event.');
    expect(reduceLive(state, { ...known, isKnown: true }, times)).toBe(state);
    expect(stateFrom(state, message('user'))).toBe(state);
  });

  it('comes for parts of two versions one after the other', () => {
    const state = stateAfter(text('one', { seq: 1 }), text('two', { seq: 1, version: 6 }));
    expect(liveTurnOf(state)?.parts).toEqual([
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ]);
    expect(liveTurnOf(stateFrom(state, message('assistant')))?.parts).toEqual([
      { type: 'text', text: 'two' },
    ]);
  });

  it('comes for a call with the message of its result', () => {
    const result = { type: 'tool-result', tool_call_id: 'c', result: 'ok' };
    expect(
      partsAfter(
        piece({ ...result, result_delta: 'o', result: null }, { seq: 1 }),
        message('tool', [result]),
      ),
    ).toBeNull();
  });
});

describe('a retry', () => {
  it('drops the parts, and has the time of the next try', () => {
    expect(liveTurnOf(stateAfter(text('a', { seq: 1 }), retry(), reset))).toEqual({
      parts: [],
      at: NOW,
      retry: { attempt: 1, error: 'Overloaded.', at: NOW + 2000 },
    });
  });

  it('has the time of the server by our clock when it names no delay', () => {
    const [event] = wire(retry({ delay_ms: 0, retrying_at: new Date(NOW + 3_605_000).toISOString() }));
    if (event === undefined) throw new Error('No event.');
    const state = reduceLive(NO_LIVE_TURN, event, { now: NOW, skewMs: 3_600_000 });
    expect(state).toMatchObject({ retry: { at: NOW + 5000 } });
  });

  it('ends with the next part', () => {
    expect(liveTurnOf(stateAfter(retry(), text('a', { seq: 1, attempt: 2 })))).toMatchObject({ retry: null });
  });
});

describe('the memory of a live turn', () => {
  it('holds the end of a long text', () => {
    let state = stateAfter(status('running'));
    const line = `${'x'.repeat(999)}\n`;
    for (let seq = 1; seq <= 1_000; seq++) state = stateFrom(state, text(line, { seq }));
    state = stateFrom(state, text('the end', { seq: 1_001 }));
    const [part] = liveTurnOf(state)?.parts ?? [];
    const shown = part?.type === 'text' ? part.text : '';
    expect(shown.startsWith(LEFT_OUT)).toBe(true);
    expect(shown.endsWith('x\nthe end')).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(2 * HELD_CHARS + LEFT_OUT.length);
  });

  it('holds the end of a long result and of long arguments', () => {
    const long = `${'y'.repeat(3 * HELD_CHARS)}end`;
    const [part] =
      partsAfter(
        piece(
          {
            type: 'tool-call',
            tool_call_id: 'c',
            tool_name: 'write_file',
            args: { path: 'a', content: long },
          },
          { seq: 1 },
        ),
        piece({ type: 'tool-result', tool_call_id: 'c', result: { output: long } }, { seq: 2 }),
      ) ?? [];
    if (part?.type !== 'tool-call') throw new Error('No call.');
    expect(part.output.startsWith(LEFT_OUT)).toBe(true);
    expect(part.output.endsWith('end')).toBe(true);
    expect(part.diffs[0]?.newText.length).toBe(HELD_CHARS + LEFT_OUT.length);
  });

  it('holds the newest of many parts', () => {
    let state = NO_LIVE_TURN;
    for (let seq = 1; seq <= 1_000; seq++)
      state = stateFrom(
        state,
        piece({ type: seq % 2 === 0 ? 'text' : 'reasoning', text: String(seq) }, { seq }),
      );
    const parts = liveTurnOf(state)?.parts ?? [];
    expect(parts).toHaveLength(200);
    expect(parts.at(-1)).toEqual({ type: 'text', text: '1000' });
  });
});

describe('a turn that waits for its user', () => {
  const call = (fields: object, seq: number) =>
    piece(
      { type: 'tool-call', tool_call_id: 'c1', tool_name: 'Bash', args: { command: 'ls' }, ...fields },
      { seq },
    );

  it('has the parts that a new connection gets', () => {
    expect(textAfter(status('requires_action'), reset, text('So far', { seq: 1 }))).toBe('So far');
  });

  it('has the newest fields of a repeated call', () => {
    const parts = partsAfter(
      status('running'),
      call({ title: 'Run', kind: 'execute', status: 'pending' }, 1),
      call(
        {
          title: 'Run ls',
          kind: 'execute',
          status: 'in_progress',
          locations: [{ path: 'a', line: 2 }],
          diff: [{ path: 'a', old_text: 'x', new_text: 'y' }],
        },
        2,
      ),
    );
    expect(parts).toMatchObject([
      {
        title: 'Run ls',
        kind: 'execute',
        status: 'running',
        places: [{ path: 'a', line: 2 }],
        diffs: [{ path: 'a', oldText: 'x', newText: 'y' }],
      },
    ]);
  });
});
