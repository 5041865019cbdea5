import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { coderConfigDirectory, readCoderLogin } from '../../src/config/coder-login.ts';
import { coderLoginToken } from '../../src/config/coder-token.ts';
import { type TemporaryHome, temporaryHome } from './temporary-home.ts';

let place: TemporaryHome;
beforeEach(() => {
  place = temporaryHome();
});
afterEach(() => place.dispose());

test.each([
  [{ HOME: '/home/ada' }, 'linux', '/home/ada/.config/coderv2'],
  [{ HOME: '/home/ada', XDG_CONFIG_HOME: '/xdg' }, 'linux', '/xdg/coderv2'],
  [{ HOME: '/home/ada', CODER_CONFIG_DIR: '/elsewhere' }, 'linux', '/elsewhere'],
  [{ HOME: '/home/ada', XDG_CONFIG_HOME: '/xdg' }, 'freebsd', '/xdg/coderv2'],
  [
    { HOME: '/Users/ada', XDG_CONFIG_HOME: '/xdg' },
    'darwin',
    '/Users/ada/Library/Application Support/coderv2',
  ],
  [{ HOME: '/Users/ada', CODER_CONFIG_DIR: '/elsewhere' }, 'darwin', '/elsewhere'],
] as const)('with %j on %s, the directory of Coder is %s', (env, platform, directory) => {
  expect(coderConfigDirectory(env, platform)).toBe(directory);
});

test('on Windows they are in the roaming application data', () => {
  const directory = coderConfigDirectory({ APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' }, 'win32');
  expect(directory).toMatch(/AppData\\Roaming.coderv2$/);
});

test('files are read without the trailing line break; empty files mean signed out', () => {
  const directory = path.join(place.directory, 'coderv2');
  expect(readCoderLogin(directory)).toBeNull();
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'url'), '\n', { mode: 0o600 });
  expect(readCoderLogin(directory)).toBeNull();
  writeFileSync(path.join(directory, 'url'), 'https://coder.example.com\n');
  writeFileSync(path.join(directory, 'session'), '  token \n', { mode: 0o600 });
  expect(readCoderLogin(directory)).toEqual({ directory, url: 'https://coder.example.com', token: 'token' });
});

test.each(['url', 'session'])('files that others can write are not used: %s', (file) => {
  const directory = path.join(place.directory, 'coderv2');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'url'), 'https://coder.example.com\n', { mode: 0o600 });
  writeFileSync(path.join(directory, 'session'), 'token\n', { mode: 0o600 });
  chmodSync(path.join(directory, file), 0o664);
  expect(() => readCoderLogin(directory)).toThrow(
    new RegExp(`Cannot use .*coderv2/${file}: others can write it.*chmod 600`),
  );
});

test('a CLI that asks a question does not hang: it gets no input', async () => {
  place.program('coder', 'read answer; echo "token-$answer"');
  const { signal } = new AbortController();
  expect(await coderLoginToken('https://coder.example.com', place.env, signal)).toBe('token-');
});

test('a CLI that never ends is stopped by the signal', async () => {
  place.program('coder', 'echo $$ > "$HOME/pid"; exec sleep 1000');
  const controller = new AbortController();
  const token = coderLoginToken('https://coder.example.com', place.env, controller.signal);
  while (place.read('pid') === '') await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort();
  expect(await token).toBeNull();
  const pid = Number(place.read('pid'));
  const hasEnded = () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  while (!hasEnded()) await new Promise((resolve) => setTimeout(resolve, 10));
});
