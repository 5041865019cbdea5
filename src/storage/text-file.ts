import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileSaveResult, TextFiles } from '../domain/ports/terminal-services.ts';
import { systemCode, systemReason } from '../platform/system-error.ts';

export interface TextFileOptions {
  /** The base of relative names; null when that directory was deleted. */
  readonly cwd: string | null;
  /** The home directory, for `~`. */
  readonly home: string;
}

/** Text files that the user names. Created with mode 0600, and never left incomplete. */
export function createTextFiles({ cwd, home }: TextFileOptions): TextFiles {
  return {
    async save(name, text, { overwrite }) {
      const expanded = name.replace(/^~(?=\/|$)/u, home);
      if (cwd === null && !path.isAbsolute(expanded)) return failed(name, NO_DIRECTORY);
      const file = path.resolve(cwd ?? '/', expanded);
      try {
        const before = await stat(file).catch(() => null);
        if (before?.isDirectory() === true) return failed(file, 'it is a directory. Add a file name');
        if (before !== null && !overwrite) return { kind: 'exists', file };
        return before === null ? await saveNew(file, text) : await replaceFile(file, text);
      } catch (error) {
        return failed(file, reasonOf(error));
      }
    },
  };
}

const NO_DIRECTORY =
  'the directory that taskdeck was started in was deleted. Use an absolute path, or one that begins with ~';

const failed = (file: string, why: string): FileSaveResult => ({ kind: 'failed', file, why });

/** Does not overwrite a file that appeared after the check. */
async function saveNew(file: string, text: string): Promise<FileSaveResult> {
  try {
    await write(file, text);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return { kind: 'exists', file };
    throw error;
  }
  return { kind: 'saved', file, bytes: Buffer.byteLength(text) };
}

/** The old file stays until the new one is complete. */
async function replaceFile(file: string, text: string): Promise<FileSaveResult> {
  const fresh = `${file}.${randomUUID()}`;
  await write(fresh, text);
  try {
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  return { kind: 'saved', file, bytes: Buffer.byteLength(text) };
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

const reasonOf = (error: unknown): string =>
  systemCode(error) === 'ENOENT' ? 'the directory does not exist' : systemReason(error);
