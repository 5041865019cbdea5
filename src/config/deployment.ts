import { NoTokenError, UsageError } from '../domain/errors.ts';
import type { CoderLogin } from './coder-login.ts';
import { deploymentUrl, isUnencrypted, originOf } from './deployment-url.ts';
import { type Environment, variable } from './environment.ts';
import { type Profile, type Profiles, profileNamed } from './profiles.ts';

export type Deployment = RemoteDeployment | LocalDeployment;

export interface RemoteDeployment {
  readonly kind: 'remote';
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly from: { readonly url: UrlSource; readonly token: TokenSource };
  /** The profile with the token; null for a token from another source. */
  readonly profile: string | null;
  /** Requests send the token unencrypted to another machine. */
  readonly unencrypted: boolean;
  /** The user has allowed this for the profile. */
  readonly plainHttpAllowed: boolean;
}

interface LocalDeployment {
  readonly kind: 'local';
  /** `default`: no deployment is configured. */
  readonly from: '--local' | 'default';
}

type UrlSource = '--url' | '--profile' | 'CODER_URL' | 'the current profile' | 'coder login';
type TokenSource = 'CODER_SESSION_TOKEN' | 'a profile' | 'coder login' | 'coder login token';

/** The deployment as stored data and the screen name it. */
export function accountOf(deployment: Deployment): {
  readonly name: string;
  readonly origin: string;
  readonly token: string;
} {
  if (deployment.kind === 'local') return { name: 'local', origin: 'local', token: '' };
  const { host, origin } = new URL(deployment.url);
  return { name: host, origin, token: deployment.token };
}

export interface DeploymentFlags {
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly local?: boolean | undefined;
}

/** Everything that determines the deployment. The functions read their source when called. */
export interface DeploymentInputs {
  readonly flags: DeploymentFlags;
  readonly env: Environment;
  /** @throws UsageError for an unreadable file */
  profiles(): Profiles;
  coderLogin(): CoderLogin | null;
  /** Runs Coder's CLI. */
  coderToken(url: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * Finds the deployment: `--url`, `--profile` or `--local`; else `CODER_URL`; else the current profile; else the one of
 * `coder login`; else this machine.
 *
 * A token is sent only to its own deployment, compared by scheme, host and port:
 * - a profile's token to the profile's URL; a chosen profile uses no other token;
 * - `CODER_SESSION_TOKEN` to `CODER_URL`. Without `CODER_URL` to `--url`, and to the URL of `coder login`, as Coder's CLI
 *   does;
 * - the tokens of `coder login` and `coder login token` to the URL of `coder login`.
 * @throws NoTokenError without a token for the deployment
 * @throws UsageError for invalid flags, variables or files
 */
export async function findDeployment(sources: DeploymentInputs, signal: AbortSignal): Promise<Deployment> {
  const { flags, env } = sources;
  const given = [flags.url !== undefined, flags.profile !== undefined, flags.local === true].filter(Boolean);
  if (given.length > 1) {
    throw new UsageError('Cannot combine --url, --profile and --local. Choose one of them.');
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
    `Sign in again with "taskdeck login ${url} --profile ${name}"`,
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

/** A profile for a URL without a token of its own: prefers the current one. */
function profileFor(sources: DeploymentInputs, url: string, from: UrlSource): Profile | null {
  if (from === 'coder login' || tokenFromEnvironment(sources, url) !== null) return null;
  const { all, current } = sources.profiles();
  const matching = all.filter((profile) => originOf(profile.url) === originOf(url));
  return matching.find(({ name }) => name === current?.name) ?? matching[0] ?? null;
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
  rejectUnsendable(token, 'CODER_SESSION_TOKEN', 'Copy it again');
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
      'Sign in again with "coder login"',
    );
    return { token: login.token, source: 'coder login' };
  }
  const token = await sources.coderToken(url, signal);
  return token === null ? null : { token, source: 'coder login token' };
}

/** @throws UsageError for a token that no header can carry, for example with a line break; names only its source */
function rejectUnsendable(token: string, source: string, remedy: string): void {
  if (/^[\x21-\x7e]*$/.test(token)) return;
  const invalid = /[\r\n]/.test(token)
    ? 'a line break'
    : /\s/.test(token)
      ? 'white space'
      : 'invalid characters';
  throw new UsageError(`${source} contains ${invalid}. ${remedy}.`);
}

const loginUrl = ({ url, directory }: CoderLogin): string =>
  deploymentUrl(url, `The URL of coder login in ${directory}`);

function noTokenError({ env }: DeploymentInputs, url: string): NoTokenError {
  const origin = originOf(url);
  const named = variable(env, 'CODER_URL');
  const elsewhere = named === undefined ? null : originOf(deploymentUrl(named, 'CODER_URL'));
  const otherDeploymentNote =
    elsewhere !== null && elsewhere !== origin && variable(env, 'CODER_SESSION_TOKEN') !== undefined
      ? ` CODER_SESSION_TOKEN is used only for CODER_URL (${elsewhere}).`
      : '';
  return new NoTokenError(
    url,
    `No token for ${origin}.${otherDeploymentNote} Sign in with "taskdeck login ${url}", or use --local to work on this machine.`,
  );
}
