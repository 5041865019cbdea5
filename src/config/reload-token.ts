import { type DeploymentInputs, findDeployment, type RemoteDeployment } from './deployment.ts';
import { originOf } from './deployment-url.ts';

/**
 * The token that is kept for a deployment by now, where its own is taken no more: whoever signed in again since is meant by
 * that, whatever the environment says. Null when there is no other. Never rejects: where nothing can be read there is none.
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
