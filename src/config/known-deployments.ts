import { UnusableDirectory } from '../platform/private-directory.ts';
import type { Deployment, DeploymentFlags } from './deployment.ts';
import { readProfiles, setCurrentProfile } from './profiles.ts';

/** A deployment that the user can switch to. */
export interface KnownDeployment {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a description. */
  readonly url: string;
}

const LOCAL: KnownDeployment = { id: 'local', name: 'this machine', url: 'tasks on the local server' };
const PROFILE_PREFIX = 'profile:';

/** All profiles and this machine, without the one in use. */
export function otherDeployments(configDirectory: string, used: Deployment): readonly KnownDeployment[] {
  const profiles = readProfiles(configDirectory)
    .all.filter(({ name }) => used.kind === 'local' || used.profile !== name)
    .map(({ name, url }) => ({ id: PROFILE_PREFIX + name, name, url }));
  return used.kind === 'local' ? profiles : [...profiles, LOCAL];
}

/** The flags for a deployment. Makes a profile the current one, unless the directory is not writable. */
export function selectDeployment(configDirectory: string, id: string): DeploymentFlags {
  if (id === LOCAL.id) return { local: true };
  const profile = id.slice(PROFILE_PREFIX.length);
  try {
    setCurrentProfile(configDirectory, profile);
  } catch (error) {
    if (!(error instanceof UnusableDirectory)) throw error;
  }
  return { profile };
}
