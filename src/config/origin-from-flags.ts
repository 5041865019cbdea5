import { UsageError } from '../domain/errors.ts';
import type { DeploymentFlags } from './deployment.ts';
import { deploymentUrl, originOf } from './deployment-url.ts';
import { profileNamed, readProfiles } from './profiles.ts';

/**
 * The origin of the deployment that the flags name, which is the key of its stored data; undefined without a flag.
 * @throws UsageError for invalid flags
 */
export function originFromFlags(
  { url, profile, local }: DeploymentFlags,
  configDirectory: string,
): string | undefined {
  if ([url !== undefined, profile !== undefined, local === true].filter(Boolean).length > 1) {
    throw new UsageError('Cannot combine --url, --profile and --local. Choose one of them.');
  }
  if (local === true) return 'local';
  if (url !== undefined) return originOf(deploymentUrl(url, '--url'));
  if (profile === undefined) return undefined;
  return originOf(profileNamed(readProfiles(configDirectory), profile).url);
}
