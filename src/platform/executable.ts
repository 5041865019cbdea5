import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether PATH contains an executable of this name. */
export const isOnPath = (program: string, env: Environment): boolean => programPath(program, env) !== null;

/** The path of the executable with this name on PATH, or of one that is named by its absolute path; null for none. */
export function programPath(program: string, { PATH = '' }: Environment): string | null {
  const candidates = path.isAbsolute(program)
    ? [program]
    : PATH.split(path.delimiter)
        .filter(Boolean)
        .map((directory) => path.join(directory, program));
  return candidates.find(isExecutable) ?? null;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
