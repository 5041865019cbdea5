import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { sanitiseLine } from '../domain/text/sanitise.ts';

/**
 * The absolute path of a file that a diff names, or the reason in one sentence why it must not be opened. The path is
 * below the working tree that holds the directory; without git, below the directory. It comes from a server: a path or a
 * link that leads out of the working tree is refused.
 */
export function repositoryFile(
  directory: string,
  relative: string,
): { readonly file: string } | { readonly why: string } {
  const name = sanitiseLine(relative);
  if (name === '') return { why: 'A file without a name cannot be opened.' };
  try {
    const root = realpathSync(workingTree(directory));
    const file = path.resolve(root, relative);
    if (!isInside(root, file)) return { why: outside(name) };
    if (!existsSync(file)) return { why: `${name} does not exist any more.` };
    const real = realpathSync(file);
    if (!isInside(root, real)) return { why: outside(name) };
    if (isInside(path.join(root, '.git'), real)) return { why: outside(name) };
    return statSync(real).isFile() ? { file: real } : { why: `${name} is not a file.` };
  } catch {
    return { why: `Cannot find ${name} in ${sanitiseLine(directory)}.` };
  }
}

const outside = (name: string): string => `${name} is outside the directory of the chat.`;

const isInside = (root: string, file: string): boolean => {
  const relative = path.relative(root, file);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
};

/** The nearest directory with a `.git`: paths of a diff begin there. */
function workingTree(directory: string): string {
  for (let at = directory; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at;
    if (path.dirname(at) === at) return directory;
  }
}
