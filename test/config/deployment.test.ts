import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Deployment, type DeploymentFlags, findDeployment } from '../../src/config/deployment.ts';
import { deploymentInputs } from '../../src/config/deployment-inputs.ts';
import { saveProfile } from '../../src/config/profiles.ts';
import { reloadToken } from '../../src/config/reload-token.ts';
import { NoTokenError, UsageError } from '../../src/domain/errors.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

const URL = 'https://coder.example.com';
const TOKEN = 'abcdefghij-environmentToken012345';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

/** Real files in a temporary home directory, and a real `coder` on PATH if the test adds one. */
const find = (flags: DeploymentFlags = {}, env: Record<string, string> = {}): Promise<Deployment> =>
  findDeployment(deploymentInputs(flags, { ...place.env, ...env }), new AbortController().signal);

const failure = async (flags: DeploymentFlags, env: Record<string, string> = {}): Promise<UsageError> => {
  const error: unknown = await find(flags, env).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError)) throw new Error(`expected a UsageError, got ${String(error)}`);
  return error;
};

const profile = (name: string, url = `https://${name}.example.com`) =>
  saveProfile(place.config, { name, url, token: `token-of-${name}` });

/** Writes the files of `coder login`. */
function coderLogin(url: string, session?: string): void {
  const directory = path.join(place.env.XDG_CONFIG_HOME, 'coderv2');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'url'), `${url}\n`);
  if (session !== undefined) writeFileSync(path.join(directory, 'session'), `${session}\n`);
}

describe('the deployment', () => {
  test('without any configuration is this machine', async () => {
    expect(await find()).toEqual({ kind: 'local', from: 'default' });
    expect(await find({}, { CODER_URL: '  ', CODER_SESSION_TOKEN: TOKEN })).toMatchObject({ kind: 'local' });
  });

  test('each source has precedence over the next', async () => {
    const env = { CODER_URL: 'https://env.example.com', CODER_SESSION_TOKEN: TOKEN };
    const from = async (flags: DeploymentFlags, given: Record<string, string>) => {
      const deployment = await find(flags, given);
      return deployment.kind === 'local' ? deployment.from : [deployment.url, deployment.from.url];
    };
    coderLogin('https://cli.example.com', 'cli-token');
    expect(await from({}, {})).toEqual(['https://cli.example.com', 'coder login']);
    profile('work');
    expect(await from({}, {})).toEqual(['https://work.example.com', 'the current profile']);
    expect(await from({}, env)).toEqual(['https://env.example.com', 'CODER_URL']);
    expect(await from({ profile: 'work' }, env)).toEqual(['https://work.example.com', '--profile']);
    expect(await from({ url: 'work.example.com' }, env)).toEqual(['https://work.example.com', '--url']);
    expect(await from({ local: true }, env)).toBe('--local');
  });

  test.each([
    { url: 'x', local: true },
    { url: 'x', profile: 'work' },
    { profile: 'work', local: true },
  ])('%j is rejected', async (flags) => {
    expect((await failure(flags)).message).toMatch(/Cannot combine/);
  });

  test('the error for an unknown profile lists the known ones', async () => {
    expect((await failure({ profile: 'home' })).message).toMatch(
      /no profile "home"\. No profile is stored yet\./,
    );
    profile('work');
    profile('play');
    expect((await failure({ profile: 'home' })).message).toMatch(/Profiles: work, play\./);
  });
});

