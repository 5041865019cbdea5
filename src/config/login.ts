import { UsageError } from '../domain/errors.ts';
import type { User } from '../domain/ports/backend.ts';
import { deploymentUrl, isUnencrypted, originOf } from './deployment-url.ts';
import { type Profiles, profileNamed, readProfiles, removeProfile, saveProfile } from './profiles.ts';

/** What a person is asked while signing in. Where there is nobody, these reject with a UsageError. */
interface LoginQuestions {
  url(): Promise<string>;
  /** `page` is where a browser shows the token. What is typed must not be shown. */
  token(page: string): Promise<string>;
  /** Whether to send the token unencrypted to another machine. */
  confirmPlainHttp(url: string): Promise<boolean>;
}

export interface LoginOptions {
  readonly configDirectory: string;
  /** As it was written; undefined to ask for it. */
  readonly url: string | undefined;
  /** What to call it; undefined for the name it has, or its host. */
  readonly profile: string | undefined;
  /** It was said already that the token may travel unencrypted. */
  readonly plainHttp?: boolean;
  readonly questions: LoginQuestions;
  /** Asks the deployment whose token it is. Rejects with a BackendError. */
  verifyToken(url: string, token: string, signal: AbortSignal): Promise<User>;
  readonly signal: AbortSignal;
}

export interface LoginResult {
  readonly profile: string;
  readonly url: string;
  readonly user: User;
}

/** Signs in to a deployment and makes it the current one. Nothing is kept unless the deployment takes the token. */
export async function login(options: LoginOptions): Promise<LoginResult> {
  const { questions, configDirectory, signal } = options;
  const profiles = readProfiles(configDirectory);
  const url = deploymentUrl(options.url ?? (await questions.url()), 'The address');
  const profile =
    options.profile === undefined ? profileNameFor(profiles, url) : validProfileName(options.profile);
  const exposed = isUnencrypted(url);
  if (exposed && options.plainHttp !== true && !(await questions.confirmPlainHttp(url)))
    throw new UsageError(`Not signed in to ${url}.`);
  const token = (await questions.token(`${url}/cli-auth`)).trim();
  if (token === '') throw new UsageError(`There is no token: copy one from ${url}/cli-auth.`);
  const user = await options.verifyToken(url, token, signal);
  saveProfile(configDirectory, { name: profile, url, token, plainHttp: exposed });
  return { profile, url, user };
}

/**
 * Forgets a profile, the current one when none is named, and returns its name. The deployment is not told: the token
 * ends when it expires, or is ended there.
 */
export function logout(configDirectory: string, name: string | undefined): string {
  const profiles = readProfiles(configDirectory);
  const profile = name === undefined ? profiles.current : profileNamed(profiles, name);
  if (profile === null) {
    const names = profiles.all.map((known) => known.name).join(', ');
    throw new UsageError(
      names === ''
        ? 'No profile is kept: there is nothing to forget.'
        : `No profile is the current one: name one of ${names} with --profile.`,
    );
  }
  removeProfile(configDirectory, profile.name);
  return profile.name;
}

/** Signing in again renews the profile there is, rather than making a second one. */
function profileNameFor({ all, current }: Profiles, url: string): string {
  const fitting = all.filter((known) => originOf(known.url) === originOf(url));
  const known = fitting.find(({ name }) => name === current?.name) ?? fitting[0];
  return known?.name ?? new URL(url).host;
}

function validProfileName(name: string): string {
  if (/^[\p{L}\p{N}][\p{L}\p{N}.:@_-]{0,63}$/u.test(name)) return name;
  throw new UsageError(`"${name}" cannot name a profile: use up to 64 letters, digits and . : @ _ -`);
}
