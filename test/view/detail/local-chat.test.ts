import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { currentQuestionById } from '../../../src/store/current-question.ts';
import { nextTickAt } from '../../../src/store/selectors.ts';
import type { State } from '../../../src/store/state.ts';
import { detailFrame } from '../../../src/view/detail/detail-frame.ts';
import { questionWords } from '../../../src/view/detail/question-words.ts';
import { type ChatFields, makeChat, makeExtension, makePermission, NOON } from '../../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, transcriptReceived } from '../../store/state-builders.ts';
import { plain } from '../themes.ts';

const showing = (about: ChatFields, ...messages: Parameters<typeof transcriptReceived>[1][]): State =>
  applyEvents(
    emptyState(),
    chatsReceived([makeChat({ id: 'c', displayName: 'Auth', state: null, ...about })]),
    ...messages.map((transcript) => transcriptReceived('c', transcript)),
  );

/** The rows inside of the frame, without blank ones. */
const rows = (state: State, width = 70, height = 24): readonly string[] =>
  detailFrame(state, plain, { width, height })
    .slice(1, -1)
    .map((line) => stripVTControlCharacters(line).slice(1, -1).trim())
    .filter((line) => line !== '');

it('the heading names the agent, its permissions and its directory', () => {
  const extension = makeExtension({ permissionMode: 'edits', directory: `${'/long'.repeat(20)}/auth` });
  expect(rows(showing({ extension }), 120).slice(0, 2)).toEqual([
    expect.stringMatching(/^complete \S+$/),
    expect.stringMatching(/^edits files without asking · Fake Agent \(1\.2\.3\) · ….*\/long\/auth$/),
  ]);
  expect(rows(showing({ extension }), 60)[1]).toBe('edits files without asking · Fake Agent (1.2.3)');
});

it('the heading counts the seconds of a stage', () => {
  const stage = { name: 'Starting Gemini CLI\u001b[2J', since: NOON - 3_000 };
  const state = showing({ status: 'running', extension: makeExtension({ stage }) });
  const [first = ''] = rows(state);
  expect(first).toMatch(/^working \S+ · Starting Gemini CLI.* 3s$/);
  expect(first).not.toContain('\u001b');
  expect(nextTickAt(state)).toBeLessThanOrEqual(NOON + 1_000);
  expect(nextTickAt(showing({ status: 'running', extension: makeExtension() }))).toBeGreaterThan(
    NOON + 1_000,
  );
});

it('a chat without a login says which key signs in', () => {
  const about = {
    status: 'error',
    lastError: { kind: 'auth', message: 'Sign in first.' },
  } as const;
  expect(rows(showing({ ...about, extension: makeExtension() })).join('\n')).toContain('ctrl+o signs in');
  expect(rows(showing(about)).join('\n')).not.toContain('signs in');
});

it('a permission shows what it is about, and the checklist stays', () => {
  const checklist = [
    { content: 'Read', priority: 'high', status: 'completed' },
    { content: 'Pin the clock', priority: 'high', status: 'in_progress' },
  ];
  const questions = [
    makePermission({ text: 'Edit a.ts', detail: '-one\n+two' }),
    makePermission({ id: 'b' }),
  ];
  const state = showing({ status: 'requires_action', questions, extension: makeExtension({ checklist }) });
  const shown = rows(state);
  expect(shown.slice(2, 4)).toEqual(['✔ Read', '◐ Pin the clock']);
  const from = shown.findIndex((row) => row.startsWith('── ? permission, 1 more after it'));
  expect(shown.slice(from + 1, from + 7)).toEqual([
    'Edit a.ts',
    '-one',
    '+two',
    '1 Allow once',
    '2 Always allow',
    '3 Reject',
  ]);
  const small = rows(state, 60, 10);
  expect(small.join('\n')).toContain('checklist 1 of 2: Pin the clock');
  expect(small.join('\n')).toContain('3 Reject');
});

it('a screen reader says which lines a permission changes', () => {
  const questions = [makePermission({ text: 'Edit a.ts', detail: `-one\n${'+two\n'.repeat(9)}` })];
  const state = showing({ status: 'requires_action', questions, extension: makeExtension() });
  const current = currentQuestionById(state, 'c');
  expect(current && questionWords(current)).toBe(
    'Permission: Edit a.ts Removed: one. Added: two. Added: two. Added: two. Added: two. Added: two. 4 more lines. ' +
      '1: Allow once. 2: Always allow. 3: Reject.',
  );
});
