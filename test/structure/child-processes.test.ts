import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/*
 * A child process that could not be started must not be signalled: src/platform/kill-child.ts says why. All other code
 * signals process ids and groups, which it has only of processes that run.
 */

/** A call with the option `signal`. Its arguments may contain one level of brackets. */
const WITH_SIGNAL = /\b(?:execFile|exec|spawn|fork)\((?:[^()]|\([^()]*\))*[{,]\s*signal\s*[,}:]/u;
const KILLS_CHILD = /\b(?<!process)\.kill\(/u;

const files = globSync('src/**/*.{ts,tsx}').filter((file) =>
  readFileSync(file, 'utf8').includes("'node:child_process'"),
);

it.each(files)('%s signals no child that could not be started', (file) => {
  const source = readFileSync(file, 'utf8');
  if (file !== 'src/platform/kill-child.ts') expect(source).not.toMatch(KILLS_CHILD);
  expect(source).not.toMatch(WITH_SIGNAL);
});

it.each([
  ["execFile('tmux', args, { timeout: 1, signal }, done)", true],
  ["spawn('a', [b()], { signal: ending.signal })", true],
  ["spawn('a', [], { env: of(signal) })", false],
])('the option is found in %s', (call, isFound) => {
  expect(WITH_SIGNAL.test(call)).toBe(isFound);
});
