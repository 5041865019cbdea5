import { statSync } from 'node:fs';

/** Whether the path leads to a directory. False when that cannot be found out, too: using it reports the reason. */
export function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}
