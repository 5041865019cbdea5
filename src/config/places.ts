import { UnusableDirectory } from '../platform/own-directory.ts';
import type { Deployment, DeploymentFlags } from './deployment.ts';
import { chooseProfile, readProfiles } from './profiles.ts';

/** Somewhere that taskdeck could connect to. */
export interface KnownPlace {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a few words about it. */
  readonly url: string;
}

const LOCAL: KnownPlace = { id: 'local', name: 'this machine', url: 'tasks on the local task server' };
const PROFILE = 'profile:';

/** Every profile that is kept, and this machine, but for the one in use. */
export function otherPlaces(configDirectory: string, used: Deployment): readonly KnownPlace[] {
  const profiles = readProfiles(configDirectory)
    .all.filter(({ name }) => used.kind === 'local' || used.profile !== name)
    .map(({ name, url }) => ({ id: PROFILE + name, name, url }));
  return used.kind === 'local' ? profiles : [...profiles, LOCAL];
}

/** What to connect to for a place that was chosen. A profile becomes the current one, where that can be kept. */
export function goTo(configDirectory: string, id: string): DeploymentFlags {
  if (id === LOCAL.id) return { local: true };
  const profile = id.slice(PROFILE.length);
  try {
    chooseProfile(configDirectory, profile);
  } catch (error) {
    if (!(error instanceof UnusableDirectory)) throw error;
  }
  return { profile };
}
