const NAMED_KEYS = [
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'enter',
  'esc',
  'tab',
  'backspace',
  'delete',
] as const;

export type NamedKey = (typeof NAMED_KEYS)[number];

const MODIFIED = /^((?:ctrl\+)?(?:alt\+)?(?:shift\+)?)(.+)$/su;

/** Whether this is the name of a key: `p`, `P`, `f`, `space`, `ctrl+k`, `alt+left`, `shift+tab`. */
export function isKeyName(name: string): boolean {
  const [, modifiers = '', key = ''] = MODIFIED.exec(name) ?? [];
  if ((NAMED_KEYS as readonly string[]).includes(key)) return true;
  // Terminals report `shift+a` as `A`, and `ctrl+A` as `ctrl+a`.
  if (modifiers.includes('shift+')) return false;
  if (key === 'space') return modifiers === '';
  if (modifiers.includes('ctrl+')) return modifiers === 'ctrl+' && /^[a-z\\\]^_]$/u.test(key);
  return [...key].length === 1 && !/[\p{Cc}\s]/u.test(key);
}

/** Whether the key types a character in a text field. */
export const isPrintableKey = (name: string): boolean => name === 'space' || [...name].length === 1;
