import { ErrorResponse, type FieldError } from '../http/error-response.ts';
import type { ServerIdentity } from '../server-identity.ts';

/** Filter of a task list; null matches all. */
export interface TaskSearch {
  readonly owner: string | null;
  readonly organization: string | null;
  readonly status: string | null;
}

const KEYS = ['owner', 'organization', 'status'];
const STATUSES = ['pending', 'initializing', 'active', 'paused', 'error', 'unknown'];

/** Parses the `q` of section 6 of the contract. Throws a 400, or a 500 for an unknown status, as Coder does. */
export function parseTaskSearch(query: string, me: ServerIdentity): TaskSearch {
  const found = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const term of termsOf(query.toLowerCase())) {
    const fault = termError(term);
    if (fault !== null) {
      errors.push({ field: 'q', detail: fault });
      continue;
    }
    const [first = '', second] = partsOf(term);
    const [key, value] = second === undefined ? ['owner', first] : [first, second];
    if (!KEYS.includes(key))
      errors.push({ field: key, detail: `${JSON.stringify(key)} is not a search key.` });
    else if (found.has(key))
      errors.push({ field: key, detail: `${JSON.stringify(key)} is given more than once.` });
    else found.set(key, unquoted(value));
  }
  const owner = found.get('owner') ?? null;
  if (owner !== null && !isMe(owner, me)) {
    errors.push({
      field: 'owner',
      detail: `User ${JSON.stringify(owner)} does not exist, or you cannot see this user.`,
    });
  }
  const organization = found.get('organization') ?? null;
  if (organization !== null && !isOwnOrganization(organization, me)) {
    const detail = `Organization ${JSON.stringify(organization)} does not exist, or you are not a member of it.`;
    errors.push({ field: 'organization', detail });
  }
  if (errors.length > 0) throw new ErrorResponse(400, 'Invalid task search query.', undefined, errors);
  const status = found.get('status') ?? null;
  if (status !== null && !STATUSES.includes(status)) {
    throw new ErrorResponse(
      500,
      'Internal error fetching tasks.',
      `Unknown task status ${JSON.stringify(status)}.`,
    );
  }
  return { owner, organization, status };
}

export const isMe = (user: string, me: ServerIdentity): boolean =>
  ['me', me.username.toLowerCase(), me.userId].includes(user.toLowerCase());

export const isOwnOrganization = (organization: string, me: ServerIdentity): boolean =>
  [me.organizationName, me.organizationId, 'default'].includes(organization.toLowerCase());

/** Splits at spaces that are not between double quotes. */
const termsOf = (query: string): readonly string[] => query.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];

/** Splits at colons that are not between double quotes. */
const partsOf = (term: string): readonly string[] => {
  const parts = [''];
  let quoted = false;
  for (const character of term) {
    if (character === '"') quoted = !quoted;
    if (character === ':' && !quoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
};

function termError(term: string): string | null {
  const parts = partsOf(term);
  if (parts.length > 2) return `Query element ${JSON.stringify(term)} can only contain 1 ':'`;
  if (parts.length === 2 && parts.includes('')) {
    return `Query element ${JSON.stringify(term)} cannot start or end with ':'`;
  }
  return null;
}

const unquoted = (text: string): string => text.replaceAll('"', '');
