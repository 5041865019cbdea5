import path from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../domain/errors.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { deploymentUrl } from './deployment-url.ts';
import { readPrivate, writePrivate } from './private-file.ts';

/** A deployment with a stored token. */
export interface Profile {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** The user has allowed to send the token unencrypted. */
  readonly plainHttp?: boolean;
}

export interface Profiles {
  readonly file: string;
  /** In the order in which they were added. */
  readonly all: readonly Profile[];
  /** The default. */
  readonly current: Profile | null;
}

// Loose: a rewrite must keep the fields of a newer taskdeck.
const profileFile = z.looseObject({
  current: z.nullable(z.string()),
  profiles: z.record(
    z.string(),
    z.looseObject({
      // May be edited by the user, so not normalized.
      url: z.string().check(z.minLength(1)),
      token: z.string().check(z.minLength(1)),
      plain_http: z.optional(z.boolean()),
    }),
  ),
});
type ProfileFile = z.infer<typeof profileFile>;

const profilesFile = (directory: string): string => path.join(directory, 'profiles.json');

/**
 * Reads the profiles in the config directory.
 * @throws UsageError for an untrusted or invalid file
 */
export function readProfiles(directory: string): Profiles {
  const { profiles, current } = read(directory);
  const all = Object.entries(profiles).map(
    ([name, { url, token, plain_http: plainHttp }]): Profile => ({
      name,
      url: deploymentUrl(url, `The profile ${name}`),
      token,
      ...(plainHttp === true && { plainHttp }),
    }),
  );
  return { file: profilesFile(directory), all, current: all.find(({ name }) => name === current) ?? null };
}

/** Stores a profile, replaces one with the same name, and makes it the current one. */
export function saveProfile(directory: string, { name, url, token, plainHttp }: Profile): void {
  const file = read(directory);
  const { plain_http: _, ...existing } = file.profiles[name] ?? {};
  write(directory, {
    ...file,
    current: name,
    profiles: {
      ...file.profiles,
      [name]: { ...existing, url, token, ...(plainHttp === true && { plain_http: true }) },
    },
  });
}

/**
 * Deletes a profile with its token. After the current one is deleted, no profile is current.
 * @throws UsageError when there is no such profile
 */
export function removeProfile(directory: string, name: string): void {
  const file = read(directory);
  profileNamed(readProfiles(directory), name);
  const { [name]: _, ...profiles } = file.profiles;
  write(directory, { ...file, current: file.current === name ? null : file.current, profiles });
}

/**
 * Makes a profile the current one.
 * @throws UsageError when there is no such profile
 */
export function setCurrentProfile(directory: string, name: string): void {
  profileNamed(readProfiles(directory), name);
  write(directory, { ...read(directory), current: name });
}

/** Stores that a profile's token may be sent unencrypted. */
export function allowPlainHttp(directory: string, name: string): void {
  const file = read(directory);
  const profile = file.profiles[name];
  if (profile === undefined) return;
  write(directory, { ...file, profiles: { ...file.profiles, [name]: { ...profile, plain_http: true } } });
}

/** @throws UsageError that lists the existing names */
export function profileNamed({ all }: Profiles, name: string): Profile {
  const profile = all.find((known) => known.name === name);
  if (profile !== undefined) return profile;
  const names = all.map((known) => known.name);
  const others = names.length === 0 ? 'No profile is stored yet.' : `Profiles: ${names.join(', ')}.`;
  const hint = didYouMean(name, names) || `"taskdeck login URL --profile ${name}" adds it.`;
  throw new UsageError(`There is no profile "${name}". ${others} ${hint}`);
}

function read(directory: string): ProfileFile {
  const file = profilesFile(directory);
  const text = readPrivate(file);
  if (text === null) return { current: null, profiles: {} };
  const parsed = profileFile.safeParse(parseJson(text));
  if (parsed.success) {
    for (const [name, { url }] of Object.entries(parsed.data.profiles)) {
      deploymentUrl(url, `The url of the profile ${name} in ${file}`);
    }
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.join('.')})`;
  throw new UsageError(`${file} is invalid${field}. Correct it, or move it away and sign in again.`);
}

const write = (directory: string, file: ProfileFile): void =>
  writePrivate(profilesFile(directory), `${JSON.stringify(file, null, 2)}\n`);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
