import type { Commit } from './lost-commits.ts';

/** A reason against an action. The text is one sentence or more. */
export interface Reason {
  /** The kind of thing that it is about, for programs. */
  readonly field: string;
  readonly text: string;
}

/** Names in one sentence at most. */
const LIMIT = 20;

/** `a, b and 3 more`. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, LIMIT).join(', ');
  return names.length > LIMIT ? `${shown} and ${names.length - LIMIT} more` : shown;
}

/** `1 commit`, `2 commits`. */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`;

/** `0123456 First line`. */
export const namedCommit = ({ id, subject }: Commit): string => `${id.slice(0, 10)} ${subject}`.trim();

/** A reason where names are given, else none. */
export const reasonIf = (
  names: readonly string[],
  field: string,
  text: (list: string, count: number) => string,
): readonly Reason[] => (names.length === 0 ? [] : [{ field, text: text(named(names), names.length) }]);

/** An argument as a user types it in a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
