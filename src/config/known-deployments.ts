import { UnusableDirectory } from '../platform/private-directory.ts';
import type { Deployment, DeploymentFlags } from './deployment.ts';
import { readProfiles, setCurrentProfile } from './profiles.ts';

/** Somewhere that taskdeck could connect to. */
export interface KnownDeployment {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a few words about it. */
  readonly url: string;
}

const LOCAL: KnownDeployment = { id: 'local', name: 'this machine', url: 'tasks on the local task server' };
const PROFILE_PREFIX = 'profile:';

/** Every profile that is kept, and this machine, but for the one in use. */
export function otherDeployments(configDirectory: string, used: Deployment): readonly KnownDeployment[] {
  const profiles = readProfiles(configDirectory)
    .all.filter(({ name }) => used.kind === 'local' || used.profile !== name)
    .map(({ name, url }) => ({ id: PROFILE_PREFIX + name, name, url }));
  return used.kind === 'local' ? profiles : [...profiles, LOCAL];
}

/** What to connect to for a place that was chosen. A profile becomes the current one, where that can be kept. */
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
