import { describe, expect, it } from 'vitest';
import {
  initiallyNotified,
  type NotificationCandidate,
  notificationText,
  updateNotified,
} from '../../src/domain/notifications.ts';
import type { Question } from '../../src/domain/question.ts';
import { makeQuestion } from './builders.ts';

const task = (
  id: string,
  needsYou: NotificationCandidate['needsAttention'],
  says = 'idle',
): NotificationCandidate => ({
  id,
  message: says,
  needsAttention: needsYou,
});

describe('a task that newly needs attention', () => {
  it('is not one that already did at the start, or soon would', () => {
    const notified = initiallyNotified([task('a', 'yes'), task('b', 'soon'), task('c', 'no')]);
    expect([...notified.keys()]).toEqual(['a', 'b']);
    expect(updateNotified(notified, [task('a', 'yes'), task('b', 'yes'), task('c', 'yes')]).newIds).toEqual([
      'c',
    ]);
  });

  it('is notified once', () => {
    const first = updateNotified(new Map(), [task('a', 'yes')]);
    expect(first.newIds).toEqual(['a']);
    const again = updateNotified(first.notified, [task('a', 'yes')]);
    expect(again).toEqual({ notified: first.notified, newIds: [] });
    expect(again.notified).toBe(first.notified);
  });

  it('is notified again after working in between, or with another report', () => {
    const { notified } = updateNotified(new Map(), [task('a', 'yes', 'one'), task('b', 'yes', 'one')]);
    const between = updateNotified(notified, [task('a', 'no', 'one'), task('b', 'yes', 'one')]);
    const next = updateNotified(between.notified, [task('a', 'yes', 'one'), task('b', 'yes', 'two')]);
    expect(next.newIds).toEqual(['a', 'b']);
  });

  it('is not notified again with the same report', () => {
    const { notified } = updateNotified(new Map(), [task('a', 'yes')]);
    const reported = updateNotified(notified, [task('a', 'soon')]);
    expect(updateNotified(reported.notified, [task('a', 'yes')]).newIds).toEqual([]);
  });

  it('is not one that waited too briefly', () => {
    const soon = updateNotified(new Map(), [task('a', 'soon')]);
    expect(soon.newIds).toEqual([]);
    expect(updateNotified(soon.notified, [task('a', 'no')]).newIds).toEqual([]);
  });

  it('is not stored after it disappears', () => {
    const { notified } = updateNotified(new Map(), [task('a', 'yes')]);
    expect(updateNotified(notified, []).notified.size).toBe(0);
  });
});

describe('the text', () => {
  const one = { title: 'Fix login', phase: 'idle', message: 'Which branch?' } as const;

  it('has the title and the report of a single task', () => {
    expect(notificationText([one])).toEqual({ title: 'Fix login', body: 'idle: Which branch?' });
    expect(notificationText([{ ...one, phase: 'error', message: ' ' }])?.body).toBe('error: needs you');
  });

  it('has the question, and its options where there is room', () => {
    const body = (about: Partial<Question>) =>
      notificationText([{ ...one, question: makeQuestion(about) }])?.body;
    expect(body({})).toBe('asks you: Auth: Which flow? 1 OIDC · 2 SAML');
    expect(body({ text: 'x'.repeat(150) })).toBe(`asks you: Auth: ${'x'.repeat(150)}`);
    expect(body({ header: '', text: '', options: [] })).toBe('asks you');
    expect(body({ kind: 'plan', header: 'Plan', text: 'Implement the proposed plan?' })).toBe(
      'asks you: Implement the proposed plan? 1 OIDC · 2 SAML',
    );
  });

  it('has the number of tasks and the first titles', () => {
    const named = (...titles: readonly string[]) =>
      notificationText(titles.map((title) => ({ ...one, title })));
    expect(named('a', 'b')).toEqual({ title: '2 tasks need you', body: 'a, b' });
    expect(named('a', 'b', 'c', 'd', 'e')).toEqual({ title: '5 tasks need you', body: 'a, b, c and 2 more' });
  });

  it('is null without tasks', () => {
    expect(notificationText([])).toBeNull();
  });
});
