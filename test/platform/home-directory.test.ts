import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { homeDirectory } from '../../src/platform/home-directory.ts';

test.each([
  [{ HOME: '/home/ada' }, '/home/ada'],
  [{ HOME: '' }, homedir()],
  [{ HOME: '  ' }, homedir()],
  [{}, homedir()],
])('the home of %o is %s', (env, home) => {
  expect(homeDirectory(env)).toBe(home);
});
