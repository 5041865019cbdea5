import path from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from '../domain/errors.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { deploymentUrl } from './deployment-url.ts';
import { readPrivate, writePrivate } from './private-file.ts';

/** A deployment that was signed in to, and its token. */
export interface Profile {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** The user has agreed that the token may travel unencrypted. */
  readonly plainHttp?: boolean;
}

/** Deployments by name, in the order in which they were added. */
export interface Profiles {
  readonly file: string;
  readonly all: readonly Profile[];
  /** The one that is used when nothing else is said. */
  readonly current: Profile | null;
}

// Loose: what a newer taskdeck keeps with a profile must survive a rewrite by this one.
const profileFile = z.looseObject({
  current: z.nullable(z.string()),
  profiles: z.record(
    z.string(),
    z.looseObject({
      // As a person may have written it.
      url: z.string().check(z.minLength(1)),
      token: z.string().check(z.minLength(1)),
      plain_http: z.optional(z.boolean()),
    }),
  ),
});
type ProfileFile = z.infer<typeof profileFile>;

const profilesFile = (directory: string): string => path.join(directory, 'profiles.json');

/**
 * Reads the profiles in the config directory; there may be none.
 * @throws UsageError when the file cannot be trusted or understood
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

/** Keeps a profile under its name, in the place of one that had it, and makes it the current one. */
export function saveProfile(directory: string, { name, url, token, plainHttp }: Profile): void {
  const file = read(directory);
  const { plain_http: _, ...kept } = file.profiles[name] ?? {};
  write(directory, {
    ...file,
    current: name,
    profiles: {
      ...file.profiles,
      [name]: { ...kept, url, token, ...(plainHttp === true && { plain_http: true }) },
    },
  });
}

/**
 * Forgets a profile and its token. When it was the current one, there is none then.
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

/** Keeps in mind that a profile's token may travel unencrypted. */
export function allowPlainHttp(directory: string, name: string): void {
  const file = read(directory);
  const kept = file.profiles[name];
  if (kept === undefined) return;
  write(directory, { ...file, profiles: { ...file.profiles, [name]: { ...kept, plain_http: true } } });
}

/** @throws UsageError that lists the names there are */
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
  throw new UsageError(
    `${file} cannot be understood${field}: correct it, or move it away and sign in again.`,
  );
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
