/** The server's limits of a task's name, which is its workspace's too. */
const NAME_LIMIT = 32;
const RESERVED_NAMES: readonly string[] = ['new', 'create'];

/** What is wrong with a name that somebody asked for, in Coder's words; null when it can be had. */
export function taskNameError(name: string): string | null {
  if (name.length > NAME_LIMIT) return `must be <= ${NAME_LIMIT} characters`;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/i.test(name)) return 'must be alphanumeric with hyphens';
  if (RESERVED_NAMES.includes(name.toLowerCase())) return `the name "${name}" is reserved`;
  return null;
}
