import { expect } from 'vitest';
import type { Fault } from './agent-faults.ts';
import { ANSWERED, type Harness } from './runtime-harness.ts';

const EARLIER = 'User: one';

/** Runs a turn, ends its process, and runs another one. */
async function afterRestart(chat: Harness, text = 'say two') {
  await chat.turn('say one');
  await chat.close();
  return chat.turn(text, { earlier: EARLIER });
}

/** The blocks of the last prompt that the agent received. */
const blocksOf = (chat: Harness): unknown =>
  chat.control.agents.at(-1)?.facts.findLast(({ type }) => type === 'blocks')?.blocks;

const factsOf = (chat: Harness): readonly string[] =>
  chat.control.agents.at(-1)?.facts.map(({ type }) => type) ?? [];

const LOST = expect.stringMatching(
  /^Earlier context is lost: .* The agent gets the earlier messages as text\.$/,
);

/** Faults while a session begins or is continued. */
export const SESSION_FAULTS: readonly Fault[] = [
  {
    name: 'none: a session is resumed in another process',
    async play(chat) {
      const turn = await afterRestart(chat);
      expect(turn).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
      expect(factsOf(chat)).toContain('resume');
      expect(blocksOf(chat)).toEqual([{ type: 'text', text: 'say two' }]);
    },
  },
  {
    name: 'a replay in resume',
    switches: ['resume-replays'],
    async play(chat) {
      expect(await afterRestart(chat)).toMatchObject({ text: 'two', notices: [] });
    },
  },
  {
    name: 'a replay of the conversation before the answer to load',
    switches: ['no-resume'],
    async play(chat) {
      const turn = await afterRestart(chat);
      expect(turn).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
      expect(factsOf(chat)).toContain('load');
    },
  },
  {
    name: 'a replay of the conversation after the answer to load',
    switches: ['no-resume', 'late-replay'],
    quirks: { replaysLate: true },
    async play(chat) {
      expect(await afterRestart(chat)).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  ...['-32002', '-32603', '-32001'].map((code) => ({
    name: `a session that the agent does not know (${code})`,
    switches: [`not-found=${code}`],
    async play(chat: Harness) {
      const turn = await afterRestart(chat);
      expect(turn).toMatchObject({ end: ANSWERED, text: 'two', notices: [LOST] });
      expect(turn.reports).toContainEqual({ type: 'session', session: null, offer: null });
      expect(blocksOf(chat)).toEqual([
        { type: 'text', text: expect.stringContaining(EARLIER) },
        { type: 'text', text: 'say two' },
      ]);
      // The new session goes on.
      expect(await chat.turn('say three')).toMatchObject({ text: 'three', notices: [] });
    },
  })),
  {
    name: 'load erases the session',
    switches: ['no-resume', 'load-erases'],
    async play(chat) {
      expect((await afterRestart(chat)).notices).toEqual([LOST]);
    },
  },
  {
    name: 'an agent whose sessions must not be loaded',
    switches: ['no-resume'],
    quirks: { isUnsafeToLoad: true },
    async play(chat) {
      expect((await afterRestart(chat)).notices).toEqual([LOST]);
      expect(factsOf(chat)).not.toContain('load');
    },
  },
  {
    name: 'an agent that offers neither load nor resume',
    switches: ['no-resume', 'no-load'],
    async play(chat) {
      expect((await afterRestart(chat)).notices).toEqual([LOST]);
    },
  },
  {
    name: 'a session without a turn is unknown later',
    async play(chat) {
      expect((await chat.turn('fail -32603 no model')).end).toMatchObject({ kind: 'failed' });
      await chat.close();
      const turn = await chat.turn('say two', {
        session: { id: 'unknown', agentVersion: '', canLoad: true, canResume: true, hadTurn: false },
      });
      expect(turn).toMatchObject({ end: ANSWERED, text: 'two', notices: [] });
    },
  },
  {
    name: 'a message was edited: another session in the same process, with the earlier messages',
    async play(chat) {
      await chat.turn('say one');
      const turn = await chat.turn('say other', { session: null, earlier: EARLIER });
      expect(turn).toMatchObject({ end: ANSWERED, text: 'other', notices: [] });
      expect(chat.control.agents).toHaveLength(1);
      expect(factsOf(chat).filter((type) => type === 'new')).toHaveLength(2);
      expect(factsOf(chat)).toContain('close');
      expect(blocksOf(chat)).toHaveLength(2);
    },
  },
  ...['new', 'prompt', 'load'].map((where) => ({
    name: `a login is missing (${where})`,
    async play(chat: Harness) {
      await chat.turn('say one');
      await chat.close();
      chat.agent = { ...chat.agent, command: chat.command(`auth=${where}`) };
      const session = where === 'new' ? { session: null } : {};
      const turn = await chat.turn('say two', session);
      expect(turn.end).toEqual({
        kind: 'failed',
        error: {
          message: 'Fake Agent needs a login. Sign in with: fake login. Then send again.',
          detail: 'Authentication required',
          kind: 'auth',
          retryable: true,
        },
      });
      // After the login the conversation goes on.
      chat.agent = { ...chat.agent, command: chat.command() };
      expect(await chat.turn('say three')).toMatchObject({ end: ANSWERED, text: 'three', notices: [] });
    },
  })),
  {
    name: 'another version of the protocol',
    switches: ['protocol=2'],
    async play(chat) {
      expect((await chat.turn('say one')).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: expect.stringContaining('version 2') },
      });
    },
  },
  {
    name: 'its own default mode asks nothing',
    async play(chat) {
      chat.begin('ask rm');
      chat.answer(await chat.question('rm'), 'once');
      expect((await chat.ended()).text).toBe('Answer: once.');
      expect(chat.reports).toContainEqual(
        expect.objectContaining({
          type: 'session',
          offer: expect.objectContaining({ currentMode: 'default' }),
        }),
      );
    },
  },
  {
    name: 'its mode is lost with the process',
    async play(chat) {
      await chat.turn('say one', { settings: { permissionMode: 'edits' } });
      await chat.close();
      const turn = await chat.turn('edit a.ts', { settings: { permissionMode: 'edits' } });
      expect(turn.text).toBe('Answer: once.');
      expect(turn.reports.some(({ type }) => type === 'permission')).toBe(false);
    },
  },
  {
    name: 'modes without config options',
    switches: ['no-options'],
    async play(chat) {
      expect((await chat.turn('ask rm', { settings: { permissionMode: 'all' } })).text).toBe('Answer: once.');
      chat.begin('ask rm');
      chat.answer(await chat.question('rm'), 'no');
      await chat.report('ended', () => true, chat.reports.length);
    },
  },
  {
    name: 'models by their older method',
    switches: ['no-options', 'legacy-model'],
    async play(chat) {
      const turn = await chat.turn('say one', { settings: { model: 'large' } });
      expect(turn.end).toEqual(ANSWERED);
      expect(factsOf(chat)).toContain('option');
    },
  },
  {
    name: 'it refuses the mode that allows all',
    switches: ['refuse-mode=bypassPermissions'],
    async play(chat) {
      chat.begin('ask rm', { settings: { permissionMode: 'all' } });
      chat.answer(await chat.question('rm'), 'no');
      const turn = await chat.ended();
      expect(turn.reports).toContainEqual({ type: 'settings', settings: { permissionMode: 'ask' } });
      expect(turn.notices).toEqual([
        'Fake Agent refuses the mode Bypass permissions: The mode bypassPermissions is not allowed here. It asks for permission instead.',
      ]);
    },
  },
  {
    name: 'it refuses the mode that asks',
    switches: ['refuse-mode=default'],
    async play(chat) {
      expect((await chat.turn('ask rm')).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: expect.stringContaining('refuses the mode Default') },
      });
    },
  },
  ...[['keep-mode'], ['keep-mode', 'no-options']].map((switches) => ({
    name: `it accepts a mode and keeps its own (${switches.join(', ')})`,
    switches,
    async play(chat: Harness) {
      expect((await chat.turn('ask rm')).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: 'Fake Agent refuses the mode Default: It stays at Auto.' },
      });
    },
  })),
  {
    name: 'it changes its mode and its model by itself',
    async play(chat) {
      const turn = await chat.turn('mode plan | mode acceptEdits | mode auto | model large');
      expect(turn.reports.filter(({ type }) => type === 'settings')).toEqual([
        { type: 'settings', settings: { planMode: true } },
        { type: 'settings', settings: { permissionMode: 'edits', planMode: false } },
        { type: 'settings', settings: { model: 'large' } },
      ]);
      expect(turn.notices[0]).toBe('Fake Agent changed its mode to Auto.');
    },
  },
  {
    name: 'an unknown model',
    async play(chat) {
      expect((await chat.turn('say one', { settings: { model: 'gigantic' } })).end).toMatchObject({
        kind: 'failed',
        error: { kind: 'config', message: expect.stringContaining('does not accept the model gigantic') },
      });
    },
  },
];
