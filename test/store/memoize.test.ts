import { describe, expect, it } from 'vitest';
import { cacheInTime, memoize } from '../../src/store/memoize.ts';

/** A memoized function, and the arguments of each computation. */
function counting() {
  const calls: (readonly unknown[])[] = [];
  const memoized = memoize((...args: readonly unknown[]) => {
    calls.push(args);
    return { of: args };
  });
  return { memoized, calls };
}

const A = { name: 'a' };
const B = { name: 'b' };
const C = { name: 'c' };

describe('a memoized function', () => {
  it.each([
    ['two objects', [[A], [B]]],
    ['three objects', [[A], [B], [C]]],
    [
      'a second argument that differs',
      [
        [A, B],
        [A, C],
      ],
    ],
    ['two texts', [['old'], ['new']]],
    [
      'two times of the same list',
      [
        [A, 1],
        [A, 2],
      ],
    ],
    ['an object and null', [[A], [null]]],
    ['undefined and an object', [[undefined], [A]]],
  ])('computes once per value when two alternate: %s', (_, inputs) => {
    const { memoized, calls } = counting();
    const first = inputs.map((args) => memoized(...args));
    for (let turn = 0; turn < 3; turn++)
      expect(inputs.map((args) => memoized(...args)).every((each, index) => each === first[index])).toBe(
        true,
      );
    expect(calls).toEqual(inputs);
  });

  it('keeps undefined as a result', () => {
    let calls = 0;
    const memoized = memoize((_: object) => {
      calls++;
    });
    memoized(A);
    memoized(A);
    expect(calls).toBe(1);
  });

  it('keeps only the last two values of a primitive argument', () => {
    const { memoized, calls } = counting();
    for (let now = 0; now < 5; now++) memoized(A, now);
    memoized(A, 3);
    memoized(A, 4);
    expect(calls).toHaveLength(5);
    memoized(A, 0);
    expect(calls).toHaveLength(6);
  });
});

describe('a cache in time', () => {
  it('keeps the results of the last two periods', () => {
    const cache = cacheInTime<string>();
    const computed: number[] = [];
    const at = (now: number): string =>
      cache(now, () => {
        computed.push(now);
        return { result: `from ${now}`, until: now + 10 };
      });
    for (const now of [0, 9, 10, 5, 19, 0]) at(now);
    expect(computed).toEqual([0, 10]);
    expect(at(5)).toBe('from 0');
    at(20);
    expect(computed).toEqual([0, 10, 20]);
    expect(at(15)).toBe('from 10');
    at(5);
    expect(computed).toEqual([0, 10, 20, 5]);
  });
});
