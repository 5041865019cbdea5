import { UsageError } from '../domain/errors.ts';
import type { DeploymentFlags } from './deployment.ts';
import { deploymentUrl, originOf } from './deployment-url.ts';
import { profileNamed, readProfiles } from './profiles.ts';

/**
 * Where the deployment is that these flags name, under which memories of it are kept; undefined when they name none.
 * @throws UsageError when they make no sense
 */
export function originFromFlags(
  { url, profile, local }: DeploymentFlags,
  configDirectory: string,
): string | undefined {
  if ([url !== undefined, profile !== undefined, local === true].filter(Boolean).length > 1) {
    throw new UsageError('--url, --profile and --local exclude each other: choose one of them.');
  }
  if (local === true) return 'local';
  if (url !== undefined) return originOf(deploymentUrl(url, '--url'));
  if (profile === undefined) return undefined;
  return originOf(profileNamed(readProfiles(configDirectory), profile).url);
}
