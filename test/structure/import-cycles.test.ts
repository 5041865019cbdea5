import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readSource } from '../support/read-source.ts';

const ROOT = path.join(import.meta.dirname, '../..');

type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports of one file from another by relative paths, type imports included. */
function importsIn(file: string, code: string): readonly string[] {
  return readSource(file, code)
    .imports.map(({ source }) => source)
    .filter((source) => source.startsWith('.'))
    .map((source) => path.posix.join(path.posix.dirname(file), source));
}

/** Import cycles as paths; finds at least one if there are any. */
function cyclesIn(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    if (stack.includes(file)) {
      found.push([...stack.slice(stack.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    stack.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    stack.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

it('src has no import cycle, types included', () => {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => file.replaceAll(path.sep, '/'));
  const imports = new Map(
    files.map((file) => [file, importsIn(file, readFileSync(path.join(ROOT, file), 'utf8'))]),
  );
  expect(imports.size).toBeGreaterThan(100);
  expect(cyclesIn(imports)).toEqual([]);
});

it.each([
  ['a type import', `import type { A } from './a.ts';`],
  ['a type in a type', `let a: import('./a.ts').A;`],
  ['a dynamic import', `await import('./a.ts');`],
  ['an export', `export * from './a.ts';`],
])('finds a cycle by %s', (_, code) => {
  const files = {
    'src/a.ts': `import { b } from './b.ts';`,
    'src/b.ts': `import './c.ts';`,
    'src/c.ts': code,
  };
  const imports = new Map(Object.entries(files).map(([file, text]) => [file, importsIn(file, text)]));
  expect(cyclesIn(imports)).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
});
