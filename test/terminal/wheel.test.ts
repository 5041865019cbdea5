import { expect, it } from 'vitest';
import type { InputToken } from '../../src/terminal/input-tokenizer.ts';
import { markWheelKeys, wheelSendsKeys } from '../../src/terminal/wheel.ts';

const [UP, DOWN, UP_APPLICATION] = ['\x1b[A', '\x1b[B', '\x1bOA'];
const [WHEEL_UP, WHEEL_DOWN] = ['\x1b[1;17A', '\x1b[1;17B'];
const keys = (...all: readonly string[]): InputToken[] => all.map((bytes) => ({ kind: 'key', bytes }));

it.each([
  ['one press', [UP], [UP]],
  ['two presses in one read', [UP, UP], [UP, UP]],
  ['a step up', [UP, UP, UP], [WHEEL_UP, WHEEL_UP, WHEEL_UP]],
  ['a step down', [DOWN, DOWN, DOWN], [WHEEL_DOWN, WHEEL_DOWN, WHEEL_DOWN]],
  ['as application keys', [UP_APPLICATION, UP_APPLICATION, UP_APPLICATION], [WHEEL_UP, WHEEL_UP, WHEEL_UP]],
  ['up and down', [UP, DOWN, UP, DOWN], [UP, DOWN, UP, DOWN]],
  ['behind a letter', ['a', DOWN, DOWN, DOWN, 'b'], ['a', WHEEL_DOWN, WHEEL_DOWN, WHEEL_DOWN, 'b']],
  [
    'other keys',
    ['j', 'j', 'j', '\x1b[C', '\x1b[C', '\x1b[C'],
    ['j', 'j', 'j', '\x1b[C', '\x1b[C', '\x1b[C'],
  ],
])('%s', (_, read, expected) => {
  expect(markWheelKeys(keys(...read))).toEqual(keys(...expected));
});

it.each([
  ['\x1b[?1007;1$y', true],
  ['\x1b[?1007;3$y', true],
  ['\x1b[?1007;0$y', false],
  ['\x1b[?1007;2$y', false],
  ['\x1b[?1007;4$y', false],
  ['\x1b[?2026;1$y', null],
  ['\x1b[0n', null],
])('%j: the wheel sends arrow keys: %j', (reply, sends) => {
  expect(wheelSendsKeys(reply)).toBe(sends);
});
