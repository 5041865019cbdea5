/** Keys that have a name and type nothing. */
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

/** Whether a key can be pressed that is called so: `p`, `P`, `f`, `space`, `ctrl+k`, `alt+left`, `shift+tab`. */
export function isKeyName(name: string): boolean {
  const [, modifiers = '', key = ''] = MODIFIED.exec(name) ?? [];
  if ((NAMED_KEYS as readonly string[]).includes(key)) return true;
  // A terminal says neither of `shift+a`, which is `A`, nor of `ctrl+A`.
  if (modifiers.includes('shift+')) return false;
  if (key === 'space') return modifiers === '';
  if (modifiers.includes('ctrl+')) return modifiers === 'ctrl+' && /^[a-z\\\]^_]$/u.test(key);
  return [...key].length === 1 && !/[\p{Cc}\s]/u.test(key);
}

/** Whether a key of this name types something where text is written. */
export const isPrintableKey = (name: string): boolean => name === 'space' || [...name].length === 1;
