import { describe, expect, it } from 'vitest';
import type { Delivery, DeliveryStage } from '../../src/domain/delivery.ts';
import { type Message, textParts } from '../../src/domain/message.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { pendingAnswer, questionsOf } from '../../src/store/questions.ts';
import type { State } from '../../src/store/state.ts';
import { type ChatFields, makeChat, makeQuestion, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from './state-builders.ts';

const asked = (id = 'call_1'): Message => ({
  id: 2,
  role: 'agent',
  parts: [
    {
      type: 'tool-call',
      id,
      name: 'ask_user_question',
      title: '',
      kind: 'other',
      input: { questions: [{ header: 'Auth', question: 'Which?', options: ['OIDC', 'SAML'] }] },
      status: 'done',
      output: '',
      diffs: [],
      places: [],
      startedAt: null,
      endedAt: null,
    },
  ],
  at: NOON,
});
const answered: Message = { id: 3, role: 'user', parts: textParts('OIDC'), at: NOON };
const MENU: Message = { id: 2, role: 'agent', parts: textParts('Sure?\n❯ 1. Yes\n  2. No'), at: NOON };

const received = (messages: readonly Message[], at: number, more: Partial<Transcript> = {}) =>
  ({
    type: 'transcript-received',
    taskId: 'c',
    transcript: { messages, snapshot: false, snapshotAt: null, hasOlder: false, ...more },
    startedAt: at,
    refreshMs: 3_000,
    now: at,
  }) as const;

const chat = (about: ChatFields = {}): Task =>
  makeChat({ id: 'c', planMode: true, questions: [makeQuestion({ id: 'call_1:0' })], ...about });
const idsIn = (state: State): readonly string[] => {
  const task = state.tasks.find(({ id }) => id === 'c');
  return task === undefined ? ['no task'] : questionsOf(state, task).map(({ id }) => id);
};
const delivery = (questionId: string, stage: DeliveryStage = 'sending'): Delivery => ({
  id: 'd',
  taskId: 'c',
  text: 'OIDC',
  extras: { questionId },
  stage,
  since: NOON,
  position: 1,
  resume: false,
  attempt: null,
  instanceName: null,
  version: 1,
});

describe('the questions of a chat', () => {
  const listed = applyEvents(emptyState(), chatsReceived([chat()], NOON));

  it('are those of its row while its conversation is not loaded', () => {
    expect(idsIn(listed)).toEqual(['call_1:0']);
    expect(idsIn(applyEvents(emptyState(), chatsReceived([chat({ questions: [] })], NOON)))).toEqual([]);
  });

  it('are those of a conversation that is newer than the row', () => {
    expect(idsIn(applyEvents(listed, received([asked(), answered], NOON + 1)))).toEqual([]);
    expect(idsIn(applyEvents(listed, received([asked('call_2')], NOON + 1)))).toEqual(['call_2:0']);
    const ended = applyEvents(
      emptyState(),
      chatsReceived([chat({ status: 'running', questions: [] })], NOON),
      received([asked()], NOON + 1),
    );
    expect(idsIn(ended)).toEqual(['call_1:0']);
  });

  it('are those of the row when it is newer than the conversation', () => {
    const old = applyEvents(listed, received([asked('call_0')], NOON - 1));
    expect(idsIn(old)).toEqual(['call_1:0']);
    const again = applyEvents(listed, received([asked()], NOON + 1), {
      type: 'task-received',
      task: chat({ questions: [] }),
      startedAt: NOON + 2,
      now: NOON + 2,
    });
    expect(idsIn(again)).toEqual([]);
  });

  it('are those of the stream, which stays newer than the row', () => {
    const followed = applyEvents(
      listed,
      received([asked('call_2')], NOON + 1),
      { type: 'transcript-followed', taskId: 'c' },
      chatsReceived([chat()], NOON + 2),
    );
    expect(idsIn(followed)).toEqual(['call_2:0']);
    const ended = applyEvents(followed, { type: 'transcript-followed', taskId: null });
    expect(idsIn(ended)).toEqual(['call_1:0']);
  });

  it.each<[string, ChatFields]>([
    ['archived', { archived: true }],
    ['without plan mode', { planMode: false }],
    ['in error', { status: 'error' }],
    ['being interrupted', { status: 'interrupting' }],
  ])('are none when it is %s', (_, about) => {
    const state = applyEvents(
      emptyState(),
      chatsReceived([chat({ ...about, questions: [] })], NOON),
      received([asked()], NOON + 1),
    );
    expect(idsIn(state)).toEqual([]);
  });

  it('are none while the agent writes', () => {
    const live = { parts: textParts('Well'), at: NOON, retry: null };
    expect(idsIn(applyEvents(listed, received([asked()], NOON + 1, { live })))).toEqual([]);
  });

  it('are none while an answer to them is in the outbox, and others stay', () => {
    for (const stage of ['waiting', 'sending', 'accepted', 'queued', 'unsure', 'asked'] as const) {
      const deliveries = [delivery('call_1:0', stage)];
      const state = applyEvents(listed, { type: 'deliveries-loaded', deliveries });
      expect(idsIn(state)).toEqual([]);
      expect(pendingAnswer(state, chat())).toEqual(deliveries[0]);
    }
    const other = applyEvents(listed, { type: 'deliveries-loaded', deliveries: [delivery('call_0:0')] });
    expect(idsIn(other)).toEqual(['call_1:0']);
    expect(pendingAnswer(other, chat())).toBeNull();
  });

  it('are the same list while nothing changes', () => {
    const state = applyEvents(listed, received([asked()], NOON + 1));
    const again = applyEvents(state, received([asked()], NOON + 2));
    const [one, other] = [questionsOf(state, chat()), questionsOf(again, chat())];
    expect(one).toHaveLength(1);
    expect(other).toBe(one);
  });
});

describe('the menu of a Task', () => {
  const task = makeTask({ id: 'c' });
  const withMenu = (one: Task, more: Partial<Transcript> = {}): State =>
    applyEvents(emptyState(), listReceived([one], NOON), received([MENU], NOON + 1, more));

  it('is its question while it is idle', () => {
    expect(idsIn(withMenu(task))).toEqual([expect.stringMatching(/^menu-2:/u)]);
  });

  it('is none while the agent works, in a stored conversation, or unloaded', () => {
    const working = makeTask({ id: 'c', state: { state: 'working', message: '', uri: '', at: NOON } });
    expect(idsIn(withMenu(working))).toEqual([]);
    expect(idsIn(withMenu(task, { snapshot: true, snapshotAt: NOON }))).toEqual([]);
    expect(idsIn(applyEvents(emptyState(), listReceived([task], NOON)))).toEqual([]);
  });

  it('is none after the next report until the conversation is loaded again, unless the task is selected', () => {
    const next = makeTask({ id: 'c', state: makeReport({ at: NOON + 2 }) });
    const others = listReceived([makeTask({ id: 'other' }), task], NOON);
    const before = applyEvents(
      emptyState(),
      others,
      { type: 'task-selected', taskId: 'other' },
      received([MENU], NOON + 1),
    );
    expect(idsIn(before)).toHaveLength(1);
    const state = applyEvents(before, listReceived([makeTask({ id: 'other' }), next], NOON + 2));
    expect(idsIn(state)).toEqual([]);
    expect(idsIn(applyEvents(state, received([MENU], NOON + 3)))).toHaveLength(1);
    expect(idsIn(applyEvents(state, { type: 'task-selected', taskId: 'c' }))).toHaveLength(1);
  });

  it('is none when the agent was started again, with its last report', () => {
    const state = applyEvents(
      withMenu(task),
      listReceived([makeTask({ id: 'c', buildNumber: 9 }), makeTask({ id: 'other' })], NOON + 2),
      { type: 'task-selected', taskId: 'other' },
    );
    expect(idsIn(state)).toEqual([]);
  });
});
