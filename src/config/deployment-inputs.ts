import { coderConfigDirectory, readCoderLogin } from './coder-login.ts';
import { coderLoginToken } from './coder-token.ts';
import type { DeploymentFlags, DeploymentInputs } from './deployment.ts';
import { directories } from './directories.ts';
import type { Environment } from './environment.ts';
import { readProfiles } from './profiles.ts';

/** Reads the real files and runs the real CLI. */
export function deploymentInputs(flags: DeploymentFlags, env: Environment): DeploymentInputs {
  return {
    flags,
    env,
    profiles: () => readProfiles(directories(env).config),
    coderLogin: () => readCoderLogin(coderConfigDirectory(env)),
    coderToken: (url, signal) => coderLoginToken(url, env, signal),
  };
}
