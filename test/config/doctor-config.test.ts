import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDeployment } from '../../src/config/deployment.ts';
import { deploymentInputs } from '../../src/config/deployment-inputs.ts';
import { directories } from '../../src/config/directories.ts';
import { configChecks, deploymentChecks } from '../../src/config/doctor-config.ts';
import { saveProfile } from '../../src/config/profiles.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

const signal = new AbortController().signal;

test('each value is shown with its source, and secrets are hidden', async () => {
  const env = {
    ...place.env,
    CODER_URL: 'https://ada:secret-1@coder.example.com',
    CODER_SESSION_TOKEN: 'secret-2',
    CODER_HEADER: 'X=secret-3',
    https_proxy: 'http://u:secret-4@proxy',
  };
  saveProfile(place.config, { name: 'work', url: 'https://work.example.com', token: 'secret-5' });
  const coder = path.join(place.env.XDG_CONFIG_HOME, 'coderv2');
  mkdirSync(coder);
  writeFileSync(path.join(coder, 'url'), 'https://cli.example.com');
  writeFileSync(path.join(coder, 'session'), 'secret-6');
  writeFileSync(path.join(place.config, 'config.jsonc'), '{ "notify": "loud" }');
  const sources = deploymentInputs({ profile: 'work' }, env);
  const facts = [
    ...configChecks(sources, directories(env)),
    ...deploymentChecks(await findDeployment(sources, signal)),
  ];
  const lines = facts.map(({ topic, name, value, ok }) => `${topic} | ${name} | ${value} | ${ok}`);
  expect(lines.join('\n')).not.toContain('secret');
  expect(lines).toEqual([
    `files | config directory | ${place.config} | null`,
    `files | config file | ${place.config}/config.jsonc:1:3: notify: must be "off", "bell" or "full". | false`,
    `files | state directory | ${place.env.XDG_STATE_HOME}/taskdeck | null`,
    'environment | CODER_URL | https://…@coder.example.com | null',
    'environment | CODER_SESSION_TOKEN | set | null',
    'environment | CODER_HEADER | set | null',
    'environment | HTTPS_PROXY | set | null',
    `profiles | file | ${place.config}/profiles.json | null`,
    'profiles | work | https://work.example.com (current) | null',
    `coder login | directory | ${coder} | null`,
    'coder login | url | https://cli.example.com | null',
    'coder login | token | in a file | null',
    'deployment | used | https://work.example.com, from --profile | true',
    'deployment | token | from a profile (work) | true',
  ]);
});

test('missing configuration is shown, and the default deployment', async () => {
  const sources = deploymentInputs({}, place.env);
  const facts = [
    ...configChecks(sources, directories(place.env)),
    ...deploymentChecks(await findDeployment(sources, signal)),
  ];
  expect(facts.map(({ value }) => value)).toEqual([
    place.config,
    `none (${place.config}/config.jsonc)`,
    `${place.env.XDG_STATE_HOME}/taskdeck`,
    'none',
    'no',
    'this machine (no deployment configured)',
  ]);
});

test('an unusable deployment is shown with its error', async () => {
  const sources = deploymentInputs({ url: 'coder.example.com' }, place.env);
  const error: unknown = await findDeployment(sources, signal).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error('expected an error');
  expect(deploymentChecks(error)).toMatchObject([{ ok: false, value: expect.stringMatching(/^No token/) }]);
  const exposed = deploymentChecks(
    await findDeployment(
      deploymentInputs({ url: 'http://coder.example.com' }, { ...place.env, CODER_SESSION_TOKEN: 'x' }),
      signal,
    ),
  );
  expect(exposed.at(-1)).toMatchObject({
    ok: false,
    value: expect.stringMatching(/^none: others can read the token/),
  });
});
