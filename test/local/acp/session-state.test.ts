import { describe, expect, it } from 'vitest';
import { NO_OPTIONS, optionsIn } from '../../../src/local/acp/session-options.ts';
import { SessionRouter } from '../../../src/local/acp/session-router.ts';
import { ToolCalls } from '../../../src/local/acp/tool-calls.ts';
import { UpdateBatch } from '../../../src/local/acp/update-batch.ts';
import { NO_QUIRKS } from '../../../src/local/agents/acp-agent.ts';
import type { SessionUpdate } from '../../../src/local/chats/session.ts';

describe('tool calls', () => {
  it('a cancelled call stays cancelled, although the agent reports that it is completed', () => {
    const calls = new ToolCalls(() => undefined);
    calls.apply({ id: 'a', status: 'in_progress' }, true);
    calls.apply({ id: 'b', status: 'completed' }, true);
    expect(calls.cancelOpen()).toEqual([{ id: 'a', status: 'cancelled' }]);
    expect(calls.apply({ id: 'a', status: 'completed' }, false)).toBeNull();
    expect(calls.cancelOpen()).toEqual([]);
  });

  it('a new call with the id of a completed one is another call', () => {
    const calls = new ToolCalls(() => undefined);
    calls.apply({ id: 'a', status: 'completed' }, true);
    expect(calls.apply({ id: 'a', status: 'pending', title: 'again' }, true)).toEqual({
      id: 'a~1',
      status: 'pending',
      title: 'again',
    });
    expect(calls.apply({ id: 'a', output: 'x' }, false)).toEqual({ id: 'a~1', output: 'x' });
    // A completed call that is sent once more is the same.
    calls.apply({ id: 'a', status: 'completed' }, false);
    expect(calls.apply({ id: 'a', status: 'completed' }, true)?.id).toBe('a~1');
  });

  it('a question has the kind and the arguments of its call', () => {
    const calls = new ToolCalls(() => undefined);
    calls.apply({ id: 'a', kind: 'execute', input: { command: 'ls' } }, true);
    expect(calls.applyQuestion({ id: 'a', title: 'ls' })).toEqual({
      id: 'a',
      title: 'ls',
      kind: 'execute',
      input: { command: 'ls' },
    });
  });

  it('of an output that grows only the new end is passed on', () => {
    const calls = new ToolCalls(() => undefined);
    const outputs = ['a', 'ab', 'ab', 'abc', 'new', ''].map((output) =>
      calls.apply({ id: '1', output }, false),
    );
    expect(outputs).toEqual([
      { id: '1', output: 'a' },
      { id: '1', outputDelta: 'b' },
      { id: '1' },
      { id: '1', outputDelta: 'c' },
      { id: '1', output: 'new' },
      { id: '1', output: '' },
    ]);
  });

  it('a question about a call is asked in a turn with too many calls', () => {
    let full = 0;
    const calls = new ToolCalls(() => full++);
    for (let index = 0; index < 3_000; index++) calls.apply({ id: `${index}` }, true);
    expect(full).toBe(1);
    expect(calls.applyQuestion({ id: 'asked' })).toEqual({ id: 'asked' });
  });

  it('output in pieces has a limit', () => {
    const calls = new ToolCalls(() => undefined);
    const piece = 'x'.repeat(100 * 1024);
    const lengths = Array.from(
      { length: 7 },
      () => calls.apply({ id: 'a', outputDelta: piece }, false)?.outputDelta?.length ?? 0,
    );
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(512 * 1024);
  });
});

describe('a batch of updates', () => {
  const batched = (...updates: readonly SessionUpdate[]): readonly SessionUpdate[] => {
    const emitted: SessionUpdate[] = [];
    const batch = new UpdateBatch((update) => emitted.push(update));
    for (const update of updates) batch.add(update);
    expect(emitted).toEqual([]);
    batch.flush();
    batch.flush();
    return emitted;
  };
  const text = (value: string): SessionUpdate => ({ type: 'text', text: value });

  it('joins pieces of text, in the order of other updates', () => {
    const tool: SessionUpdate = { type: 'tool', change: { id: 'a' } };
    expect(batched(text('a'), text('b'), { type: 'reasoning', text: 'c' }, tool, text('d'))).toEqual([
      text('ab'),
      { type: 'reasoning', text: 'c' },
      tool,
      text('d'),
    ]);
  });

  it('keeps the last output of a call, and joins its pieces', () => {
    const call = (fields: object): SessionUpdate => ({ type: 'tool', change: { id: 'a', ...fields } });
    expect(batched(call({ title: 't', output: '1' }), call({ output: '12', status: 'completed' }))).toEqual([
      call({ title: 't', output: '12', status: 'completed' }),
    ]);
    expect(batched(call({ title: 't' }), call({ outputDelta: '1' }), call({ outputDelta: '2' }))).toEqual([
      call({ title: 't', outputDelta: '12' }),
    ]);
    expect(batched(call({ output: '1' }), call({ outputDelta: '2' }))).toEqual([call({ output: '12' })]);
    expect(batched(call({ outputDelta: '1' }), call({ output: 'all' }))).toEqual([call({ output: 'all' })]);
  });
});

