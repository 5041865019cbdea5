import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readProfiles, removeProfile, saveProfile, setCurrentProfile } from '../../src/config/profiles.ts';
import { UsageError } from '../../src/domain/errors.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
let file: string;
beforeEach(() => {
  place = temporaryHome();
  file = path.join(place.config, 'profiles.json');
});
afterEach(() => place.dispose());

const work = { name: 'work', url: 'https://work.example.com', token: 'work-token' };
const play = { name: 'play', url: 'http://localhost:3000', token: 'play-token' };

test('there are none at first', () => {
  expect(readProfiles(place.config)).toEqual({ file, all: [], current: null });
});

test('the last stored one is current, until another one is chosen', () => {
  saveProfile(place.config, work);
  saveProfile(place.config, play);
  expect(readProfiles(place.config)).toEqual({ file, all: [work, play], current: play });
  setCurrentProfile(place.config, 'work');
  expect(readProfiles(place.config).current).toEqual(work);
});

test('removing the current one leaves none current; removing another one changes nothing', () => {
  saveProfile(place.config, work);
  saveProfile(place.config, play);
  removeProfile(place.config, 'work');
  expect(readProfiles(place.config)).toMatchObject({ all: [play], current: play });
  removeProfile(place.config, 'play');
  expect(readProfiles(place.config)).toMatchObject({ all: [], current: null });
  expect(readFileSync(file, 'utf8')).not.toContain('token');
});

test('a missing one cannot be chosen or removed', () => {
  saveProfile(place.config, work);
  expect(() => setCurrentProfile(place.config, 'x')).toThrow(/no profile "x"\. Profiles: work\./);
  expect(() => removeProfile(place.config, 'x')).toThrow(UsageError);
});

test('unknown fields of a newer taskdeck survive a rewrite', () => {
  mkdirSync(place.config, { recursive: true });
  const newer = { version: 2, current: 'work', profiles: { work: { ...work, colour: 'red' } } };
  writeFileSync(file, JSON.stringify(newer), { mode: 0o600 });
  saveProfile(place.config, { ...work, token: 'renewed' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    version: 2,
    profiles: { work: { token: 'renewed', colour: 'red' } },
  });
});

describe('the file', () => {
  test('is for its owner only, and so is its directory', () => {
    saveProfile(place.config, work);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(place.config).mode & 0o777).toBe(0o700);
  });

  test.each([0o620, 0o602, 0o666])('is rejected when others can write it: %o', (mode) => {
    saveProfile(place.config, work);
    chmodSync(file, mode);
    for (const use of [() => readProfiles(place.config), () => saveProfile(place.config, play)]) {
      expect(use).toThrow(/Cannot use .*profiles\.json: others can write it.*chmod 600/);
    }
    expect(readFileSync(file, 'utf8')).not.toContain('play');
  });

  test('is made unreadable for others', () => {
    saveProfile(place.config, work);
    chmodSync(file, 0o644);
    expect(readProfiles(place.config).all).toEqual([work]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('may contain an address as users type it', () => {
    mkdirSync(place.config, { recursive: true });
    const text = '{"current":"work","profiles":{"work":{"url":"coder.example.com/templates","token":"t"}}}';
    writeFileSync(path.join(place.config, 'profiles.json'), text, { mode: 0o600 });
    expect(readProfiles(place.config).current).toMatchObject({ url: 'https://coder.example.com' });
  });

  test.each([
    ['no JSON', 'work: here', /is invalid. Correct it/],
    [
      'a token that is none',
      '{"current":null,"profiles":{"work":{"url":"https://x","token":5}}}',
      /\(profiles\.work\.token\)/,
    ],
    [
      'a URL that is none',
      '{"current":null,"profiles":{"work":{"url":"two words","token":"t"}}}',
      /The url of the profile work in \S+profiles\.json is not a URL: "two words"/,
    ],
  ])('is never overwritten when it contains %s', (_, text, problem) => {
    mkdirSync(place.config, { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    expect(() => readProfiles(place.config)).toThrow(problem);
    expect(() => saveProfile(place.config, work)).toThrow(UsageError);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
