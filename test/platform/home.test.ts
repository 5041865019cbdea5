import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { homeOf } from '../../src/platform/home.ts';

test.each([
  [{ HOME: '/home/ada' }, '/home/ada'],
  [{ HOME: '' }, homedir()],
  [{ HOME: '  ' }, homedir()],
  [{}, homedir()],
])('the home of %o is %s', (env, home) => {
  expect(homeOf(env)).toBe(home);
});
