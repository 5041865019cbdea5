import type { Key } from 'ink';
import type { NamedKey } from '../../domain/key-name.ts';
import { latinKey } from '../../domain/keyboard-layout.ts';

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
  /** The terminal sent it for a turn of the mouse's wheel: see terminal/wheel.ts. */
  readonly byWheel?: boolean;
}

/** Names what Ink reports. Null for what is no key press: releases, and keys without a name here. */
export function keyPress(input: string, key: Key): KeyPress | null {
  if (key.eventType === 'release') return null;
  if (input === '\n' && !key.return) return { name: 'ctrl+j', text: '' };
  const special = NAMED.find(([field]) => key[field] === true)?.[1];
  if (special !== undefined) {
    // Escape itself is reported as meta by terminals that send it as a prefix.
    const alt = key.meta && special !== 'esc' ? 'alt+' : '';
    const name = `${key.ctrl ? 'ctrl+' : ''}${alt}${key.shift ? 'shift+' : ''}${special}`;
    return key.hyper ? { name, text: '', byWheel: true } : { name, text: '' };
  }
  if (input === '') return null;
  // What is pressed with the key of the system is meant for the system.
  if (key.super || key.hyper) return null;
  if (key.ctrl) return { name: latinKey(`ctrl+${input}`), text: '' };
  if (key.meta) return { name: latinKey(`alt+${input}`), text: '' };
  return { name: input === ' ' ? 'space' : input, text: input };
}
