import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The text of a dependency's file that a patch of ours changes. A patch was written for one text: for any other the
 * build fails until somebody has read what is new in it and has noted the new `sha256`.
 */
export async function patchedSource(file, sha256) {
  const text = await readFile(file, 'utf8');
  const found = createHash('sha256').update(text).digest('hex');
  if (found === sha256) return text;
  throw new Error(`${path.basename(file)} is not the file that it was patched as: its sha256 is ${found}`);
}

/** The text with one part replaced that must be there exactly once. */
export function replaceOnce(text, part, replacement) {
  const [before, after, ...more] = text.split(part);
  if (after === undefined || more.length > 0) throw new Error(`not there exactly once: ${part}`);
  return before + replacement + after;
}

/** Where the code is that goes into the bundle. */
export const patchFile = (name) => JSON.stringify(path.join(import.meta.dirname, 'patches', name));
