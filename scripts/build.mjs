// Bundles src/ and all dependencies into dist/, or the given folder: one CommonJS file for each entry point. CommonJS
// starts about 10 ms faster than ES modules. The files are in a directory named by their digest, which the file
// `current` names, so that a running taskdeck still finds its own files after a build. `--only` removes all earlier
// builds, for a package. `--without NAME` omits an optional plugin, to measure it; `--plugin FILE` adds the plugin that a
// module exports.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { pluginsWithout } from './plugins.mjs';
import { writeLicences } from './write-licences.mjs';

const source = (file) => path.join(import.meta.dirname, '../src', file);
const errors = source('domain/errors.ts');
/** Modules behind dynamic imports that are large enough for a bundle of their own. */
const bundles = {
  tui: source('tui.ts'),
  backends: source('backend-factory.ts'),
  local: source('local/main.ts'),
  settings: source('config/settings-bundle.ts'),
  markdown: source('domain/markdown/prose.ts'),
  fuzzy: source('domain/fuzzy-find.ts'),
  'web-socket': source('api/web-socket.ts'),
};
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * Turns a dynamic import of another entry's source into a require of its bundle. The error classes are a bundle of
 * their own, so that `instanceof` works across bundles.
 */
const otherEntries = {
  name: 'other-entries',
  setup(esbuild) {
    const names = new Map(Object.entries(bundles).map(([name, file]) => [file, name]));
    esbuild.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, (args) => {
      const name = names.get(path.join(args.resolveDir, args.path));
      return args.kind === 'dynamic-import' && name !== undefined
        ? { path: `./${name}.cjs`, external: true }
        : undefined;
    });
    esbuild.onResolve({ filter: /\/errors\.ts$/ }, (args) =>
      path.join(args.resolveDir, args.path) === errors ? { path: './errors.cjs', external: true } : undefined,
    );
  },
};

const digestOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Escapes non-ASCII characters in regular expressions; esbuild does it everywhere else. */
const inAscii = (text) =>
  text.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Earlier builds that stay, because a running taskdeck may use them. */
const KEPT_BUILDS = 2;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'boolean', default: false },
    without: { type: 'string' },
    plugin: { type: 'string' },
  },
});
const added = options.plugin === undefined ? [] : [(await import(path.resolve(options.plugin))).default];
const outputFolder = positionals[0] ?? 'dist';
const staging = path.join(outputFolder, `.${process.pid}`);
const result = await build({
  entryPoints: { cli: 'src/cli.ts', errors, ...bundles },
  outdir: staging,
  outExtension: { '.js': '.cjs' },
  assetNames: '[name]',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'esnext',
  // Compiles `import()` to `require`: a real import would first initialise the loader of ES modules.
  supported: { 'dynamic-import': false },
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: {
    'process.env.NODE_ENV': '"production"',
    'import.meta.url': 'importMetaUrl',
    TASKDECK_VERSION: JSON.stringify(version),
    // The first access to Node's `performance` loads its observers: 1 ms before the first frame.
    performance: 'stopwatch',
  },
  banner: {
    js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
const stopwatch = { now() { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; } };`,
  },
  // Bundlers cannot follow the requires in its CommonJS form.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  plugins: [...added, otherEntries, ...pluginsWithout(options.without)],
});
// bin/code-cache.js reads bundles as Latin-1, and identifies compiled code by this digest.
const buildHash = createHash('sha256');
for (const file of Object.keys(result.metafile.outputs).sort()) {
  if (file.endsWith('.cjs')) {
    const text = inAscii(await readFile(file, 'utf8'));
    await writeFile(file, `${text}//${digestOf(text)}\n`);
  }
  buildHash.update(path.basename(file)).update(await readFile(file));
}
await writeLicences(result.metafile, `${staging}/LICENSES.txt`);

// Renames each file: the same sources give the same directory, which a running taskdeck may use. Changes `current`
// last, so that a taskdeck that starts in the meantime finds a complete build.
const name = buildHash.digest('hex').slice(0, 16);
const built = path.join(outputFolder, name);
await mkdir(built, { recursive: true });
for (const file of await readdir(staging)) await rename(path.join(staging, file), path.join(built, file));
await rm(staging, { recursive: true, force: true });
const now = new Date();
await utimes(built, now, now);
const current = path.join(outputFolder, `.current.${process.pid}`);
await writeFile(current, `${name}\n`);
await rename(current, path.join(outputFolder, 'current'));
for (const old of await earlierBuilds())
  await rm(path.join(outputFolder, old), { recursive: true, force: true });

/** Entries of the output folder to remove: earlier builds but the newest KEPT_BUILDS, or all of them with `--only`. */
async function earlierBuilds() {
  const others = (await readdir(outputFolder)).filter((entry) => entry !== name && entry !== 'current');
  const builds = others.filter((entry) => /^[0-9a-f]{16}$/.test(entry));
  const times = new Map();
  for (const build of builds) times.set(build, (await stat(path.join(outputFolder, build))).mtimeMs);
  const newest = builds.sort((a, b) => times.get(b) - times.get(a)).slice(0, options.only ? 0 : KEPT_BUILDS);
  // Names with a dot belong to a build that may be running.
  return others.filter((entry) => !newest.includes(entry) && (options.only || !entry.startsWith('.')));
}
