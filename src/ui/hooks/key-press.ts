import type { Key } from 'ink';
import { latinKey, type NamedKey } from '../../domain/key-name.ts';

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

/** A key press: its name in the command registry, and the text that it types, if any. */
export interface KeyPress {
  readonly name: string;
  readonly text: string;
  /** The wheel sent it: see terminal/wheel.ts. */
  readonly byWheel?: boolean;
}

/** Converts Ink's report. Null for releases and for keys without a name here. */
export function keyPress(input: string, key: Key): KeyPress | null {
  if (key.eventType === 'release') return null;
  if (input === '\n' && !key.return) return { name: 'ctrl+j', text: '' };
  const special = NAMED.find(([field]) => key[field] === true)?.[1];
  if (special !== undefined) {
    // Terminals that send meta as an escape prefix report Escape itself as meta.
    const alt = key.meta && special !== 'esc' ? 'alt+' : '';
    const name = `${key.ctrl ? 'ctrl+' : ''}${alt}${key.shift ? 'shift+' : ''}${special}`;
    return key.hyper ? { name, text: '', byWheel: true } : { name, text: '' };
  }
  if (input === '') return null;
  // Keys with super belong to the system.
  if (key.super || key.hyper) return null;
  if (key.ctrl) return { name: latinKey(`ctrl+${input}`), text: '' };
  if (key.meta) return { name: latinKey(`alt+${input}`), text: '' };
  return { name: input === ' ' ? 'space' : input, text: input };
}
