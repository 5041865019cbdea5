import { homedir } from 'node:os';

/**
 * The home directory: `HOME`, else from the user database, else `/`, as container runtimes do for an unknown user id.
 */
export function homeDirectory({ HOME }: Readonly<Record<string, string | undefined>>): string {
  if (HOME !== undefined && HOME.trim() !== '') return HOME;
  try {
    return homedir();
  } catch {
    // node:os throws for a user id that is not in the user database.
    return '/';
  }
}
