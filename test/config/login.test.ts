import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoginOptions, login, logout } from '../../src/config/login.ts';
import { readProfiles, saveProfile } from '../../src/config/profiles.ts';
import { BackendError, UsageError } from '../../src/domain/errors.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

const ada = { id: '1', username: 'ada', name: 'Ada' };

/** Signs in with these answers; `log` records the prompts and checks. */
function signIn(given: Partial<LoginOptions> & { answers?: Record<string, string | boolean> }) {
  const log: string[] = [];
  const answers: Record<string, string | boolean> = {
    token: ' typed-token ',
    url: 'asked.example.com',
    ...given.answers,
  };
  const done = login({
    configDirectory: place.config,
    url: 'coder.example.com',
    profile: undefined,
    questions: {
      url: async () => {
        log.push('url?');
        return String(answers.url);
      },
      token: async (page) => {
        log.push(`token? ${page}`);
        return String(answers.token);
      },
      confirmPlainHttp: async (url) => {
        log.push(`plain http? ${url}`);
        return answers.exposed === true;
      },
    },
    verifyToken: async (url, token) => {
      log.push(`check ${url} ${token}`);
      return ada;
    },
    signal: new AbortController().signal,
    ...given,
  });
  return { done, log };
}

describe('login', () => {
  test('stores the accepted token under the host, as the current profile', async () => {
    const { done, log } = signIn({});
    expect(await done).toEqual({ profile: 'coder.example.com', url: 'https://coder.example.com', user: ada });
    expect(log).toEqual([
      'token? https://coder.example.com/cli-auth',
      'check https://coder.example.com typed-token',
    ]);
    expect(readProfiles(place.config).current).toEqual({
      name: 'coder.example.com',
      url: 'https://coder.example.com',
      token: 'typed-token',
    });
  });

  test('prompts for a missing URL', async () => {
    const { done, log } = signIn({ url: undefined });
    expect(await done).toMatchObject({ url: 'https://asked.example.com' });
    expect(log[0]).toBe('url?');
  });

  test('renews the existing profile, regardless of its name', async () => {
    saveProfile(place.config, { name: 'work', url: 'https://coder.example.com', token: 'old' });
    expect(await signIn({}).done).toMatchObject({ profile: 'work' });
    expect(readProfiles(place.config).all).toEqual([
      { name: 'work', url: 'https://coder.example.com', token: 'typed-token' },
    ]);
  });

  test('stores a second user of a deployment under another name', async () => {
    saveProfile(place.config, { name: 'work', url: 'https://coder.example.com', token: 'old' });
    await signIn({ profile: 'bob' }).done;
    expect(readProfiles(place.config).all.map(({ name, token }) => [name, token])).toEqual([
      ['work', 'old'],
      ['bob', 'typed-token'],
    ]);
  });

  test('stores nothing when the deployment rejects the token', async () => {
    const refused = new BackendError({ kind: 'signed-out', message: 'No.', tookEffect: 'no' });
    await expect(signIn({ verifyToken: () => Promise.reject(refused) }).done).rejects.toBe(refused);
    expect(readProfiles(place.config).all).toEqual([]);
  });

  test('does not send a blank token', async () => {
    const { done, log } = signIn({ answers: { token: ' \n' } });
    await expect(done).rejects.toThrow(UsageError);
    expect(log.some((line) => line.startsWith('check'))).toBe(false);
  });

  test('sends no token unencrypted to another machine without consent', async () => {
    const { done, log } = signIn({ url: 'http://coder.example.com' });
    await expect(done).rejects.toThrow(/Not signed in/);
    expect(log).toEqual(['plain http? http://coder.example.com']);
    await signIn({ url: 'http://coder.example.com', answers: { exposed: true } }).done;
    await signIn({ url: 'http://localhost:3000' }).done;
    expect(readProfiles(place.config).all.map(({ url }) => url)).toEqual([
      'http://coder.example.com',
      'http://localhost:3000',
    ]);
  });

  test.each(['', '-x', 'two words', '__proto__', 'a\u001b[31m'])(
    '%j is not a profile name',
    async (profile) => {
      await expect(signIn({ profile }).done).rejects.toThrow(/is not a valid profile name/);
    },
  );
});

describe('logout', () => {
  test('deletes the current profile, or the named one', () => {
    for (const name of ['a', 'b', 'c']) saveProfile(place.config, { name, url: 'https://x', token: 't' });
    expect(logout(place.config, undefined)).toBe('c');
    expect(logout(place.config, 'a')).toBe('a');
    expect(readProfiles(place.config)).toMatchObject({ all: [{ name: 'b' }], current: null });
    expect(() => logout(place.config, undefined)).toThrow(/Choose one with --profile: b/);
  });

  test('reports that no profile is stored', () => {
    expect(() => logout(place.config, undefined)).toThrow(/No profile is stored/);
    expect(() => logout(place.config, 'x')).toThrow(/no profile "x"/);
  });
});
