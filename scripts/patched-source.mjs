import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The text of a dependency's file. Throws if its digest is not `sha256`: review the new text, then update the digest.
 */
export async function patchedSource(file, sha256) {
  const text = await readFile(file, 'utf8');
  const found = createHash('sha256').update(text).digest('hex');
  if (found === sha256) return text;
  throw new Error(
    `${path.basename(file)} has changed; its sha256 is ${found}. Review the patch, then update the digest.`,
  );
}

/** Replaces `part`. Throws unless the text contains it exactly once. */
export function replaceOnce(text, part, replacement) {
  const [before, after, ...more] = text.split(part);
  if (after === undefined || more.length > 0)
    throw new Error(`The text does not contain this exactly once: ${part}`);
  return before + replacement + after;
}

/** Path of a file in patches/, as a string literal for an import in the bundle. */
export const patchFile = (name) => JSON.stringify(path.join(import.meta.dirname, 'patches', name));
