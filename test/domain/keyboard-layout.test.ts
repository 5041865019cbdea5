import { expect, it } from 'vitest';
import { latinKey } from '../../src/domain/key-name.ts';

it.each([
  // Russian
  ['з', 'p'],
  ['З', 'P'],
  ['й', 'q'],
  ['о', 'j'],
  ['л', 'k'],
  ['Ж', ':'],
  ['х', '['],
  ['Ю', '>'],
  ['№', '#'],
  ['ctrl+с', 'ctrl+c'],
  ['ctrl+С', 'ctrl+c'],
  ['ctrl+я', 'ctrl+z'],
  ['alt+и', 'alt+b'],
  ['alt+Б', 'alt+<'],
  // Ukrainian, Belarusian
  ['і', 's'],
  ['ї', ']'],
  ['є', "'"],
  ['ў', 'o'],
  // Full width, and punctuation of Chinese and Japanese input methods
  ['ｊ', 'j'],
  ['Ｄ', 'D'],
  ['？', '?'],
  ['：', ':'],
  ['／', '/'],
  ['１', '1'],
  ['\u3000', 'space'],
  ['【', '['],
  ['。', '.'],
  ['ctrl+ｃ', 'ctrl+c'],
])('%s is the key %s', (typed, key) => {
  expect(latinKey(typed)).toBe(key);
});

it.each(['p', 'P', '?', 'space', 'up', 'shift+tab', 'ctrl+c', 'alt+left', 'é', '漢', 'ψ', '👨‍👩‍👧'])(
  '%s is unchanged',
  (key) => {
    expect(latinKey(key)).toBe(key);
  },
);
