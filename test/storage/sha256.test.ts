import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/storage/sha256.ts';
import { random } from '../support/random.ts';

const nodes = (text: string): string => createHash('sha256').update(text).digest('hex');

test('is the SHA-256 of Node, at every length around the ends of blocks', () => {
  for (let length = 0; length < 300; length++) {
    const text = 'a'.repeat(length);
    expect(sha256(text), String(length)).toBe(nodes(text));
  }
});

test('and of any text', () => {
  for (let seed = 0; seed < 500; seed++) {
    const next = random(seed);
    const text = Array.from({ length: next(200) }, () => String.fromCodePoint(1 + next(0xd000))).join('');
    expect(sha256(text), JSON.stringify(text)).toBe(nodes(text));
  }
});