describe('the token', () => {
  test('of the variable goes to CODER_URL', async () => {
    const env = { CODER_URL: ' coder.example.com/ ', CODER_SESSION_TOKEN: ` ${TOKEN}\n` };
    expect(await find({}, env)).toEqual({
      kind: 'remote',
      url: URL,
      token: TOKEN,
      from: { url: 'CODER_URL', token: 'CODER_SESSION_TOKEN' },
      profile: null,
      unencrypted: false,
      plainHttpAllowed: false,
    });
  });

  test('of the variable goes to --url without CODER_URL', async () => {
    expect(await find({ url: 'http://10.0.0.7:3000' }, { CODER_SESSION_TOKEN: TOKEN })).toMatchObject({
      url: 'http://10.0.0.7:3000',
      token: TOKEN,
      unencrypted: true,
    });
  });

  test('of the variable goes to a --url of the same deployment as CODER_URL', async () => {
    const env = { CODER_URL: `${URL}/`, CODER_SESSION_TOKEN: TOKEN };
    expect(await find({ url: 'CODER.example.com:443' }, env)).toMatchObject({ url: URL, token: TOKEN });
  });

  test.each(['https://other.example.com', 'http://coder.example.com', 'https://coder.example.com:8443'])(
    'of CODER_URL does not go to %s',
    async (url) => {
      const error = await failure({ url }, { CODER_URL: URL, CODER_SESSION_TOKEN: TOKEN });
      expect(error).toBeInstanceOf(NoTokenError);
      expect(error.message).toContain(`is used only for CODER_URL (${URL})`);
      expect(error.message).not.toContain(TOKEN);
    },
  );

  test("of the variable goes to the URL of coder login, as in Coder's CLI", async () => {
    coderLogin(URL, 'cli-token');
    expect(await find({}, { CODER_SESSION_TOKEN: TOKEN })).toMatchObject({ url: URL, token: TOKEN });
    expect(await find()).toMatchObject({ token: 'cli-token', from: { token: 'coder login' } });
  });

  test('of the variable does not go to a profile', async () => {
    profile('work');
    for (const flags of [{}, { profile: 'work' }]) {
      expect(await find(flags, { CODER_SESSION_TOKEN: TOKEN })).toMatchObject({
        token: 'token-of-work',
        profile: 'work',
      });
    }
  });

  test('of a profile is used for a URL of its own deployment only, the current profile first', async () => {
    profile('first', URL);
    profile('second', `${URL}/`);
    expect(await find({ url: URL })).toMatchObject({ token: 'token-of-second', profile: 'second' });
    expect(await find({}, { CODER_URL: URL })).toMatchObject({ token: 'token-of-second' });
    profile('third');
    expect(await find({ url: URL })).toMatchObject({ token: 'token-of-first', from: { url: '--url' } });
    expect(await failure({ url: 'http://coder.example.com' })).toBeInstanceOf(NoTokenError);
  });

  test('of coder login does not go to another URL', async () => {
    coderLogin(URL, 'cli-token');
    expect(await find({ url: URL })).toMatchObject({ token: 'cli-token' });
    expect(await failure({ url: 'https://other.example.com' })).toBeInstanceOf(NoTokenError);
  });

  test("in a keyring comes from Coder's CLI, which gets the URL and no other token", async () => {
    coderLogin(URL);
    place.program(
      'coder',
      'echo "$@ $CODER_URL $CODER_SESSION_TOKEN." >> "$HOME/calls"; echo "keyring-token"',
    );
    expect(await find({}, { CODER_URL: URL })).toMatchObject({
      token: 'keyring-token',
      from: { url: 'CODER_URL', token: 'coder login token' },
    });
    expect(place.read('calls')).toBe(`login token ${URL} .\n`);
  });

  test('in a keyring is read only when needed', async () => {
    place.program('coder', 'echo called >> "$HOME/calls"; echo token');
    coderLogin(URL, 'cli-token');
    await find();
    coderLogin(URL);
    await find({ local: true });
    await find({}, { CODER_URL: URL, CODER_SESSION_TOKEN: TOKEN });
    await failure({ url: 'https://other.example.com' });
    expect(place.read('calls')).toBe('');
  });

  test.each([
    ['there is no coder', null],
    ['coder fails', 'echo nope >&2; exit 1'],
    ['coder prints something else', 'echo "You are not signed in."'],
  ])('is reported as missing when %s', async (_, program) => {
    coderLogin(URL);
    if (program !== null) place.program('coder', program);
    const error = await failure({});
    expect(error).toBeInstanceOf(NoTokenError);
    expect(error).toMatchObject({ url: URL });
    expect(error.message).toBe(
      `No token for ${URL}. Sign in with "taskdeck login ${URL}", or use --local to work on this machine.`,
    );
  });
});

describe('the token of a new sign-in', () => {
  const again = (deployment: Deployment, env: Record<string, string> = {}) => {
    if (deployment.kind !== 'remote') throw new Error('There is no deployment.');
    return reloadToken(
      deployment,
      deploymentInputs({}, { ...place.env, ...env }),
      new AbortController().signal,
    );
  };

  test('is used regardless of the environment', async () => {
    const env = { CODER_URL: URL, CODER_SESSION_TOKEN: TOKEN };
    const deployment = await find({}, env);
    expect(await again(deployment, env)).toBeNull();
    saveProfile(place.config, { name: 'coder.example.com', url: URL, token: 'a-newer-one' });
    expect(await again(deployment, env)).toBe('a-newer-one');
  });

  test("is neither another deployment's nor the same token", async () => {
    profile('work');
    const deployment = await find({});
    expect(await again(deployment)).toBeNull();
    saveProfile(place.config, { name: 'other', url: 'https://other.example.com', token: 'of-the-other' });
    expect(await again(deployment)).toBeNull();
    saveProfile(place.config, { name: 'work', url: 'https://work.example.com', token: 'renewed' });
    expect(await again(deployment)).toBe('renewed');
  });

  test('comes from coder login if the old token did', async () => {
    coderLogin(URL, 'session-one');
    const deployment = await find({});
    coderLogin(URL, 'session-two');
    expect(await again(deployment)).toBe('session-two');
  });

  test('is missing when nothing can be read', async () => {
    profile('work');
    const deployment = await find({});
    writeFileSync(path.join(place.config, 'profiles.json'), '{');
    expect(await again(deployment)).toBeNull();
  });
});
