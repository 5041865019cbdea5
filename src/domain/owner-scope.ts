import type { Task } from './task.ts';

/** The owner of the listed tasks: the user, all visible owners, or one owner. */
export type OwnerScope =
  | { readonly kind: 'mine' }
  | { readonly kind: 'everyone' }
  /** `name` is a user name. */
  | { readonly kind: 'owner'; readonly name: string };

/** The default. */
export const MINE: OwnerScope = { kind: 'mine' };
export const EVERYONE: OwnerScope = { kind: 'everyone' };

/** `me` stands for the user. */
export const scopeOfOwner = (name: string): OwnerScope =>
  name.toLowerCase() === 'me' ? MINE : { kind: 'owner', name };

const OWNER_PREFIX = 'owner:';

/** The scope as a string. Stored between runs, so its format must not change. */
export const scopeKey = (scope: OwnerScope): string =>
  scope.kind === 'owner' ? `${OWNER_PREFIX}${scope.name.toLowerCase()}` : scope.kind;

/** Parses a scope key; anything else gives the user's own scope. */
export function parseScopeKey(key: unknown): OwnerScope {
  if (key === EVERYONE.kind) return EVERYONE;
  if (typeof key !== 'string' || !key.startsWith(OWNER_PREFIX) || key.length === OWNER_PREFIX.length)
    return MINE;
  return { kind: 'owner', name: key.slice(OWNER_PREFIX.length) };
}

export const isSameScope = (one: OwnerScope, other: OwnerScope): boolean =>
  one === other || scopeKey(one) === scopeKey(other);

/** The owner parameter of a list request; null for all visible tasks. */
export const ownerParameter = (scope: OwnerScope): string | null =>
  scope.kind === 'everyone' ? null : scope.kind === 'mine' ? 'me' : scope.name;

/** Whether a complete list of this scope contains the task; null while the user's own name, `me`, is unknown. */
export function scopeIncludes(
  scope: OwnerScope,
  { ownerName }: Pick<Task, 'ownerName'>,
  me: string | null,
): boolean | null {
  if (scope.kind === 'everyone') return true;
  const name = scope.kind === 'mine' ? me : scope.name;
  return name === null ? null : name.toLowerCase() === ownerName.toLowerCase();
}

/** Whether a list of this scope contains the tasks of the user who requests it. */
export const includesOwnTasks = (scope: OwnerScope, { ownerName }: Pick<Task, 'ownerName'>): boolean =>
  scopeIncludes(scope, { ownerName }, ownerName) === true;

/** The scope as the end of a sentence. Untrusted text. */
export const scopeText = (scope: OwnerScope): string =>
  scope.kind === 'mine'
    ? 'your tasks'
    : scope.kind === 'everyone'
      ? 'the tasks of everyone'
      : `the tasks of ${scope.name}`;

/** The scope after “tasks”; empty for the user's own. Untrusted text. */
export const scopeSuffix = (scope: OwnerScope): string =>
  scope.kind === 'mine' ? '' : ` of ${scope.kind === 'everyone' ? 'everyone' : scope.name}`;
