import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from './support/read-source.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** The layers that each layer may import, besides itself and npm libraries; see LIBRARIES. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  platform: [],
  wire: ['domain'],
  store: ['domain'],
  view: ['store', 'domain'],
  storage: ['domain', 'platform'],
  terminal: ['domain', 'platform'],
  config: ['domain', 'platform'],
  attachments: ['domain', 'platform'],
  api: ['attachments', 'wire', 'domain', 'platform'],
  sync: ['store', 'domain', 'platform'],
  commands: ['store', 'view', 'domain'],
  ui: ['view', 'store', 'commands', 'terminal', 'domain', 'platform'],
  script: ['commands', 'store', 'attachments', 'domain', 'platform'],
  local: ['wire', 'config', 'domain', 'platform'],
};

/** Files that may import every layer. */
const ENTRY_POINTS: readonly string[] = [
  'src/backend-factory.ts',
  'src/completion-candidates.ts',
  'src/cli.ts',
  'src/connect.ts',
  'src/globals.d.ts',
  'src/main.tsx',
  'src/programs-on-terminal.ts',
  'src/reload-settings.ts',
  'src/terminal-services.ts',
  'src/first-screen.ts',
  'src/tui.ts',
];

/** Libraries that only some layers may import. */
const LIBRARIES: readonly {
  readonly names: RegExp;
  readonly rule: string;
  allows(file: string, isType: boolean): boolean;
}[] = [
  {
    names: /^got(\/|$)/u,
    rule: 'only api/ imports got',
    allows: (file) => file.startsWith('src/api/'),
  },
  {
    names: /^(ink|react)([-/]|$)/u,
    rule: 'Ink and React belong to ui/ and main.tsx; terminal/ may import their types',
    allows: (file, isType) =>
      file.startsWith('src/ui/') || file === 'src/main.tsx' || (file.startsWith('src/terminal/') && isType),
  },
  {
    names: /^(node:)?(http|https|http2)$/u,
    rule: 'only local/, api/ and config/probe.ts speak HTTP themselves',
    allows: (file) =>
      file.startsWith('src/local/') || file.startsWith('src/api/') || file === 'src/config/probe.ts',
  },
];

const layerOf = (file: string): string => file.split('/')[1] ?? '';

/** Broken rules of a file, each with the file, the import and the rule. */
function faults(file: string, code: string): string[] {
  if (ENTRY_POINTS.includes(file)) return [];
  const layer = layerOf(file);
  const may = LAYERS[layer];
  if (may === undefined || file.split('/').length < 3) return [`${file}: no layer holds this file`];
  const { imports, texts } = readSource(file, code);
  const found = imports.flatMap(({ source, isType }) => {
    if (source.startsWith('.')) {
      const target = path.posix.join(path.posix.dirname(file), source);
      const other = layerOf(target);
      if (
        target.startsWith('src/') &&
        !ENTRY_POINTS.includes(target) &&
        (other === layer || may.includes(other))
      )
        return [];
      return [`${file} imports ${source}: ${layer}/ may import only ${['itself', ...may].join(', ')}`];
    }
    const library = LIBRARIES.find(({ names }) => names.test(source));
    if (library !== undefined)
      return library.allows(file, isType) ? [] : [`${file} imports ${source}: ${library.rule}`];
    if (source.startsWith('node:') || DEPENDENCIES.has(packageOf(source))) return [];
    return [`${file} imports ${source}: only packages that package.json names, by a name that can be read`];
  });
  const escapes = layer === 'terminal' ? [] : texts.filter((text) => /[\x1b\x9b]/u.test(text));
  return [
    ...found,
    ...escapes.map(
      (text) => `${file} writes ${JSON.stringify(text)}: escape sequences are written only in terminal/`,
    ),
  ];
}

const DEPENDENCIES: ReadonlySet<string> = new Set(
  Object.keys(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).devDependencies),
);

const packageOf = (source: string): string =>
  source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');

const files = globSync('src/**/*', { cwd: ROOT, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
  .sort();

it('docs/architecture.md shows the layers', () => {
  const rows = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8').matchAll(
    /^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gmu,
  );
  const shown = [...rows].map(([, layer = '', may = '']) => [
    layer,
    [...may.matchAll(/`(\w+)`/gu)].map(([, name]) => name).sort(),
  ]);
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(Object.entries(LAYERS).map(([layer, may]) => [layer, [...may].sort()])),
  );
});

