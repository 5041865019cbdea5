import { describe, expect, it } from 'vitest';
import { exactMatchesFirst, findItems, type ItemFinder } from '../../src/domain/find-items.ts';
import { fuzzyFind } from '../../src/domain/fuzzy-find.ts';

const OUTBOX = { words: ['Messages on their way', 'outbox'] };
const READ = { words: ['Read messages and errors', 'messages'] };
const TIMES = { words: ['Show when messages were written', 'times'] };
const ALL = [OUTBOX, READ, TIMES];

describe.each([
  ['by words', findItems],
  ['by letters', fuzzyFind],
] as [string, ItemFinder][])('found %s', (_, find) => {
  it.each(['messages', ' Messages '])('puts the item with exactly this name first: %j', (text) => {
    const found = exactMatchesFirst(find(ALL, text), text);
    expect(found[0]).toBe(READ);
    expect(new Set(found)).toEqual(new Set(ALL));
  });

  it.each(['', 'mess', 'messages were'])('keeps the order without an exact match: %j', (text) => {
    expect(exactMatchesFirst(find(ALL, text), text)).toEqual(find(ALL, text));
  });
});
