import type { Task } from './task.ts';

/** Whose tasks are listed: one's own, everybody's that one may see, or one user's. */
export type OwnerScope =
  | { readonly kind: 'mine' }
  | { readonly kind: 'everyone' }
  /** `name` is a user name. */
  | { readonly kind: 'owner'; readonly name: string };

/** What is listed where nobody said anything else. */
export const MINE: OwnerScope = { kind: 'mine' };
export const EVERYONE: OwnerScope = { kind: 'everyone' };

/** The tasks of one user; `me` is how one calls oneself. */
export const scopeOfOwner = (name: string): OwnerScope =>
  name.toLowerCase() === 'me' ? MINE : { kind: 'owner', name };

const OWNER_PREFIX = 'owner:';

/** A scope as one word that is equal only for the same scope. Kept over restarts, so its form stays. */
export const scopeKey = (scope: OwnerScope): string =>
  scope.kind === 'owner' ? `${OWNER_PREFIX}${scope.name.toLowerCase()}` : scope.kind;

/** The scope of such a word; one's own tasks for anything else. */
export function parseScopeKey(key: unknown): OwnerScope {
  if (key === EVERYONE.kind) return EVERYONE;
  if (typeof key !== 'string' || !key.startsWith(OWNER_PREFIX) || key.length === OWNER_PREFIX.length)
    return MINE;
  return { kind: 'owner', name: key.slice(OWNER_PREFIX.length) };
}

export const isSameScope = (one: OwnerScope, other: OwnerScope): boolean =>
  one === other || scopeKey(one) === scopeKey(other);

/** Whom a server is asked for; null for everybody whose tasks the caller may see. */
export const ownerParameter = (scope: OwnerScope): string | null =>
  scope.kind === 'everyone' ? null : scope.kind === 'mine' ? 'me' : scope.name;

/**
 * Whether a list of this scope would hold the task, so that one which lacks it says that the task is gone. `me` is the
 * user's own name; null, and the answer with it, while nobody knows that.
 */
export function scopeIncludes(
  scope: OwnerScope,
  { ownerName }: Pick<Task, 'ownerName'>,
  me: string | null,
): boolean | null {
  if (scope.kind === 'everyone') return true;
  const name = scope.kind === 'mine' ? me : scope.name;
  return name === null ? null : name.toLowerCase() === ownerName.toLowerCase();
}

/** Whether a list of this scope holds what this user owns who is listing it. */
export const includesOwnTasks = (scope: OwnerScope, { ownerName }: Pick<Task, 'ownerName'>): boolean =>
  scopeIncludes(scope, { ownerName }, ownerName) === true;

/** Whose tasks, in words that end a sentence. Untrusted text. */
export const scopeText = (scope: OwnerScope): string =>
  scope.kind === 'mine'
    ? 'your tasks'
    : scope.kind === 'everyone'
      ? 'the tasks of everyone'
      : `the tasks of ${scope.name}`;

/** The same behind “tasks”: empty for the user's own. Untrusted text. */
export const scopeSuffix = (scope: OwnerScope): string =>
  scope.kind === 'mine' ? '' : ` of ${scope.kind === 'everyone' ? 'everyone' : scope.name}`;
