import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RemoteDeployment } from '../../src/config/deployment.ts';
import { findDeployment } from '../../src/config/deployment.ts';
import { deploymentInputs } from '../../src/config/deployment-inputs.ts';
import { confirmPlainHttp, needsPlainHttpConsent } from '../../src/config/plain-http.ts';
import { readProfiles, saveProfile } from '../../src/config/profiles.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

const find = (env: Readonly<Record<string, string>> = {}) =>
  findDeployment(deploymentInputs({}, { ...place.env, ...env }), new AbortController().signal);

/** Whether it is allowed, and the URLs of the prompts. */
async function confirm(deployment: Awaited<ReturnType<typeof find>>, answer: boolean, allowed = false) {
  const prompts: string[] = [];
  await confirmPlainHttp(deployment, {
    allowed,
    configDirectory: place.config,
    ask: async (url) => {
      prompts.push(url);
      return answer;
    },
  });
  return prompts;
}

const KEPT = { name: 'lab', url: 'http://10.0.0.7:3000', token: 'token-1' };

test('consent is stored with the profile only', async () => {
  saveProfile(place.config, { ...KEPT, name: 'other', url: 'http://10.0.0.8' });
  saveProfile(place.config, KEPT);
  const exposed = await find();
  expect(needsPlainHttpConsent(exposed, false)).toBe(true);
  await expect(confirm(exposed, false)).rejects.toThrow('Nothing was sent to http://10.0.0.7:3000.');
  expect(needsPlainHttpConsent(await find(), false)).toBe(true);
  expect(await confirm(exposed, true)).toEqual([KEPT.url]);
  expect(readProfiles(place.config).all.map(({ plainHttp }) => plainHttp)).toEqual([undefined, true]);
  expect(await confirm(await find(), false)).toEqual([]);
  // A new sign-in without consent removes it.
  saveProfile(place.config, { ...KEPT, url: 'http://10.0.0.9' });
  expect(needsPlainHttpConsent(await find(), false)).toBe(true);
});

test('the flag applies to one run and is not stored', async () => {
  saveProfile(place.config, KEPT);
  expect(await confirm(await find(), false, true)).toEqual([]);
  expect(needsPlainHttpConsent(await find(), false)).toBe(true);
});

test('without a profile every run asks', async () => {
  const env = { CODER_URL: 'http://10.0.0.7:3000', CODER_SESSION_TOKEN: 'token-1' };
  expect(await confirm(await find(env), true)).toEqual([env.CODER_URL]);
  expect(await confirm(await find(env), true)).toEqual([env.CODER_URL]);
});

test.each([
  'https://coder.example.com',
  'http://127.0.0.1:3000',
  'http://localhost:3000',
  'http://[::1]:3000',
])('%s needs no consent', async (url) => {
  const deployment = await find({ CODER_URL: url, CODER_SESSION_TOKEN: 'token-1' });
  expect(await confirm(deployment, false)).toEqual([]);
  expect((deployment as RemoteDeployment).unencrypted).toBe(false);
});
