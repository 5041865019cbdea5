import { describe, expect, it } from 'vitest';
import { BEGINNING, placeOf, searchFor, searchOn } from '../../src/domain/history-search.ts';

const HISTORY = ['fix the Login', 'run tests', 'fix the docs', 'run tests', 'run tests again'];

describe('a search through earlier prompts', () => {
  it('finds the newest that holds the text', () => {
    expect(searchFor(HISTORY, BEGINNING, 'fix')).toEqual({ query: 'fix', at: 2, isAtEnd: false });
    expect(searchFor(HISTORY, BEGINNING, 'login').at).toBe(0);
    expect(searchFor(HISTORY, BEGINNING, 'LOGIN')).toMatchObject({ at: null, isAtEnd: true });
    expect(searchFor(HISTORY, BEGINNING, 'Login').at).toBe(0);
  });

  it('goes on to older ones, and not to one that reads the same', () => {
    const first = searchFor(HISTORY, BEGINNING, 'tests');
    expect(first.at).toBe(4);
    const second = searchOn(HISTORY, first);
    expect(second.at).toBe(3);
    expect(searchOn(HISTORY, second)).toEqual({ query: 'tests', at: 3, isAtEnd: true });
  });

  it('shows the newest one when nothing is looked for yet', () => {
    expect(searchOn(HISTORY, BEGINNING).at).toBe(4);
    expect(searchFor(HISTORY, searchFor(HISTORY, BEGINNING, 'f'), '')).toEqual(BEGINNING);
  });

  it('keeps what it found when a longer text is nowhere', () => {
    const found = searchFor(HISTORY, BEGINNING, 'docs');
    expect(searchFor(HISTORY, found, 'docsx')).toEqual({ query: 'docsx', at: 2, isAtEnd: true });
  });

  it('says where the text stands', () => {
    expect(placeOf({ query: 'login', at: 0, isAtEnd: false }, 'fix the Login')).toBe(8);
  });
});
