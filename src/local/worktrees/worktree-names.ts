import { createHash } from 'node:crypto';
import path from 'node:path';

/** Of a prompt for the name of a branch: words, and characters of them together. */
const MAX_WORDS = 5;
const MAX_SLUG = 40;
/** UTF-16 units of a prompt that are read. */
const READ = 400;
/** Characters of a directory's name. */
const MAX_DIRECTORY = 80;
/** Bytes of a part of a branch's name: git appends `.lock` for its files. */
const MAX_PART = 200;
const MAX_BRANCH = 240;

/**
 * The first words of a prompt in lower case ASCII, joined with hyphens, at most 40 characters. `chat` for a prompt
 * without any.
 */
export function slugOf(prompt: string): string {
  const words = prompt
    .slice(0, READ)
    .normalize('NFKD')
    .replaceAll(/\p{Mn}|['’]/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter(Boolean)
    .slice(0, MAX_WORDS);
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word.slice(0, MAX_SLUG) : `${slug}-${word}`;
    if (longer.length > MAX_SLUG) break;
    slug = longer;
  }
  return slug || 'chat';
}

/** A branch that the user did not name. `hex`: random digits. */
export const branchFor = (prefix: string, prompt: string, hex: string): string =>
  `${prefix}${slugOf(prompt)}-${hex}`;

/** The directory below which the worktrees of a repository are made. `repository`: its real path. */
export function parentOf(directory: string, repository: string): string {
  const hash = createHash('sha256').update(repository).digest('hex').slice(0, 8);
  return path.join(directory, `${directoryNameOf(path.basename(repository), 'repository')}-${hash}`);
}

/** The name of a branch's directory: one level, in ASCII. Another number makes another name. */
export function worktreeDirectoryName(branch: string, prefix: string, number: number): string {
  const own = branch.startsWith(prefix) ? branch.slice(prefix.length) : branch;
  const name = directoryNameOf(own, 'branch');
  return number === 1 ? name : `${name}-${number}`;
}

function directoryNameOf(text: string, otherwise: string): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/gu, '')
    .slice(0, MAX_DIRECTORY);
  return name || otherwise;
}

/**
 * Why git could not make or use a branch of this name, in words behind the name; null if it can. Of the rules of git
 * check-ref-format(1) it has only those that git does not report itself.
 */
export function branchNameFault(branch: string): string | null {
  if (branch === '') return 'is empty';
  if (branch.startsWith('-')) return 'begins with a hyphen';
  if (branch === 'HEAD' || branch === '@') return 'is a word of git';
  if (/\p{Cc}/u.test(branch)) return 'contains a control character';
  const isLong = (text: string, limit: number): boolean => Buffer.byteLength(text) > limit;
  if (isLong(branch, MAX_BRANCH) || branch.split('/').some((part) => isLong(part, MAX_PART)))
    return 'is too long';
  return null;
}

/**
 * The existing branch that keeps git from making `branch`: the same one, or one that is a directory of the other in
 * git's files. Null for none. `ignoresCase`: the repository is on a file system that ignores case.
 */
export function conflictingBranch(
  branch: string,
  existing: readonly string[],
  ignoresCase: boolean,
): string | null {
  const fold = (name: string): string => (ignoresCase ? name.toLowerCase() : name);
  const wanted = fold(branch);
  const isInTheWay = (name: string): boolean =>
    name === wanted || wanted.startsWith(`${name}/`) || name.startsWith(`${wanted}/`);
  return existing.find((name) => isInTheWay(fold(name))) ?? null;
}
