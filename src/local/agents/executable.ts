import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Whether PATH contains an executable of this name. */
export const isOnPath = (
  program: string,
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): boolean =>
  PATH.split(path.delimiter).some(
    (directory) => directory !== '' && isExecutable(path.join(directory, program)),
  );

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
