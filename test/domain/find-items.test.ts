import { describe, expect, it } from 'vitest';
import { exactFirst, type Find, findItems } from '../../src/domain/find-items.ts';
import { bestFirst } from '../../src/domain/fuzzy.ts';

const OUTBOX = { words: ['Messages on their way', 'outbox'] };
const READ = { words: ['Read messages and errors', 'messages'] };
const TIMES = { words: ['Show when messages were written', 'times'] };
const ALL = [OUTBOX, READ, TIMES];

describe.each([
  ['by words', findItems],
  ['by letters', bestFirst],
] as [string, Find][])('found %s', (_, find) => {
  it.each(['messages', ' Messages '])('the item with exactly this name is first: %j', (text) => {
    const found = exactFirst(find(ALL, text), text);
    expect(found[0]).toBe(READ);
    expect(new Set(found)).toEqual(new Set(ALL));
  });

  it.each(['', 'mess', 'messages were'])('the order stays without one: %j', (text) => {
    expect(exactFirst(find(ALL, text), text)).toEqual(find(ALL, text));
  });
});