describe('every file imports only what its layer may', () => {
  it('every layer has files', () => {
    expect(Object.keys(LAYERS).filter((layer) => !files.some((file) => layerOf(file) === layer))).toEqual([]);
    expect(ENTRY_POINTS.filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(files)('%s', (file) => {
    expect(faults(file, readFileSync(path.join(ROOT, file), 'utf8'))).toEqual([]);
  });
});

describe('the rules find', () => {
  it.each<[string, string, string]>([
    ['an import', 'src/domain/a.ts', `import { a } from '../store/a.ts';`],
    ['a type import', 'src/store/a.ts', `import type { A } from '../sync/a.ts';`],
    ['an import of one type', 'src/store/a.ts', `import { type A } from '../api/a.ts';`],
    ['a type in a type', 'src/store/a.ts', `let a: import('../ui/a.ts').A;`],
    ['a dynamic import', 'src/sync/a.ts', `await import('../api/a.ts');`],
    ['an import for its effect', 'src/wire/a.ts', `import '../api/a.ts';`],
    ['a re-export', 'src/wire/a.ts', `export * from '../api/a.ts';`],
    ['an export by name', 'src/wire/a.ts', `export { a } from '../api/a.ts';`],
    ['a require', 'src/wire/a.ts', `require('../api/a.ts');`],
    ['an import of an entry point', 'src/ui/a.ts', `import { runTui } from '../main.tsx';`],
    ['an import from outside of src', 'src/local/a.ts', `import data from '../../package.json';`],
    ['an import from deeper down', 'src/domain/text/a.ts', `import { a } from '../../store/a.ts';`],
    ['a computed name', 'src/script/a.ts', 'await import(process.env.HOME);'],
    ['a library that is no dependency', 'src/script/a.ts', `import a from 'left-pad';`],
    ['an indirect dependency', 'src/script/a.ts', `import a from 'vite';`],
    ['got', 'src/sync/a.ts', `import got from 'got';`],
    ['a type of got', 'src/sync/a.ts', `import type { Got } from 'got';`],
    ['Ink in the terminal', 'src/terminal/a.ts', `import { render } from 'ink';`],
    ['React in the store', 'src/store/a.ts', `import type { ReactNode } from 'react';`],
    ['a part of React', 'src/commands/a.ts', `import { jsx } from 'react/jsx-runtime';`],
    ['a widget of Ink', 'src/script/a.ts', `import Select from 'ink-select-input';`],
    ['HTTP', 'src/config/a.ts', `import { request } from 'node:http';`],
    ['HTTP by its old name', 'src/config/a.ts', `import { request } from 'https';`],
    ['an escape in a text', 'src/ui/a.ts', String.raw`const red = '\x1b[31m';`],
    ['an escape in a template', 'src/ui/a.ts', 'const red = `\\u001b[31m`;'],
    ['an escape in JSX', 'src/ui/a.tsx', 'const red = <a>\x1b[31m</a>;'],
    ['a CSI of one byte', 'src/script/a.ts', String.raw`const red = '\x9b31m';`],
    ['an unknown layer', 'src/utils/a.ts', ''],
    ['a file outside of the layer', 'src/helpers.ts', ''],
  ])('%s', (_, file, code) => {
    const found = faults(file, code);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(file);
    expect(found[0]).toMatch(/: .+/u);
  });

  it('which file, which import and which rule', () => {
    expect(faults('src/store/a.ts', `import type { A } from '../sync/a.ts';`)).toEqual([
      'src/store/a.ts imports ../sync/a.ts: store/ may import only itself, domain',
    ]);
  });

  it.each<[string, string, string]>([
    ['a neighbour', 'src/ui/panes/a.ts', `import { b } from '../widgets/b.ts';`],
    ['an allowed layer', 'src/ui/panes/a.ts', `import { b } from '../../store/b.ts';`],
    ['types of Ink in the terminal', 'src/terminal/a.ts', `import type { Key } from 'ink';`],
    ['a pattern with an escape', 'src/domain/text/a.ts', String.raw`const csi = /\x1b\[/u;`],
    ['an escape in the terminal', 'src/terminal/a.ts', String.raw`const red = '\x1b[31m';`],
    ['an import in a comment', 'src/domain/a.ts', `// import { a } from '../store/a.ts';`],
    ['everything in an entry point', 'src/cli.ts', `import '../test/a.ts';`],
  ])('nothing wrong with %s', (_, file, code) => {
    expect(faults(file, code)).toEqual([]);
  });
});
