import { describe, expect, it } from 'vitest';
import {
  INITIAL_SEARCH,
  matchOffset,
  searchNewest,
  searchOlder,
} from '../../src/domain/prompt-history-search.ts';

const HISTORY = ['fix the Login', 'run tests', 'fix the docs', 'run tests', 'run tests again'];

describe('a search through earlier prompts', () => {
  it('finds the newest match', () => {
    expect(searchNewest(HISTORY, INITIAL_SEARCH, 'fix')).toEqual({
      query: 'fix',
      index: 2,
      isExhausted: false,
    });
    expect(searchNewest(HISTORY, INITIAL_SEARCH, 'login').index).toBe(0);
    expect(searchNewest(HISTORY, INITIAL_SEARCH, 'LOGIN')).toMatchObject({ index: null, isExhausted: true });
    expect(searchNewest(HISTORY, INITIAL_SEARCH, 'Login').index).toBe(0);
  });

  it('moves to older matches and skips equal prompts', () => {
    const first = searchNewest(HISTORY, INITIAL_SEARCH, 'tests');
    expect(first.index).toBe(4);
    const second = searchOlder(HISTORY, first);
    expect(second.index).toBe(3);
    expect(searchOlder(HISTORY, second)).toEqual({ query: 'tests', index: 3, isExhausted: true });
  });

  it('shows the newest prompt for an empty query', () => {
    expect(searchOlder(HISTORY, INITIAL_SEARCH).index).toBe(4);
    expect(searchNewest(HISTORY, searchNewest(HISTORY, INITIAL_SEARCH, 'f'), '')).toEqual(INITIAL_SEARCH);
  });

  it('keeps the last match when a longer query has none', () => {
    const found = searchNewest(HISTORY, INITIAL_SEARCH, 'docs');
    expect(searchNewest(HISTORY, found, 'docsx')).toEqual({ query: 'docsx', index: 2, isExhausted: true });
  });

  it('returns the offset of the match', () => {
    expect(matchOffset({ query: 'login', index: 0, isExhausted: false }, 'fix the Login')).toBe(8);
  });
});
