import { expect } from 'vitest';
import type { ToolCallChange } from '../../../src/local/chats/session.ts';
import { ANSWERED, type Harness, type HarnessOptions, type Turn } from './runtime-harness.ts';

/** A fault, and the check that the runtime survives it. */
export interface Fault extends HarnessOptions {
  readonly name: string;
  readonly play: (chat: Harness) => Promise<void>;
}

/** The tool calls of a turn as they are at its end. */
function callsOf({ updates }: Turn): readonly ToolCallChange[] {
  const calls = new Map<string, ToolCallChange>();
  for (const update of updates) {
    if (update.type !== 'tool') continue;
    const { outputDelta, ...change } = update.change;
    const before = calls.get(change.id);
    const output = change.output ?? (before?.output ?? '') + (outputDelta ?? '');
    calls.set(change.id, { ...before, ...change, ...(output !== '' && { output }) });
  }
  return [...calls.values()];
}

const MB = 1024 * 1024;

/** Faults in the messages of agents. */
export const AGENT_FAULTS: readonly Fault[] = [
  {
    name: 'lines that are no messages of the protocol, at the start and in a turn',
    switches: ['noise'],
    async play(chat) {
      const turn = await chat.turn('say one | noise | say  two');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.text).toBe('one two');
      const [agent] = chat.control.agents;
      // A client that answered such a line would confuse the agent.
      expect(agent?.facts.map(({ type }) => type)).toEqual(expect.arrayContaining(['initialize', 'prompt']));
    },
  },
  {
    name: 'malformed messages, and responses to no request',
    async play(chat) {
      const turn = await chat.turn('say one | malformed | ask rm', { settings: { permissionMode: 'all' } });
      expect(turn).toMatchObject({ end: ANSWERED, text: 'oneAnswer: once.' });
    },
  },
  {
    name: 'responses with an error of null, and with texts as ids',
    switches: ['odd-responses'],
    async play(chat) {
      expect(await chat.turn('say one')).toMatchObject({ end: ANSWERED, text: 'one' });
    },
  },
  {
    name: 'updates before the answer to session/new, and updates of a stranger',
    switches: ['early-update'],
    async play(chat) {
      const turn = await chat.turn('say hello');
      expect(turn.text).toBe('hello');
      expect(turn.updates[0]).toMatchObject({ type: 'commands', commands: [{ name: 'early' }] });
    },
  },
  {
    name: 'updates of unknown kinds, and known kinds without their fields',
    async play(chat) {
      const turn = await chat.turn('unknown | say hello');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.text).toBe('hello');
      expect(callsOf(turn)).toEqual([{ id: 'untitled' }, { id: 'odd' }]);
      expect(turn.updates).toContainEqual({
        type: 'checklist',
        entries: [{ content: 'kept', priority: 'medium', status: 'pending' }],
      });
    },
  },
  {
    name: 'the same id for two tool calls',
    async play(chat) {
      const calls = callsOf(await chat.turn('same-id'));
      expect(calls).toMatchObject([{ title: 'first' }, { title: 'second' }]);
      expect(calls.map(({ status }) => status)).toEqual(['completed', 'completed']);
    },
  },
  {
    name: 'output that is sent whole each time',
    async play(chat) {
      const turn = await chat.turn('cumulative 1000');
      // Only the new lines are passed on.
      expect(JSON.stringify(turn.updates).length).toBeLessThan(200_000);
      const [call] = callsOf(turn);
      expect(call?.output?.split('\n')).toHaveLength(1001);
      expect(call?.output?.startsWith('line 1\nline 2\n')).toBe(true);
    },
  },
  {
    name: 'output of a terminal that is not ours',
    async play(chat) {
      const [call] = callsOf(await chat.turn('terminal 3'));
      expect(call).toMatchObject({ status: 'completed', output: 'line 1\nline 2\nline 3\n' });
    },
  },
  {
    name: 'output as a fenced console block',
    async play(chat) {
      expect(callsOf(await chat.turn('console'))).toMatchObject([{ output: '```console\nhello\n```' }]);
    },
  },
  {
    name: 'usage in the metadata of an empty piece of text',
    async play(chat) {
      expect((await chat.turn('meta-usage | say hi')).updates).toEqual([
        { type: 'usage', usage: { used: 120, size: null, cost: null } },
        { type: 'text', text: 'hi' },
      ]);
    },
  },
  {
    name: 'a line of 20 MB',
    async play(chat) {
      const turn = await chat.turn('huge 20 | say after');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.text).toBe('after');
      const [call] = callsOf(turn);
      expect(call?.output).toHaveLength(512 * 1024);
    },
  },
  {
    name: 'an update of 40 MB',
    async play(chat) {
      const turn = await chat.turn('huge 40 | say after');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.text).toBe('after');
      expect(turn.notices).toEqual(['The agent sent more than 24 MiB at once. taskdeck skipped it.']);
    },
  },
  {
    name: 'a flood of 60,000 pieces of text',
    async play(chat) {
      const turn = await chat.turn('flood 60000');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.text.length).toBeLessThan(1.01 * MB);
      expect(turn.text).toContain('taskdeck does not keep the rest');
      // Pieces of one read arrive as one.
      expect(turn.updates.length).toBeLessThan(20_000);
      expect((await chat.turn('say still here')).text).toBe('still here');
    },
  },
  {
    name: 'a flood of 5,000 tool calls',
    async play(chat) {
      const turn = await chat.turn('tools 5000 | say done');
      expect(callsOf(turn)).toHaveLength(2_000);
      expect(turn.notices).toEqual([
        'The turn has more than 2000 tool calls. taskdeck does not show the rest.',
      ]);
      chat.begin('ask rm');
      chat.answer(await chat.question('rm'), 'once');
      await chat.report('update', ({ update }) => update.type === 'text' && update.text === 'Answer: once.');
    },
  },
  {
    name: 'a flood on standard error',
    async play(chat) {
      expect((await chat.turn('stderr 4 | say done')).text).toBe('done');
    },
  },
  {
    name: 'an empty turn',
    async play(chat) {
      const turn = await chat.turn('nothing');
      expect(turn.end).toEqual(ANSWERED);
      expect(turn.notices).toEqual(['The agent ended its turn without an answer.']);
    },
  },
  {
    name: 'null as the result of everything',
    switches: ['null-results'],
    async play(chat) {
      expect((await chat.turn('say one')).end).toEqual(ANSWERED);
      await chat.close();
      expect(await chat.turn('say two')).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  {
    name: 'an unknown reason to stop',
    async play(chat) {
      const turn = await chat.turn('say one | stop coffee');
      expect(turn.end).toEqual({ kind: 'answered', stopReason: 'coffee' });
    },
  },
  {
    name: 'requests for files, terminals and methods of its own',
    async play(chat) {
      const turn = await chat.turn(
        'request fs/write_text_file | request terminal/create | request cursor/ask_question | request elicitation/create',
      );
      expect(turn.text).toBe(
        'fs/write_text_file: -32601terminal/create: -32601cursor/ask_question: -32601elicitation/create: -32601',
      );
    },
  },
  {
    name: 'an error of the model',
    async play(chat) {
      const turn = await chat.turn('say one | fail -32603 API Error: 400 credit');
      expect(turn.end).toEqual({
        kind: 'failed',
        error: {
          message: 'Fake Agent reports an error: API Error: 400 credit',
          detail: 'API Error: 400 credit',
          kind: 'generic',
          retryable: true,
        },
      });
      // The session goes on in the same process.
      expect((await chat.turn('say two')).text).toBe('two');
      expect(chat.control.agents).toHaveLength(1);
    },
  },
  {
    name: 'an error of the model as text, and the end of a turn as usual',
    async play(chat) {
      const turn = await chat.turn('say {"error":"no credit"} | system-error');
      expect(turn.text).toBe('{"error":"no credit"}');
      expect(turn.end).toMatchObject({
        kind: 'failed',
        error: { message: 'Fake Agent reports an error: its turn failed. Its last text says why.' },
      });
      expect((await chat.turn('say two')).end).toEqual(ANSWERED);
    },
  },
  {
    name: 'two questions at once',
    async play(chat) {
      chat.begin('ask-two');
      const two = await chat.question('two');
      const one = await chat.question('one');
      chat.answer(two, 'no');
      chat.answer(one, 'once');
      chat.answer(one, 'no');
      expect((await chat.ended()).text).toBe('Answers: once, no.');
    },
  },
  {
    name: 'a question without options',
    async play(chat) {
      chat.begin('ask-empty');
      const request = await chat.question();
      expect(request.options).toEqual([]);
      chat.runtime.answer(chat.chatId, { requestId: request.id, outcome: { outcome: 'cancelled' } });
      expect((await chat.ended()).text).toBe('Answer: cancelled.');
    },
  },
  {
    name: 'a question with an option of an unknown kind',
    async play(chat) {
      chat.begin('ask-odd');
      const request = await chat.question();
      expect(request.options.map(({ kind }) => kind)).toEqual([
        'other',
        'allow_once',
        'allow_always',
        'reject_once',
      ]);
      chat.answer(request, 'odd');
      expect((await chat.ended()).text).toBe('Answer: odd.');
    },
  },
  {
    name: 'a question that the agent withdraws',
    async play(chat) {
      const turn = await chat.turn('ask-withdrawn | say done');
      const { request } = await chat.report('permission');
      expect(turn.reports).toContainEqual({
        type: 'withdrawn',
        requestId: request.id,
        reason: 'The agent withdrew the question.',
      });
      expect(turn.text).toBe('done');
    },
  },
  {
    name: 'a question of a sub-agent',
    async play(chat) {
      chat.begin('say-other a text | ask-other');
      const request = await chat.question('from a sub-agent');
      chat.answer(request, 'once');
      expect((await chat.ended()).text).toBe('Answer: once.');
    },
  },
  {
    name: 'a question after the interrupt of its turn',
    async play(chat) {
      chat.begin('ask first | ask second');
      await chat.question('first');
      chat.runtime.interrupt(chat.chatId);
      const { end, reports, updates } = await chat.ended();
      expect(end).toEqual({ kind: 'answered', stopReason: 'cancelled' });
      expect(reports.filter(({ type }) => type === 'permission')).toHaveLength(1);
      expect(reports).toContainEqual(expect.objectContaining({ type: 'withdrawn' }));
      expect(updates).toContainEqual({
        type: 'tool',
        change: { id: expect.stringContaining('call-'), status: 'cancelled' },
      });
      const [agent] = chat.control.agents;
      expect(await agent?.fact('answer')).toMatchObject({ answer: 'cancelled' });
    },
  },
  {
    name: 'updates after the end of the turn',
    async play(chat) {
      expect((await chat.turn('say now | after 50 say later')).text).toBe('now');
      await chat.report('update', ({ update }) => update.type === 'text' && update.text === 'later');
    },
  },
];
