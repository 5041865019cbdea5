/** Coder's limit for task and workspace names, characters. */
const NAME_LIMIT = 32;
const RESERVED_NAMES: readonly string[] = ['new', 'create'];

/** Coder's error text for an invalid name; null for a valid one. */
export function taskNameError(name: string): string | null {
  if (name.length > NAME_LIMIT) return `must be <= ${NAME_LIMIT} characters`;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(name)) return 'must be alphanumeric with hyphens';
  if (RESERVED_NAMES.includes(name.toLowerCase())) return `the name "${name}" is reserved`;
  return null;
}
