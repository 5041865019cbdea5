import { NoTokenError, UsageError } from '../domain/errors.ts';
import { deploymentUrl, isExposed, originOf } from './deployment-url.ts';

/** Where taskdeck connects to. */
export type Deployment = RemoteDeployment | { readonly kind: 'local' };

export interface RemoteDeployment {
  readonly kind: 'remote';
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly from: {
    readonly url: UrlSource;
    readonly token: TokenSource;
  };
  /** The token travels unencrypted to another machine. */
  readonly exposed: boolean;
}

export type UrlSource = '--url' | 'CODER_URL';
export type TokenSource = 'CODER_SESSION_TOKEN';

export interface DeploymentFlags {
  readonly url?: string | undefined;
  readonly local?: boolean | undefined;
}

/** All that decides where to connect; nothing else is read. */
export interface DeploymentSources {
  readonly flags: DeploymentFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds the deployment: the flags, else `CODER_URL`, else this machine.
 *
 * A token goes only to the deployment it was found for. `CODER_SESSION_TOKEN` belongs to `CODER_URL` where that is
 * set, and then never goes to a `--url` of another origin; where it is not set, it belongs to `--url`.
 * @throws NoTokenError when no token was found for it
 * @throws UsageError when the flags or variables make no sense
 */
export async function findDeployment(sources: DeploymentSources): Promise<Deployment> {
  const { flags, env } = sources;
  if (flags.local === true && flags.url !== undefined) {
    throw new UsageError('--local and --url exclude each other: leave one of them out.');
  }
  if (flags.local === true) return { kind: 'local' };
  if (flags.url !== undefined) return remote(deploymentUrl(flags.url, '--url'), '--url', env);
  const variable = env.CODER_URL?.trim();
  if (variable) return remote(deploymentUrl(variable, 'CODER_URL'), 'CODER_URL', env);
  return { kind: 'local' };
}

function remote(url: string, from: UrlSource, env: DeploymentSources['env']): RemoteDeployment {
  const token = tokenFromEnvironment(url, env);
  return {
    kind: 'remote',
    url,
    token,
    from: { url: from, token: 'CODER_SESSION_TOKEN' },
    exposed: isExposed(url),
  };
}

function tokenFromEnvironment(url: string, env: DeploymentSources['env']): string {
  const token = env.CODER_SESSION_TOKEN?.trim();
  if (!token) {
    throw new NoTokenError(
      url,
      `There is no token for ${url}: put one in CODER_SESSION_TOKEN (${url}/cli-auth).`,
    );
  }
  const variable = env.CODER_URL?.trim();
  if (variable && originOf(deploymentUrl(variable, 'CODER_URL')) !== originOf(url)) {
    throw new NoTokenError(
      url,
      `CODER_SESSION_TOKEN belongs to CODER_URL (${originOf(deploymentUrl(variable, 'CODER_URL'))}) and is not ` +
        `sent to ${originOf(url)}: set CODER_URL to that deployment, or unset it, together with its own token.`,
    );
  }
  return token;
}
