import { type DeploymentInputs, findDeployment, type RemoteDeployment } from './deployment.ts';
import { originOf } from './deployment-url.ts';

/**
 * The token of a new sign-in to the deployment, after the server rejected the old one. Ignores `CODER_SESSION_TOKEN`:
 * the new sign-in counts. Null without another token. Never rejects.
 */
export async function reloadToken(
  { url, profile, token }: Pick<RemoteDeployment, 'url' | 'profile' | 'token'>,
  sources: DeploymentInputs,
  signal: AbortSignal,
): Promise<string | null> {
  const { CODER_SESSION_TOKEN: _, ...env } = sources.env;
  const flags = profile === null ? { url } : { profile };
  try {
    const found = await findDeployment({ ...sources, flags, env }, signal);
    const isOther = found.kind === 'remote' && originOf(found.url) === originOf(url) && found.token !== token;
    return isOther ? found.token : null;
  } catch {
    return null;
  }
}
