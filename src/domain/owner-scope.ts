import type { ListQuery } from './ports/source.ts';
import { chatFacts, type Task } from './task.ts';

/** The listed tasks: of which owners, and whether the archived ones or the others. */
export type OwnerScope = Owners & { readonly archived?: true };

type Owners =
  | { readonly kind: 'mine' }
  | { readonly kind: 'everyone' }
  /** Those that other users share with the user. */
  | { readonly kind: 'shared' }
  /** `name` is a user name. */
  | { readonly kind: 'owner'; readonly name: string };

/** The default. */
export const MINE: OwnerScope = { kind: 'mine' };
export const EVERYONE: OwnerScope = { kind: 'everyone' };
export const SHARED: OwnerScope = { kind: 'shared' };

/** `me` stands for the user. */
export const scopeOfOwner = (name: string): OwnerScope =>
  name.toLowerCase() === 'me' ? MINE : { kind: 'owner', name };

/** The scope with the archived tasks, or with the others. */
export function withArchived(scope: OwnerScope, archived: boolean): OwnerScope {
  if ((scope.archived ?? false) === archived) return scope;
  const { archived: _, ...owners } = scope;
  return archived ? { ...owners, archived } : owners;
}

const OWNER_PREFIX = 'owner:';
const ARCHIVED_PREFIX = 'archived:';

/** The scope as a string. Stored between runs, so its format must not change. */
export const scopeKey = (scope: OwnerScope): string =>
  `${scope.archived ? ARCHIVED_PREFIX : ''}${scope.kind === 'owner' ? `${OWNER_PREFIX}${scope.name.toLowerCase()}` : scope.kind}`;

/** Parses a scope key; anything else gives the user's own scope. */
export function parseScopeKey(key: unknown): OwnerScope {
  if (typeof key !== 'string') return MINE;
  if (key.startsWith(ARCHIVED_PREFIX))
    return withArchived(parseScopeKey(key.slice(ARCHIVED_PREFIX.length)), true);
  if (key === EVERYONE.kind) return EVERYONE;
  if (key === SHARED.kind) return SHARED;
  if (!key.startsWith(OWNER_PREFIX) || key.length === OWNER_PREFIX.length) return MINE;
  return { kind: 'owner', name: key.slice(OWNER_PREFIX.length) };
}

export const isSameScope = (one: OwnerScope, other: OwnerScope): boolean =>
  one === other || scopeKey(one) === scopeKey(other);

/** The list request of a scope. */
export const queryOfScope = (scope: OwnerScope): ListQuery => ({
  owner: scope.kind === 'everyone' ? null : scope.kind === 'owner' ? scope.name : 'me',
  ...(scope.kind === 'shared' && { shared: 'only' }),
  ...(scope.archived && { archived: true }),
});

/** Whether a complete list of this scope contains the task; null while the user's own name, `me`, is unknown. */
export function scopeIncludes(
  scope: OwnerScope,
  { ownerName, facts }: Pick<Task, 'ownerName' | 'facts'>,
  me: string | null,
): boolean | null {
  const chat = chatFacts({ facts });
  if ((chat?.archived ?? false) !== (scope.archived ?? false)) return false;
  if (scope.kind === 'everyone') return true;
  if (scope.kind === 'shared' && chat === null) return false;
  const name = scope.kind === 'owner' ? scope.name : me;
  if (name === null) return null;
  return (name.toLowerCase() === ownerName.toLowerCase()) !== (scope.kind === 'shared');
}

/** Whether a list of this scope contains the tasks of the user who requests it. */
export const includesOwnTasks = (scope: OwnerScope, task: Pick<Task, 'ownerName' | 'facts'>): boolean =>
  scopeIncludes(scope, task, task.ownerName) === true;

/** The scope as the end of a sentence. Untrusted text. */
export function scopeText(scope: OwnerScope): string {
  const what = scope.archived ? 'archived chats' : 'tasks';
  switch (scope.kind) {
    case 'mine':
      return `your ${what}`;
    case 'everyone':
      return `the ${what} of everyone`;
    case 'shared':
      return `the ${scope.archived ? 'archived ' : ''}chats that others share with you`;
    case 'owner':
      return `the ${what} of ${scope.name}`;
  }
}

/** The scope after “tasks”; empty for the user's own. Untrusted text. */
export const scopeSuffix = (scope: OwnerScope): string =>
  scope.kind === 'mine'
    ? ''
    : scope.kind === 'shared'
      ? ' shared with you'
      : ` of ${scope.kind === 'everyone' ? 'everyone' : scope.name}`;
