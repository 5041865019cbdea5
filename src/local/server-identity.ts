import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Repository } from './repository.ts';

/** Who the one user of a local server is, and what the server calls itself. */
export interface ServerIdentity {
  readonly userId: string;
  readonly username: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly deploymentId: string;
  /** As in `X-Coder-Build-Version`. */
  readonly buildVersion: string;
  /** Origin, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Unix time in ms. */
  readonly createdAt: number;
}

/** The Coder release whose Tasks API this server speaks. */
const CODER_VERSION = '2.34.0';

const buildVersionOf = (version: string): string => `v${CODER_VERSION}+taskdeck-${version}`;

/** Ids are made up once and kept; for a database that cannot be written they last as long as the server. */
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

/** The account's name in the letters that Coder allows for one. */
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
    // A container may run under a number that has no name.
    return '';
  }
}
