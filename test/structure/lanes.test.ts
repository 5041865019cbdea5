import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { APART, LANES, LONG_FILES } from '../lanes.mts';
import { readSource } from '../support/read-source.ts';

const ROOT = path.join(import.meta.dirname, '../..');

const filesOf = (patterns: readonly string[]): readonly string[] =>
  globSync([...patterns], { cwd: ROOT }).map((file) => file.replaceAll(path.sep, '/'));

const others = new Set(filesOf([...LANES.ui, ...LANES.e2e, ...APART]));
const unit = filesOf(['test/**/*.test.{ts,tsx}']).filter((file) => !others.has(file));

/** Packages that run a program, a terminal or a renderer. */
const HEAVY = /^(node:child_process|node:worker_threads|@lydell\/node-pty|ink-testing-library)$/u;

/** The packages that a file of test/ imports, directly or through other files of test/. */
function importsOf(file: string): ReadonlySet<string> {
  const found = new Set<string>();
  const read = new Set<string>();
  const visit = (each: string): void => {
    if (read.has(each)) return;
    read.add(each);
    const sources = readSource(each, readFileSync(path.join(ROOT, each), 'utf8')).imports.flatMap(
      ({ source, isType }) => (isType ? [] : [source]),
    );
    for (const source of sources) {
      if (!source.startsWith('.')) found.add(source);
      else {
        const target = path.posix.join(path.posix.dirname(each), source);
        if (target.startsWith('test/') && /\.[cm]?tsx?$/u.test(target)) visit(target);
      }
    }
  };
  visit(file);
  return found;
}

/** Expands the braces of a pattern. */
function alternatives(pattern: string): readonly string[] {
  const [, before = '', words = '', after = ''] = /^(.*?)\{(.*?)\}(.*)$/u.exec(pattern) ?? [];
  return words === '' ? [pattern] : words.split(',').flatMap((word) => alternatives(before + word + after));
}

/** A folder may have files of only one of the two. */
const ANY_EXTENSION = /\{ts,tsx\}$/u;

it.each(
  [...LANES.ui, ...LANES.e2e, ...APART].flatMap((pattern) =>
    alternatives(pattern.replace(ANY_EXTENSION, 'ts*')),
  ),
)('%s matches files', (pattern) => {
  expect(filesOf([pattern])).not.toEqual([]);
});

it('the files that start first exist', () => {
  expect(filesOf(LONG_FILES)).toHaveLength(LONG_FILES.length);
});

it.each(unit)('%s starts no program, terminal or renderer', (file) => {
  expect([...importsOf(file)].filter((source) => HEAVY.test(source))).toEqual([]);
});

it('finds indirect imports of a test', () => {
  expect([...importsOf('test/support/terminal-app.test.ts')]).toContain('@lydell/node-pty');
});
