import { expect } from 'vitest';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import type { Fault } from './agent-faults.ts';
import { ANSWERED, type Harness } from './runtime-harness.ts';

const CANCELLED = { kind: 'answered', stopReason: 'cancelled' } as const;
const INTERRUPTED = { kind: 'interrupted' } as const;

/** Starts a turn whose agent waits for the test. */
async function hold(chat: Harness, before = '') {
  chat.begin(`${before}hold`);
  const agent = await chat.control.agent({ owner: chat.chatId });
  await agent.fact('holding');
  return agent;
}

const isRunning = (pid: unknown): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

/** Faults around the end of a turn and of processes. */
export const END_FAULTS: readonly Fault[] = [
  {
    name: 'it exits in a turn',
    async play(chat) {
      const turn = await chat.turn('say one | stderr 1 | exit 3');
      expect(turn.text).toBe('one');
      expect(turn.end).toMatchObject({
        kind: 'failed',
        error: { message: 'Fake Agent ended by itself (exit code 3).', kind: 'generic', retryable: true },
      });
      const { detail = '' } = turn.end.kind === 'failed' ? turn.end.error : {};
      expect(detail.length).toBeLessThanOrEqual(8 * 1024);
      expect(detail).toContain('Error handling request { params: {} }');
      expect(detail).not.toContain('\x1b');
      expect(await chat.turn('say two')).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  {
    name: 'it is killed in a turn, and an orphan holds its output open',
    async play(chat) {
      const turn = await chat.turn('orphan 60 | say one | kill');
      expect(turn.end).toMatchObject({
        kind: 'failed',
        error: { message: 'Fake Agent ended by itself (SIGKILL).' },
      });
      expect(turn.text).toBe('one');
      // The next turn waits until the orphan is gone.
      expect((await chat.turn('say two')).text).toBe('two');
      expect(taggedProcesses(chat.chatId)).toHaveLength(1);
    },
  },
  {
    name: 'its outer process is killed, and the inner one answers before it ends',
    async play(chat) {
      const [node = '', ...args] = chat.agent.command;
      // The fake agent is a child of the shell, and has its pipes.
      const script = 'exec 3<&0; "$@" <&3 & wait';
      chat.agent = { ...chat.agent, command: ['sh', '-c', script, 'sh', node, ...args] };
      const agent = await hold(chat, 'say one | ');
      const [outer] = taggedProcesses(chat.chatId).filter((pid) => pid !== agent.pid);
      process.kill(Number(outer), 'SIGKILL');
      // It is gone from the table only when this process has read its exit.
      await expect.poll(() => isRunning(outer)).toBe(false);
      agent.run('say two | end');
      const turn = await chat.ended();
      expect(turn.end).toMatchObject({
        kind: 'failed',
        error: { message: 'Fake Agent ended by itself (SIGKILL).' },
      });
      expect((await chat.turn('say three')).text).toBe('three');
    },
  },
  {
    name: 'it closes its output and runs on',
    async play(chat) {
      expect((await chat.turn('say one | close-output')).end).toMatchObject({
        kind: 'failed',
        error: { message: 'Fake Agent: it closed its standard output.' },
      });
      expect(await chat.turn('say two')).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  {
    name: 'it exits before it starts',
    switches: ['exit-at-start=7'],
    async play(chat) {
      expect((await chat.turn('say one')).end).toEqual({
        kind: 'failed',
        error: {
          message: 'Fake Agent ended by itself (exit code 7).',
          detail: 'fatal: no configuration found',
          kind: 'generic',
          retryable: true,
        },
      });
    },
  },
  {
    name: 'it does not exist',
    agent: { command: ['no-such-agent-anywhere'] },
    async play(chat) {
      expect((await chat.turn('say one')).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: expect.stringContaining('Cannot find no-such-agent-anywhere.') },
      });
    },
  },
  {
    name: 'its directory is missing',
    async play(chat) {
      expect((await chat.turn('say one', { directory: '/nonexistent' })).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: expect.stringContaining('/nonexistent is missing') },
      });
    },
  },
  {
    name: 'it dies while a question is open',
    async play(chat) {
      const turn = await chat.turn('ask-exit 1');
      const { request } = await chat.report('permission');
      expect(turn.reports).toContainEqual({
        type: 'withdrawn',
        requestId: request.id,
        reason: 'The agent ended before you answered.',
      });
      expect(turn.end).toMatchObject({ kind: 'failed' });
      // A late answer has no effect.
      chat.answer(request, 'once');
      expect((await chat.turn('say two')).text).toBe('two');
    },
  },
  {
    name: 'none: it stops when it is interrupted',
    async play(chat) {
      await hold(chat, 'read a | ');
      chat.runtime.interrupt(chat.chatId);
      expect((await chat.ended()).end).toEqual(CANCELLED);
      expect((await chat.turn('say two')).text).toBe('two');
      expect(chat.control.agents).toHaveLength(1);
    },
  },
  {
    name: 'the first cancel is lost',
    switches: ['lose-cancel'],
    async play(chat) {
      const agent = await hold(chat);
      chat.runtime.interrupt(chat.chatId);
      expect((await chat.ended()).end).toEqual(CANCELLED);
      expect(agent.facts.filter(({ type }) => type === 'cancel')).toHaveLength(2);
    },
  },
  {
    name: 'it does not answer a cancel',
    switches: ['ignore-cancel'],
    async play(chat) {
      await hold(chat);
      chat.runtime.interrupt(chat.chatId);
      const turn = await chat.ended();
      expect(turn.end).toEqual(INTERRUPTED);
      expect(turn.notices).toEqual(['Fake Agent did not stop within 5 s. taskdeck ended its process.']);
      // The next message continues the session.
      expect(await chat.turn('say two')).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  {
    name: 'it does not answer a cancel, and the user interrupts again',
    switches: ['ignore-cancel', 'ignore-sigterm'],
    async play(chat) {
      await hold(chat);
      chat.runtime.interrupt(chat.chatId);
      chat.runtime.interrupt(chat.chatId);
      const turn = await chat.ended();
      expect(turn).toMatchObject({ end: INTERRUPTED, notices: [] });
    },
  },
  {
    name: 'it is interrupted while it starts',
    switches: ['hang'],
    async play(chat) {
      chat.begin('say one');
      await (await chat.control.agent()).fact('initialize');
      chat.runtime.interrupt(chat.chatId);
      expect(await chat.ended()).toMatchObject({ end: INTERRUPTED, notices: [] });
    },
  },
  {
    name: 'the command of a tool runs on after a cancel',
    quirks: { leavesToolsRunning: true },
    async play(chat) {
      // The first command belongs to an earlier turn, and stays.
      await chat.turn('leave 60');
      const [agent] = chat.control.agents;
      const first = await agent?.fact('tool');
      await hold(chat, 'leave 61 | ');
      const second = await agent?.fact('tool', 2);
      chat.runtime.interrupt(chat.chatId);
      const turn = await chat.ended(chat.reports.findIndex(({ type }) => type === 'ended') + 1);
      expect(turn.end).toEqual(CANCELLED);
      expect(isRunning(second?.pid)).toBe(false);
      expect(isRunning(first?.pid)).toBe(true);
      expect((await chat.turn('say two')).text).toBe('two');
      expect(chat.control.agents).toHaveLength(1);
    },
  },
  {
    name: 'the command of a tool, in a session of its own, when the chat is closed',
    async play(chat) {
      chat.begin('leave 60 | run 60');
      const agent = await chat.control.agent();
      await agent.fact('tool', 2);
      expect(taggedProcesses(chat.chatId)).toHaveLength(3);
      await chat.close();
      expect(await chat.ended()).toMatchObject({ end: { kind: 'closed' } });
    },
  },
  {
    name: 'it ignores SIGTERM and the end of its input',
    switches: ['ignore-sigterm'],
    async play(chat) {
      await chat.turn('say one');
      await chat.close();
      expect(taggedProcesses(chat.chatId)).toEqual([]);
    },
  },
  {
    name: 'it answers neither a cancel nor session/close',
    switches: ['ignore-cancel', 'ignore-close'],
    async play(chat) {
      await hold(chat);
      await chat.close();
      expect((await chat.ended()).end).toEqual({ kind: 'closed' });
    },
  },
  {
    name: 'it ends late after the end of its input',
    switches: ['exit-delay=700'],
    quirks: { exitMs: 5_000 },
    async play(chat) {
      await chat.turn('say one');
      await chat.close();
      expect((await chat.turn('say two')).notices).toEqual([]);
    },
  },
  {
    name: 'the server ends in a turn',
    async play(chat) {
      await hold(chat, 'leave 60 | ');
      await chat.runtime.closeAll(1_000);
      expect((await chat.ended()).end).toEqual({ kind: 'closed' });
      expect(taggedProcesses(chat.chatId)).toEqual([]);
    },
  },
  {
    name: 'its environment sets its mode',
    quirks: { environmentOfMode: (mode) => ({ FAKE_MODE: mode }) },
    async play(chat) {
      expect((await chat.turn('env FAKE_MODE')).text).toBe('FAKE_MODE=ask');
      const settings = { permissionMode: 'all' } as const;
      expect(await chat.turn('env FAKE_MODE', { settings })).toMatchObject({
        end: ANSWERED,
        text: 'FAKE_MODE=all',
        notices: [],
      });
      expect(chat.control.agents).toHaveLength(2);
    },
  },
];
