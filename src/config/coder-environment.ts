import type { DeploymentInputs, RemoteDeployment } from './deployment.ts';
import { deploymentUrl, originOf } from './deployment-url.ts';
import { type Environment, variable } from './environment.ts';
import { reloadToken } from './reload-token.ts';

/** Headers for proxies, which may contain secrets. */
const HEADER_VARIABLES: readonly string[] = ['CODER_HEADER', 'CODER_HEADER_COMMAND'];

/**
 * The environment for Coder's CLI, in which it uses this deployment. `CODER_URL` names it; `CODER_SESSION_TOKEN` is set only where
 * the CLI is not signed in to it. Headers for the proxy of another deployment are left out. Never rejects.
 */
export async function coderEnvironment(
  deployment: RemoteDeployment,
  sources: DeploymentInputs,
  signal: AbortSignal,
): Promise<Environment> {
  const { url } = deployment;
  const { CODER_SESSION_TOKEN: _, ...env } = sources.env;
  const named = variable(env, 'CODER_URL');
  const isOther = named !== undefined && originOrEmpty(named) !== originOf(url);
  const kept = isOther
    ? Object.fromEntries(Object.entries(env).filter(([name]) => !HEADER_VARIABLES.includes(name)))
    : env;
  // Connecting must not start a workspace that stopped meanwhile.
  const own = { CODER_SSH_DISABLE_AUTOSTART: 'true', ...kept, CODER_URL: url };
  if (isSignedIn(deployment, sources)) return own;
  const newer = deployment.from.token === 'a profile' ? await reloadToken(deployment, sources, signal) : null;
  return { ...own, CODER_SESSION_TOKEN: newer ?? deployment.token };
}

/** Whether the CLI has the token that taskdeck uses: taskdeck has it from there, and the login is still the same. */
function isSignedIn({ url, from }: RemoteDeployment, sources: DeploymentInputs): boolean {
  if (from.token !== 'coder login' && from.token !== 'coder login token') return false;
  try {
    const login = sources.coderLogin();
    return login !== null && originOrEmpty(login.url) === originOf(url);
  } catch {
    return false;
  }
}

function originOrEmpty(url: string): string {
  try {
    return originOf(deploymentUrl(url, 'CODER_URL'));
  } catch {
    return '';
  }
}
