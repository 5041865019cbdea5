import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Repository } from './database/repository.ts';

/** The local server's ids and names, and those of its only user. */
export interface ServerIdentity {
  readonly userId: string;
  readonly username: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly deploymentId: string;
  /** Value of `X-Coder-Build-Version`. */
  readonly buildVersion: string;
  /** Origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Unix time in ms. */
  readonly createdAt: number;
}

/** The Coder release whose Tasks API this server implements. */
const CODER_VERSION = '2.34.0';

const buildVersionOf = (version: string): string => `v${CODER_VERSION}+taskdeck-${version}`;

/** Creates ids once and stores them. A read-only server without stored ids gets new ones at each start. */
export function loadServerIdentity(
  repository: Repository,
  { url, version, now, readOnly }: { url: string; version: string; now: number; readOnly: boolean },
): ServerIdentity {
  const storedFact = (name: string, make: () => string): string =>
    repository.storedFact(name, make, readOnly);
  return {
    userId: storedFact('user_id', randomUUID),
    username: storedFact('username', username),
    organizationId: storedFact('organization_id', randomUUID),
    organizationName: 'local',
    deploymentId: storedFact('deployment_id', randomUUID),
    buildVersion: buildVersionOf(version),
    url,
    createdAt: Number(storedFact('since', () => String(now))),
  };
}

/** The account's name, in the characters that Coder allows. */
function username(): string {
  const name = accountName()
    .replace(/[^a-z0-9]+/gi, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32);
  return name === '' ? 'me' : name;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container, the user id may have no name.
    return '';
  }
}
