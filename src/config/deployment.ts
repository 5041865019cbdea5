import { NoTokenError, UsageError } from '../domain/errors.ts';
import type { CoderLogin } from './coder-login.ts';
import { deploymentUrl, isUnencrypted, originOf } from './deployment-url.ts';
import { type Environment, variable } from './environment.ts';
import { type Profile, type Profiles, profileNamed } from './profiles.ts';

/** Where taskdeck connects to. */
export type Deployment = RemoteDeployment | LocalDeployment;

export interface RemoteDeployment {
  readonly kind: 'remote';
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly from: { readonly url: UrlSource; readonly token: TokenSource };
  /** The name of the profile that the token comes from; null for a token from elsewhere. */
  readonly profile: string | null;
  /** The token travels unencrypted to another machine. */
  readonly unencrypted: boolean;
  /** Somebody agreed to that for the profile. */
  readonly plainHttpAllowed: boolean;
}

interface LocalDeployment {
  readonly kind: 'local';
  /** `nowhere else`: no deployment was found. */
  readonly from: '--local' | 'default';
}

type UrlSource = '--url' | '--profile' | 'CODER_URL' | 'the current profile' | 'coder login';
type TokenSource = 'CODER_SESSION_TOKEN' | 'a profile' | 'coder login' | 'coder login token';

export interface DeploymentFlags {
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly local?: boolean | undefined;
}

