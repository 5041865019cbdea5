import type { Organization } from './workspace.ts';

/** The texts in which the filter `org:` looks for a name, by the ids of the organizations. Untrusted texts. */
export const organizationNames = (all: readonly Organization[]): ReadonlyMap<string, string> =>
  new Map(all.map(({ id, name, displayName }) => [id, `${displayName}\n${name}`]));
