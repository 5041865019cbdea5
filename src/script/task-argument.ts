import { UsageError } from '../domain/errors.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';

/** A task as the command line names it. */
export interface TaskArgument {
  /** Trimmed; not empty. */
  readonly text: string;
  /** The id or name of a task, with its owner or `me`; null when the text can only be a title. */
  readonly named: { readonly id: string; readonly ownerName: string } | null;
  readonly isUuid: boolean;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/**
 * Parses an id, `name` of an own task, `owner/name` or a title. A title is any text with white space; other texts may be
 * one, too.
 * @throws UsageError
 */
export function parseTaskArgument(given: string): TaskArgument {
  const text = given.trim();
  if (/\s/u.test(text)) return { text, named: null, isUuid: false };
  const [first = '', second, ...rest] = text.split('/');
  if (rest.length > 0 || first === '' || second === '') {
    throw new UsageError(
      `"${sanitiseLine(given)}" is not a task name. Use NAME, OWNER/NAME, an id or a title.`,
    );
  }
  const named = second === undefined ? { id: first, ownerName: 'me' } : { id: second, ownerName: first };
  return { text, named, isUuid: UUID.test(named.id) };
}

/** Whether a text can be the name of a chat, which is the beginning of its id: 8 or more hex digits. */
export const canNameChat = (text: string): boolean =>
  /^[\da-f-]+$/iu.test(text) && withoutHyphens(text).length >= MIN_ID_LENGTH;

/** Whether a chat's id begins with a text. Hyphens do not count. */
export const beginsWithId = (id: string, text: string): boolean =>
  withoutHyphens(id).startsWith(withoutHyphens(text));

const MIN_ID_LENGTH = 8;

const withoutHyphens = (text: string): string => text.replaceAll('-', '').toLowerCase();