/** All that decides where to connect. What costs something to read is read only when it is needed. */
export interface DeploymentInputs {
  readonly flags: DeploymentFlags;
  readonly env: Environment;
  /** @throws UsageError when they cannot be read */
  profiles(): Profiles;
  coderLogin(): CoderLogin | null;
  /** Runs Coder's command line. */
  coderToken(url: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * Finds the deployment: `--url`, `--profile` or `--local`; else `CODER_URL`; else the current profile; else what
 * `coder login` left; else this machine.
 *
 * A token goes only to the deployment it was found for, which is decided by scheme, host and port:
 * - a profile's to its own URL; a profile that was chosen is used with no other token;
 * - `CODER_SESSION_TOKEN` to `CODER_URL` where that is set. Where it is not, to `--url`, and to what `coder login` left,
 *   which is what Coder's own command line does with it;
 * - what `coder login` left, and what `coder login token` prints, to the URL that it left.
 * @throws NoTokenError when no token was found for it
 * @throws UsageError when flags, variables or files make no sense
 */
export async function findDeployment(sources: DeploymentInputs, signal: AbortSignal): Promise<Deployment> {
  const { flags, env } = sources;
  const given = [flags.url !== undefined, flags.profile !== undefined, flags.local === true].filter(Boolean);
  if (given.length > 1) {
    throw new UsageError('--url, --profile and --local exclude each other: choose one of them.');
  }
  if (flags.local === true) return { kind: 'local', from: '--local' };
  if (flags.profile !== undefined)
    return fromProfile(profileNamed(sources.profiles(), flags.profile), '--profile');
  if (flags.url !== undefined) return fromUrl(sources, deploymentUrl(flags.url, '--url'), '--url', signal);
  const named = variable(env, 'CODER_URL');
  if (named !== undefined) return fromUrl(sources, deploymentUrl(named, 'CODER_URL'), 'CODER_URL', signal);
  const { current } = sources.profiles();
  if (current !== null) return fromProfile(current, 'the current profile');
  const login = sources.coderLogin();
  if (login !== null) return fromUrl(sources, loginUrl(login), 'coder login', signal);
  return { kind: 'local', from: 'default' };
}

function fromProfile({ name, url: written, token, plainHttp }: Profile, from: UrlSource): RemoteDeployment {
  const url = deploymentUrl(written, `The profile ${name}`);
  rejectUnsendable(
    token,
    `The token of the profile ${name}`,
    `sign in again with "taskdeck login ${url} --profile ${name}"`,
  );
  const sources = { url: from, token: 'a profile' } as const;
  return {
    kind: 'remote',
    url,
    token,
    from: sources,
    profile: name,
    unencrypted: isUnencrypted(url),
    plainHttpAllowed: plainHttp === true,
  };
}

async function fromUrl(
  sources: DeploymentInputs,
  url: string,
  from: UrlSource,
  signal: AbortSignal,
): Promise<RemoteDeployment> {
  const profile = profileFor(sources, url, from);
  if (profile !== null) return { ...fromProfile(profile, from), url };
  const found = tokenFromEnvironment(sources, url) ?? (await tokenFromCoderLogin(sources, url, signal));
  if (found === null) throw noTokenError(sources, url);
  const { token, source } = found;
  return {
    kind: 'remote',
    url,
    token,
    from: { url: from, token: source },
    profile: null,
    unencrypted: isUnencrypted(url),
    plainHttpAllowed: false,
  };
}

/** The profile to take when a URL was named and no token came with it: of several, the current one. */
function profileFor(sources: DeploymentInputs, url: string, from: UrlSource): Profile | null {
  if (from === 'coder login' || tokenFromEnvironment(sources, url) !== null) return null;
  const { all, current } = sources.profiles();
  const fitting = all.filter((profile) => originOf(profile.url) === originOf(url));
  return fitting.find(({ name }) => name === current?.name) ?? fitting[0] ?? null;
}

interface FoundToken {
  readonly token: string;
  readonly source: TokenSource;
}

function tokenFromEnvironment({ env }: DeploymentInputs, url: string): FoundToken | null {
  const token = variable(env, 'CODER_SESSION_TOKEN');
  const named = variable(env, 'CODER_URL');
  if (token === undefined) return null;
  if (named !== undefined && originOf(deploymentUrl(named, 'CODER_URL')) !== originOf(url)) return null;
  rejectUnsendable(token, 'CODER_SESSION_TOKEN', 'copy it again');
  return { token, source: 'CODER_SESSION_TOKEN' };
}

async function tokenFromCoderLogin(
  sources: DeploymentInputs,
  url: string,
  signal: AbortSignal,
): Promise<FoundToken | null> {
  const login = sources.coderLogin();
  if (login === null || originOf(loginUrl(login)) !== originOf(url)) return null;
  if (login.token !== null) {
    rejectUnsendable(
      login.token,
      `The token of coder login in ${login.directory}`,
      'sign in again with "coder login"',
    );
    return { token: login.token, source: 'coder login' };
  }
  const token = await sources.coderToken(url, signal);
  return token === null ? null : { token, source: 'coder login token' };
}

/**
 * Refuses a token that cannot be sent, without repeating it: it was copied with a line break, for example.
 * @throws UsageError that names where it is from
 */
function rejectUnsendable(token: string, source: string, remedy: string): void {
  if (/^[\x21-\x7e]*$/.test(token)) return;
  const what = /[\r\n]/.test(token) ? 'a line break' : /\s/.test(token) ? 'white space' : 'a character';
  throw new UsageError(`${source} has ${what} in it that no token has: ${remedy}.`);
}

const loginUrl = ({ url, directory }: CoderLogin): string =>
  deploymentUrl(url, `What coder login left in ${directory}`);

function noTokenError({ env }: DeploymentInputs, url: string): NoTokenError {
  const origin = originOf(url);
  const named = variable(env, 'CODER_URL');
  const elsewhere = named === undefined ? null : originOf(deploymentUrl(named, 'CODER_URL'));
  const otherDeploymentNote =
    elsewhere !== null && elsewhere !== origin && variable(env, 'CODER_SESSION_TOKEN') !== undefined
      ? ` CODER_SESSION_TOKEN belongs to CODER_URL (${elsewhere}) and goes nowhere else.`
      : '';
  return new NoTokenError(
    url,
    `There is no token for ${origin}.${otherDeploymentNote} Sign in with "taskdeck login ${url}", or --local works on this machine.`,
  );
}
