import type { Key } from 'ink';
import type { NamedKey } from '../../domain/key-name.ts';

const NAMED: readonly (readonly [keyof Key, NamedKey])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/** What a key press is called in the command table, and the text it types, which may be none. */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
}

/** Names what Ink reports. Null for what is no key press: releases, and keys without a name here. */
export function keyPress(input: string, key: Key): KeyPress | null {
  if (key.eventType === 'release') return null;
  if (input === '\n' && !key.return) return { name: 'ctrl+j', text: '' };
  const special = NAMED.find(([field]) => key[field] === true)?.[1];
  if (special !== undefined) {
    // Escape itself is reported as meta by terminals that send it as a prefix.
    const alt = key.meta && special !== 'esc' ? 'alt+' : '';
    return { name: `${key.ctrl ? 'ctrl+' : ''}${alt}${key.shift ? 'shift+' : ''}${special}`, text: '' };
  }
  if (input === '') return null;
  if (key.ctrl) return { name: `ctrl+${input}`, text: '' };
  if (key.meta) return { name: `alt+${input}`, text: '' };
  return { name: input === ' ' ? 'space' : input, text: input };
}
