import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { deployment, signedIn } from '../e2e/deployment.ts';
import { makeHome } from '../support/deck.ts';

/** Each takes milliseconds to load, and serves what a list over plain HTTP has no use for. */
const SPARED = [
  'assert',
  'child_process',
  'crypto',
  'dns',
  'http2',
  'https',
  'internal/deps/undici/undici',
  'internal/webstreams/readablestream',
  'tls',
  'zlib',
];

/** A home where every taskdeck says at its end what it loaded of Node. */
async function watchedHome() {
  const home = makeHome();
  const file = path.join(home.folder, 'loaded.json');
  const watch = path.join(home.folder, 'watch.cjs');
  writeFileSync(
    watch,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.moduleLoadList)));`,
  );
  const server = await deployment();
  const env = { ...signedIn(server).env, NODE_OPTIONS: `--require ${watch}` };
  const loaded = (): string[] =>
    (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((name) => name.replace(/^NativeModule /, ''));
  return { home, env, loaded };
}

test('a list over plain HTTP loads nothing of TLS, cryptography or unpacking', async () => {
  const { home, env, loaded } = await watchedHome();
  expect((await home.call(['list', '--quiet'], { env })).out).toBe('fix-login-1f2e\n');
  expect(loaded()).toContain('http');
  expect(loaded().filter((name) => SPARED.includes(name))).toEqual([]);
});

test('nor does the screen, up to a task and its conversation', async () => {
  const { home, env, loaded } = await watchedHome();
  const app = await home.open([], { env });
  await app.until('Which branch?');
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(loaded()).toContain('http');
  expect(loaded().filter((name) => SPARED.includes(name))).toEqual([]);
});
