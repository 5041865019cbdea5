import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { keyFor } from '../../src/domain/key-placeholder.ts';
import { matchesQuery } from '../../src/domain/matches-query.ts';
import { phaseOf } from '../../src/domain/phase.ts';
import { phaseAgeMs } from '../../src/domain/phase-since.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import { sortableRow } from '../../src/domain/row-order.ts';
import type { Task } from '../../src/domain/task.ts';
import { observedSegment } from '../../src/domain/timeline.ts';
import { isUnseenIn, needsAttentionIn } from '../../src/store/slices/attention.ts';
import type { State } from '../../src/store/state.ts';
import { placeholder } from '../../src/view/bars/prompt-lines.ts';
import { detailFrame } from '../../src/view/detail/detail-frame.ts';
import { headingOf } from '../../src/view/detail/heading.ts';
import { listLines } from '../../src/view/list/list-lines.ts';
import { taskWords } from '../../src/view/list/list-words.ts';
import {
  type ChatFields,
  MINUTE,
  makeChat,
  makeQuestion,
  makeReport,
  makeTask,
  NOON,
} from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived, onDeployment } from '../store/state-builders.ts';
import { footerOf } from '../view/command-lines.ts';
import { plain } from '../view/themes.ts';

const report = makeReport({
  message: 'Two tests are fixed.',
  uri: 'https://example.com/pull/812',
  at: NOON - 4 * MINUTE,
});
const chat = (about: ChatFields = {}): Task =>
  makeChat({
    id: 'c1',
    displayName: 'Fix the flaky tests',
    state: report,
    updatedAt: NOON - 4 * MINUTE,
    ...about,
  });
const listed = (...tasks: readonly Task[]): State =>
  onDeployment(applyEvents(emptyState({ columns: 100, rows: 30 }), listReceived(tasks)));
const bare = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => stripVTControlCharacters(line).trim());

describe('a task without the facts of a Coder Task', () => {
  it.each<[string, ChatFields, row: string, spoken: string]>([
    [
      'not read',
      { unread: true },
      'idle 4m',
      'Fix the flaky tests: idle for 4 minutes, needs you, not seen yet. “Two tests are fixed.”',
    ],
    ['read', {}, 'complete 4m', 'Fix the flaky tests: complete for 4 minutes. “Two tests are fixed.”'],
    [
      'working, without a report',
      { status: 'running', state: null },
      'working 4m',
      'Fix the flaky tests: working for 4 minutes.',
    ],
    [
      'in error',
      { status: 'error', state: null },
      'failed 4m',
      'Fix the flaky tests: failed for 4 minutes, needs you, not seen yet.',
    ],
    [
      'with a question, at once',
      { questions: [makeQuestion()], state: null, updatedAt: NOON },
      '\\? Which flow\\? asks you <1m',
      `Fix the flaky tests: idle, needs you, not seen yet, asks you. Auth: Which flow? 1: OIDC, By a provider. 2: SAML. ${keyFor('answer-in-words')}: Other: your own words.`,
    ],
  ])('%s, has a row, a heading and words', (_, about, row, spoken) => {
    const task = chat(about);
    const state = listed(task);
    const [line = ''] = bare(listLines(state, plain, 70, 1, 0));
    expect(line.replaceAll(/ {2,}/gu, ' ')).toMatch(new RegExp(`Fix the flaky tests ${row}$`, 'u'));
    expect(taskWords(state, task)).toBe(spoken);
    const { title, origin, phase, word } = headingOf(state, task, 80, 20);
    expect([title, origin, phase]).toEqual([[], 'ada', phaseOf(task, NOON)]);
    expect(bare(detailFrame(state, plain, { width: 80, height: 20 })).join('\n')).toContain(word);
  });

  it('needs the user after a delay unless it asks a question', () => {
    const needs = (about: ChatFields): readonly boolean[] => {
      const task = chat({ ...about, state: null, updatedAt: NOON - 1_000 });
      const state = listed(task);
      return [needsAttentionIn(state, task), isUnseenIn(state, task)];
    };
    expect(needs({ unread: true })).toEqual([false, false]);
    expect(needs({ unread: true, questions: [makeQuestion()] })).toEqual([true, true]);
  });

  it('has the link of its report', () => {
    const task = chat();
    expect(headingOf(listed(task), task, 80, 20).link).toEqual({
      address: 'https://example.com/pull/812',
      label: '→ example.com/pull/812',
    });
  });

  it.each<[filter: string, matches: boolean]>([
    ['flaky', true],
    ['"tests are fixed"', true],
    ['docker', false],
    ['status:wait', true],
    ['status:active', false],
    ['phase:complete', true],
    ['owner:ada', true],
    ['template:docker', false],
    ['!template:docker', true],
    ['age>1m', true],
    ['age<1m', false],
  ])('matches the filter %s: %s', (filter, matches) => {
    const task = chat();
    const candidate = { task, phase: phaseOf(task, NOON), ageMs: phaseAgeMs(task, NOON), now: NOON };
    expect(matchesQuery(candidate, parseTaskQuery(filter))).toBe(matches);
  });

  it('is sorted by the same keys', () => {
    const task = chat({ unread: true });
    const sorted = sortableRow(task, { now: NOON, phase: 'idle', needsYou: true });
    expect(sorted).toEqual({
      id: 'c1',
      title: 'Fix the flaky tests',
      since: NOON - 4 * MINUTE,
      createdAt: NOON - 60 * MINUTE,
      phase: 'idle',
      needsYou: true,
      pinOrder: 0,
    });
  });

  it('has a timeline of what was observed, without builds', () => {
    const segment = { from: NOON, until: NOON, build: 0 };
    expect(observedSegment(chat(), NOON)).toEqual({ ...segment, activity: 'done' });
    expect(observedSegment(chat({ status: 'running' }), NOON)).toEqual({ ...segment, activity: 'working' });
    expect(observedSegment(chat({ status: 'dreaming' }), NOON)).toBeNull();
  });

  it('says why a key cannot act, and never names a template', () => {
    const state = applyEvents(listed(chat(), makeTask()), { type: 'task-selected', taskId: 'c1' });
    const reasons = new Map(commands.map(({ id, enabled }) => [id, enabled?.(state) ?? true]));
    expect(
      ['pause', 'resume', 'delete', 'edit-input', 'new-from', 'answer'].map((id) => reasons.get(id)),
    ).toEqual([
      'No turn runs.',
      `It is not archived. Press ${keyFor('answer')} to write to it.`,
      true,
      'Its messages have not loaded yet.',
      true,
      true,
    ]);
    const texts = [...reasons.values(), footerOf(state), placeholder(state, 80)];
    expect(texts.filter((text) => /template|undefined|null/iu.test(String(text)))).toEqual([]);
    expect(placeholder(state, 80)).toBe('write to Fix the flaky tests');
  });
});
