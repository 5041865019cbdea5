import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { deployment, signedIn } from '../e2e/deployment.ts';
import { makeHome } from '../support/home.ts';

/** Modules of Node that take milliseconds to load and that a list over plain HTTP does not use. */
const UNUSED_MODULES = ['internal/deps/undici/undici'];

/** A home where each taskdeck writes the list of Node modules that it loaded to a file when it exits. */
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

test('a list over plain HTTP loads no module of Node that it does not use', async () => {
  const { home, env, loaded } = await watchedHome();
  expect((await home.call(['list', '--quiet'], { env })).out).toBe('fix-login-1f2e\n');
  expect(loaded()).toContain('http');
  expect(loaded().filter((name) => UNUSED_MODULES.includes(name))).toEqual([]);
});

test('the screen loads none of them either, up to a transcript', async () => {
  const { home, env, loaded } = await watchedHome();
  const app = await home.open([], { env });
  await app.until('Which branch?');
  app.press('q');
  expect((await app.exit()).code).toBe(0);
  expect(loaded()).toContain('http');
  expect(loaded().filter((name) => UNUSED_MODULES.includes(name))).toEqual([]);
});
