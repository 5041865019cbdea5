import { describe, expect, it } from 'vitest';
import { coderEnvironment } from '../../src/config/coder-environment.ts';
import type { DeploymentInputs, RemoteDeployment } from '../../src/config/deployment.ts';
import type { Profiles } from '../../src/config/profiles.ts';

const URL = 'https://coder.example.com';
const NO_PROFILES: Profiles = { file: '', all: [], current: null };

const deployment = (
  token: RemoteDeployment['from']['token'],
  profile: string | null = null,
): RemoteDeployment => ({
  kind: 'remote',
  url: URL,
  token: 'our-token',
  from: { url: '--url', token },
  profile,
  unencrypted: false,
  plainHttpAllowed: false,
});

const environment = (of: RemoteDeployment, inputs: Partial<DeploymentInputs> = {}) =>
  coderEnvironment(
    of,
    {
      flags: {},
      env: {},
      profiles: () => NO_PROFILES,
      coderLogin: () => null,
      coderToken: async () => null,
      ...inputs,
    },
    new AbortController().signal,
  );

const login = (url: string) => ({ directory: '/c', url, token: 'token-of-the-cli' });

describe('the environment of Coder’s CLI', () => {
  it('names the deployment and its token', async () => {
    const env = await environment(deployment('CODER_SESSION_TOKEN'), {
      env: { CODER_URL: 'https://other.example.com', CODER_SESSION_TOKEN: 'other-token', HOME: '/home/ada' },
    });
    expect(env).toEqual({
      HOME: '/home/ada',
      CODER_URL: URL,
      CODER_SESSION_TOKEN: 'our-token',
      CODER_SSH_DISABLE_AUTOSTART: 'true',
    });
  });

  it('has no token where the CLI is signed in to the deployment', async () => {
    const env = await environment(deployment('coder login'), {
      env: { CODER_SESSION_TOKEN: 'other-token' },
      coderLogin: () => login(`${URL}/`),
    });
    expect(env).not.toHaveProperty('CODER_SESSION_TOKEN');
    expect(env.CODER_URL).toBe(URL);
  });

  it('has the token after the CLI signed in to another deployment', async () => {
    const env = await environment(deployment('coder login'), {
      coderLogin: () => login('https://other.example.com'),
    });
    expect(env.CODER_SESSION_TOKEN).toBe('our-token');
  });

  it('has the newest token of a profile', async () => {
    const profile = { name: 'work', url: URL, token: 'new-token' };
    const env = await environment(deployment('a profile', 'work'), {
      profiles: () => ({ file: '', all: [profile], current: profile }),
    });
    expect(env.CODER_SESSION_TOKEN).toBe('new-token');
  });

  it('keeps the headers for the proxy of this deployment only', async () => {
    const env = { CODER_HEADER: 'X-Secret=1', CODER_HEADER_COMMAND: 'secret' };
    const own = deployment('CODER_SESSION_TOKEN');
    expect(await environment(own, { env })).toMatchObject(env);
    expect(await environment(own, { env: { ...env, CODER_URL: `${URL}/` } })).toMatchObject(env);
    const other = await environment(own, { env: { ...env, CODER_URL: 'https://other.example.com' } });
    expect(Object.keys(other).filter((name) => name.startsWith('CODER_HEADER'))).toEqual([]);
  });

  it('lets the user start workspaces by connecting', async () => {
    const env = { CODER_SSH_DISABLE_AUTOSTART: 'false' };
    expect(await environment(deployment('CODER_SESSION_TOKEN'), { env })).toMatchObject(env);
  });
});
