import { homedir } from 'node:os';

/**
 * The user's home directory: `HOME`, else that of the user database, else `/`, which is what container runtimes set
 * for a user id without an entry there.
 */
export function homeDirectory({ HOME }: Readonly<Record<string, string | undefined>>): string {
  if (HOME !== undefined && HOME.trim() !== '') return HOME;
  try {
    return homedir();
  } catch {
    // node:os throws for a user id without an entry.
    return '/';
  }
}