describe('options', () => {
  const option = (id: string, category: string, currentValue: string, options: unknown) => ({
    id,
    category,
    type: 'select',
    currentValue,
    options,
  });

  it('come from config options, in groups or not, and from the older fields', () => {
    const options = optionsIn(
      {
        modes: { currentModeId: 'plan', availableModes: [{ id: 'plan', name: 'Plan' }] },
        configOptions: [
          { id: 'fast', category: 'model', type: 'boolean', currentValue: true },
          option('m', 'model', 'x', [{ group: 'g', name: 'G', options: [{ value: 'x', name: 'X' }] }]),
          option('e', 'thought_level', 'low', [{ value: 'low', name: 'Low' }, null, { name: 'no value' }]),
        ],
      },
      NO_OPTIONS,
    );
    expect(options).toEqual({
      mode: { configId: null, current: 'plan', choices: [{ id: 'plan', name: 'Plan', description: '' }] },
      model: { configId: 'm', current: 'x', choices: [{ id: 'x', name: 'X', description: '' }] },
      effort: { configId: 'e', current: 'low', choices: [{ id: 'low', name: 'Low', description: '' }] },
    });
    expect(optionsIn(null, options)).toEqual(options);
    expect(optionsIn({ configOptions: 'none', models: [], modes: 7 }, options)).toEqual(options);
  });
});

describe('the router of a process', () => {
  const routed = () => {
    const received: unknown[] = [];
    const router = new SessionRouter(NO_QUIRKS, {
      event: (event) => received.push(event),
      question: (params, answer) => {
        received.push(params);
        return () => answer({ outcome: 'cancelled' });
      },
    });
    const say = (session: string, text: string): void => {
      const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
      router.update({ sessionId: session, update }, 100);
    };
    return { router, received, say };
  };

  it('delivers early updates when the session is known, and those of no other session', () => {
    const { router, received, say } = routed();
    say('mine', 'a');
    say('other', 'b');
    expect(received).toEqual([]);
    router.begin('mine');
    say('mine', 'c');
    say('other', 'd');
    expect(received).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'c' },
    ]);
  });

  it('keeps a bounded number of early updates', () => {
    const { router, received, say } = routed();
    for (let index = 0; index < 10_000; index++) say('mine', 'x');
    router.begin('mine');
    expect(received).toHaveLength(500);
  });

  it('drops a replay, but follows its mode', () => {
    const { router, received, say } = routed();
    router.beginReplay('mine');
    say('mine', 'again');
    router.update(
      { sessionId: 'mine', update: { sessionUpdate: 'current_mode_update', currentModeId: 'x' } },
      1,
    );
    router.endReplay();
    say('mine', 'new');
    expect(received).toEqual([
      { type: 'mode', mode: 'x' },
      { type: 'text', text: 'new' },
    ]);
  });

  it('receives the tool calls of sub-agents with ids of their own, and cancels questions of former sessions', () => {
    const { router, received } = routed();
    router.begin('former');
    router.begin('mine');
    router.update({ sessionId: 'mine', update: { sessionUpdate: 'subagent_update', sessionId: 'sub' } }, 1);
    const update = { sessionUpdate: 'tool_call', toolCallId: '1', title: 't' };
    router.update({ sessionId: 'sub', update }, 1);
    expect(received).toEqual([{ type: 'tool', isNew: true, change: { id: 'sub/1', title: 't' } }]);
    const answers: unknown[] = [];
    router.question({ sessionId: 'former', toolCall: { toolCallId: '1' } }, (answer) => answers.push(answer));
    expect(answers).toEqual([{ outcome: 'cancelled' }]);
    router.question({ sessionId: 'sub', toolCall: { toolCallId: '1' } }, (answer) => answers.push(answer));
    expect(received[1]).toMatchObject({ toolCall: { toolCallId: 'sub/1' } });
    expect(answers).toHaveLength(1);
  });
});
