import { Text, useInput, usePaste } from 'ink';
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/command-registry.ts';
import { type KeyPress, keyPress } from '../../src/ui/hooks/key-press.ts';
import { keyBytes } from '../support/key-bytes.ts';

const unmounts: (() => void)[] = [];
afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount();
});

/** The key names for these bytes, through Ink. */
function named(bytes: string): readonly KeyPress[] {
  const pressed: KeyPress[] = [];
  function Listener() {
    useInput((input, key) => {
      const press = keyPress(input, key);
      if (press !== null) pressed.push(press);
    });
    usePaste(() => {});
    return <Text>keys</Text>;
  }
  const { stdin, unmount } = render(<Listener />);
  unmounts.push(unmount);
  stdin.write(bytes);
  return pressed;
}

// Each key of a sequence arrives by itself.
const KEYS = [...new Set(commands.flatMap(({ keys }) => keys.flatMap((key) => key.split(' '))))];

describe('every key of the table', () => {
  // The tokenizer writes a lone escape this way.
  it.each(KEYS.map((key) => [key, key === 'esc' ? '\x1b[27u' : keyBytes(key)] as const))(
    '%s is what Ink makes of its bytes',
    (key, bytes) => {
      expect(named(bytes).map(({ name }) => name)).toEqual([key]);
    },
  );
});

describe('keys of the editor', () => {
  it.each([
    ['alt+enter', '\x1b\r'],
    ['shift+enter', '\x1b[13;2u'],
    ['ctrl+j', '\n'],
    ['backspace', '\x7f'],
    ['delete', '\x1b[3~'],
    ['alt+backspace', '\x1b\x7f'],
    ['ctrl+left', '\x1b[1;5D'],
    ['alt+right', '\x1b[1;3C'],
    ['alt+b', '\x1bb'],
    ['alt+<', '\x1b<'],
    ['ctrl+w', '\x17'],
    ['home', '\x1b[H'],
    ['end', '\x1b[F'],
  ] as const)('%s', (key, bytes) => {
    expect(named(bytes)).toEqual([{ name: key, text: '' }]);
  });

  it('types characters of every width, upper case and blanks', () => {
    for (const text of ['a', 'G', 'é', '漢', '👨‍👩‍👧', '?'])
      expect(named(text)).toEqual([{ name: text, text }]);
    expect(named(' ')).toEqual([{ name: 'space', text: ' ' }]);
  });

  it('ignores key releases', () => {
    expect(named('\x1b[97;1:3u')).toEqual([]);
    expect(named('\x1b[97;1:1u')).toEqual([{ name: 'a', text: 'a' }]);
  });
});
