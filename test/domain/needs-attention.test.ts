import { expect, it } from 'vitest';
import { needsAttention, statusFingerprint } from '../../src/domain/needs-attention.ts';
import { type Phase, phaseOf } from '../../src/domain/phase.ts';
import { type ChatFields, makeChat, makeQuestion, makeReport, makeTask, NOON } from './builders.ts';

const task = makeTask();

it.each<Phase>(['idle', 'failed', 'error'])('%s needs you, seen or not', (phase) => {
  expect(needsAttention(task, phase, 'unseen')).toBe(true);
  expect(needsAttention(task, phase, 'seen')).toBe(true);
});

it.each<Phase>(['idle', 'failed', 'error', 'complete'])(
  '%s needs no attention once acknowledged',
  (phase) => {
    expect(needsAttention(task, phase, 'acknowledged')).toBe(false);
  },
);

it('complete needs attention until viewed', () => {
  expect(needsAttention(task, 'complete', 'unseen')).toBe(true);
  expect(needsAttention(task, 'complete', 'seen')).toBe(false);
});

it.each<Phase>(['deleting', 'pausing', 'paused', 'queued', 'starting', 'resuming', 'working', 'unknown'])(
  '%s needs no attention',
  (phase) => {
    expect(needsAttention(task, phase, 'unseen')).toBe(false);
  },
);

it('an idle agent without a report needs no attention', () => {
  expect(needsAttention(makeTask({ state: null }), 'idle', 'unseen')).toBe(false);
  expect(needsAttention(makeTask({ state: makeReport({ state: 'unknown' }) }), 'idle', 'unseen')).toBe(false);
});

it.each<[string, ChatFields, boolean, boolean]>([
  ['not read', { unread: true }, true, true],
  ['read', { unread: false }, false, false],
  ['unknown whether read', { unread: null }, true, false],
  ['a question, read', { questions: [makeQuestion()], unread: false }, true, true],
  ['a turn with an unread answer', { status: 'running', unread: true }, false, false],
  ['a tool of its own program', { status: 'requires_action', unread: true }, false, false],
  ['a queued message is being edited', { status: 'paused', unread: false }, false, false],
  ['a sub-agent, not read', { parentId: 'c0', unread: true }, false, false],
  ['a sub-agent with a question', { parentId: 'c0', questions: [makeQuestion()] }, true, true],
  ['a failed sub-agent', { parentId: 'c0', status: 'error' }, true, false],
  ['a failed turn', { status: 'error', unread: false }, true, false],
  ['archived, not read', { unread: true, archived: true }, false, false],
  ['archived, with a question', { questions: [makeQuestion()], archived: true }, false, false],
  ['archived, failed', { status: 'error', archived: true }, false, false],
  ['a word of a later server', { status: 'dreaming', unread: true }, false, false],
])('a chat, %s: before it was seen and after', (_, about, before, after) => {
  const chat = makeChat(about);
  const phase = phaseOf(chat, NOON);
  expect([needsAttention(chat, phase, 'unseen'), needsAttention(chat, phase, 'seen')]).toEqual([
    before,
    after,
  ]);
});

it('a status seen once counts as unseen after a change', () => {
  const task = makeTask();
  const report = makeReport({ at: NOON });
  expect(statusFingerprint(task)).not.toBe(statusFingerprint(makeTask({ state: report })));
  expect(statusFingerprint(makeTask({ status: 'error' }))).toBe('error 1');
  const failed = makeChat({ status: 'error' });
  expect(statusFingerprint(failed)).toBe(statusFingerprint(makeChat({ status: 'error', state: report })));
  expect(statusFingerprint(failed)).not.toBe(
    statusFingerprint(makeChat({ status: 'error', updatedAt: NOON })),
  );
});
