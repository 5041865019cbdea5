import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AttachmentError } from '../domain/attachment.ts';
import type { AttachmentFiles } from '../domain/ports/terminal-services.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { matchingNames, type PathEntry, pathCandidates, shellWord, splitPath } from '../domain/typed-path.ts';
import { checkAttachmentFile } from './attachment-file.ts';

export interface AttachmentFilesOptions {
  /** The base of relative paths; null when that directory was deleted. */
  readonly cwd: string | null;
  /** The home directory, for `~`. */
  readonly home: string;
}

const NO_DIRECTORY =
  'The directory that taskdeck was started in was deleted. Use an absolute path, or one that begins with ~.';

export function createAttachmentFiles({ cwd, home }: AttachmentFilesOptions): AttachmentFiles {
  return {
    async check(typed) {
      const paths = pathCandidates(typed, home);
      if (cwd === null && paths.some((each) => !path.isAbsolute(each)))
        return { kind: 'refused', why: NO_DIRECTORY };
      const files = paths.map((each) => path.resolve(cwd ?? '/', each));
      const existing = await Promise.all(files.map(exists));
      const file = files.find((_, index) => existing[index] === true) ?? files.at(-1);
      if (file === undefined) return { kind: 'refused', why: 'No path given.' };
      try {
        return { kind: 'ok', file: await checkAttachmentFile(file) };
      } catch (error) {
        if (error instanceof AttachmentError) return { kind: 'refused', why: error.message };
        return { kind: 'refused', why: `Cannot read ${sanitiseLine(file)}: ${String(error)}` };
      }
    },

    async complete(typed) {
      // A quote that is still open belongs to no name.
      const typedPath = typed.trimStart();
      const plain = shellWord(typedPath);
      for (const candidate of new Set([typedPath, plain])) {
        const { directory, start } = splitPath(candidate);
        const [expanded = directory] = pathCandidates(directory, home);
        if (cwd === null && !path.isAbsolute(expanded)) continue;
        const names = matchingNames(await entriesOf(path.resolve(cwd ?? '/', expanded)), start);
        if (names.length > 0) return { path: directory + commonStart(names), names };
      }
      // The home directory itself.
      return typedPath === '~' ? { path: '~/', names: ['~/'] } : { path: typed, names: [] };
    },
  };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The entries of a directory with names that are safe to show and to type; none when it cannot be read. */
async function entriesOf(directory: string): Promise<readonly PathEntry[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const safe = entries.filter(({ name }) => sanitiseLine(name) === name);
    return await Promise.all(
      safe.map(async (entry) => ({
        name: entry.name,
        isDirectory:
          entry.isDirectory() ||
          (entry.isSymbolicLink() && (await isDirectory(path.join(directory, entry.name)))),
      })),
    );
  } catch {
    return [];
  }
}

const isDirectory = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isDirectory(),
    () => false,
  );

/** The longest text with which all names begin, never half of a character. */
function commonStart(names: readonly string[]): string {
  const [first = '', ...others] = names.map((name) => Array.from(name));
  const characters = Array.from(first);
  const length = characters.findIndex((character, index) =>
    others.some((other) => other[index] !== character),
  );
  return characters.slice(0, length < 0 ? characters.length : length).join('');
}
