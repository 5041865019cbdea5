import { UsageError } from '../domain/errors.ts';
import type { User } from '../domain/ports/backend.ts';
import { deploymentUrl, isUnencrypted, originOf } from './deployment-url.ts';
import { type Profiles, profileNamed, readProfiles, removeProfile, saveProfile } from './profiles.ts';

/** Prompts of the sign-in. They reject with a UsageError without a terminal. */
interface LoginQuestions {
  url(): Promise<string>;
  /** `page` is the web page that shows the token. The input must be hidden. */
  token(page: string): Promise<string>;
  /** Asks whether to send the token unencrypted to another machine. */
  confirmPlainHttp(url: string): Promise<boolean>;
}

export interface LoginOptions {
  readonly configDirectory: string;
  /** As typed; undefined to prompt for it. */
  readonly url: string | undefined;
  /** Undefined for the existing profile of the URL, or else its host. */
  readonly profile: string | undefined;
  /** The token may be sent unencrypted. */
  readonly plainHttp?: boolean;
  readonly questions: LoginQuestions;
  /** Resolves to the token's user. Rejects with a BackendError. */
  verifyToken(url: string, token: string, signal: AbortSignal): Promise<User>;
  readonly signal: AbortSignal;
}

export interface LoginResult {
  readonly profile: string;
  readonly url: string;
  readonly user: User;
}

/** Signs in to a deployment and makes it the current one. Stores nothing unless the deployment accepts the token. */
export async function login(options: LoginOptions): Promise<LoginResult> {
  const { questions, configDirectory, signal } = options;
  const profiles = readProfiles(configDirectory);
  const url = deploymentUrl(options.url ?? (await questions.url()), 'The URL');
  const profile =
    options.profile === undefined ? profileNameFor(profiles, url) : validProfileName(options.profile);
  const plainHttp = isUnencrypted(url);
  if (plainHttp && options.plainHttp !== true && !(await questions.confirmPlainHttp(url)))
    throw new UsageError(`Not signed in to ${url}.`);
  const token = (await questions.token(`${url}/cli-auth`)).trim();
  if (token === '') throw new UsageError(`No token was entered. Copy one from ${url}/cli-auth.`);
  const user = await options.verifyToken(url, token, signal);
  saveProfile(configDirectory, { name: profile, url, token, plainHttp });
  return { profile, url, user };
}

/**
 * Deletes a profile (default: the current one) and returns its name. The token itself stays valid until it expires or
 * is revoked on the deployment.
 * @throws UsageError when there is no such profile
 */
export function logout(configDirectory: string, name: string | undefined): string {
  const profiles = readProfiles(configDirectory);
  const profile = name === undefined ? profiles.current : profileNamed(profiles, name);
  if (profile === null) {
    const names = profiles.all.map((known) => known.name).join(', ');
    throw new UsageError(
      names === '' ? 'No profile is stored.' : `No profile is current. Choose one with --profile: ${names}.`,
    );
  }
  removeProfile(configDirectory, profile.name);
  return profile.name;
}

/** A second sign-in renews the existing profile. */
function profileNameFor({ all, current }: Profiles, url: string): string {
  const matching = all.filter((known) => originOf(known.url) === originOf(url));
  const known = matching.find(({ name }) => name === current?.name) ?? matching[0];
  return known?.name ?? new URL(url).host;
}

function validProfileName(name: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}.:@_-]{0,63}$/u.test(name)) return name;
  throw new UsageError(`"${name}" is not a valid profile name. Use up to 64 letters, digits and . : @ _ -`);
}
