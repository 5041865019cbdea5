import { describe, expect, it } from 'vitest';
import { type Candidate, knownAtFirst, whoBegins, wordsFor } from '../../src/domain/notices.ts';

const task = (id: string, needsYou: Candidate['needsYou'], says = 'idle'): Candidate => ({
  id,
  says,
  needsYou,
});

describe('who begins to need the user', () => {
  it('is nobody who waited before anybody looked, nor who was about to', () => {
    const known = knownAtFirst([task('a', 'yes'), task('b', 'soon'), task('c', 'no')]);
    expect([...known.keys()]).toEqual(['a', 'b']);
    expect(whoBegins(known, [task('a', 'yes'), task('b', 'yes'), task('c', 'yes')]).begun).toEqual(['c']);
  });

  it('is told once', () => {
    const first = whoBegins(new Map(), [task('a', 'yes')]);
    expect(first.begun).toEqual(['a']);
    const again = whoBegins(first.known, [task('a', 'yes')]);
    expect(again).toEqual({ known: first.known, begun: [] });
    expect(again.known).toBe(first.known);
  });

  it('is who works in between, and who says something else', () => {
    const { known } = whoBegins(new Map(), [task('a', 'yes', 'one'), task('b', 'yes', 'one')]);
    const between = whoBegins(known, [task('a', 'no', 'one'), task('b', 'yes', 'one')]);
    const next = whoBegins(between.known, [task('a', 'yes', 'one'), task('b', 'yes', 'two')]);
    expect(next.begun).toEqual(['a', 'b']);
  });

  it('is nobody who only says the same again', () => {
    const { known } = whoBegins(new Map(), [task('a', 'yes')]);
    const reported = whoBegins(known, [task('a', 'soon')]);
    expect(whoBegins(reported.known, [task('a', 'yes')]).begun).toEqual([]);
  });

  it('is nobody whose wait was too short to count', () => {
    const soon = whoBegins(new Map(), [task('a', 'soon')]);
    expect(soon.begun).toEqual([]);
    expect(whoBegins(soon.known, [task('a', 'no')]).begun).toEqual([]);
  });

  it('forgets who is gone', () => {
    const { known } = whoBegins(new Map(), [task('a', 'yes')]);
    expect(whoBegins(known, []).known.size).toBe(0);
  });
});

describe('the words', () => {
  const one = { title: 'Fix login', phase: 'idle', message: 'Which branch?' } as const;

  it('are the name of one task and what it says', () => {
    expect(wordsFor([one])).toEqual({ title: 'Fix login', body: 'idle: Which branch?' });
    expect(wordsFor([{ ...one, phase: 'error', message: ' ' }])?.body).toBe('error: it needs you');
  });

  it('count several, and name the first', () => {
    const named = (...titles: readonly string[]) => wordsFor(titles.map((title) => ({ ...one, title })));
    expect(named('a', 'b')).toEqual({ title: '2 tasks need you', body: 'a, b' });
    expect(named('a', 'b', 'c', 'd', 'e')).toEqual({ title: '5 tasks need you', body: 'a, b, c and 2 more' });
  });

  it('are none for nobody', () => {
    expect(wordsFor([])).toBeNull();
  });
});
