// Bundles src/ into dist/, or the folder named: one CommonJS file for each way the program is started. CommonJS because it starts
// about 10 ms sooner than ES modules. Everything is bundled, so the installed package has no dependencies.
// The files are in a directory named by their digest, and the file `current` names it: a taskdeck that runs while another is built
// still finds its own files. `--only` removes those of earlier builds, for a package. `--without NAME` leaves out one of the optional
// plugins, to measure it.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { pluginsWithout } from './plugins.mjs';
import { writeLicences } from './write-licences.mjs';

const source = (file) => path.join(import.meta.dirname, '../src', file);
const errors = source('domain/errors.ts');
/** What is loaded by a dynamic import, and large enough that those who do without should not read it. */
const bundles = {
  tui: source('tui.ts'),
  backends: source('backend-factory.ts'),
  local: source('local/main.ts'),
  settings: source('config/settings-bundle.ts'),
  markdown: source('domain/markdown/prose.ts'),
  fuzzy: source('domain/fuzzy-find.ts'),
};
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * Entries refer to each other by a dynamic import of the source; at run time that is a require of the bundle beside it.
 * Errors are thrown in one bundle and recognised in another, so their classes are made once, in a bundle of their own.
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

/** esbuild escapes what is not ASCII, but for regular expressions, where this means the same. */
const inAscii = (text) =>
  text.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** As many earlier builds stay as may still run. */
const KEPT_BUILDS = 2;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'boolean', default: false }, without: { type: 'string' } },
});
const place = positionals[0] ?? 'dist';
const fresh = path.join(place, `.${process.pid}`);
const result = await build({
  entryPoints: { cli: 'src/cli.ts', errors, ...bundles },
  outdir: fresh,
  outExtension: { '.js': '.cjs' },
  assetNames: '[name]',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'esnext',
  // A require of the other bundle: an import would set up the loader of ES modules first.
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
    // Node's own is loaded at the first look at it, with all that observes a process: a millisecond before the first frame.
    performance: 'stopwatch',
  },
  banner: {
    js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
const stopwatch = { now() { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; } };`,
  },
  // Its CommonJS form requires its own parts in a way that no bundler can follow.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  plugins: [otherEntries, ...pluginsWithout(options.without)],
});
// The launcher reads bundles as Latin-1, and keeps compiled code under a digest: it must never be taken for that of another text.
const all = createHash('sha256');
for (const file of Object.keys(result.metafile.outputs).sort()) {
  if (file.endsWith('.cjs')) {
    const text = inAscii(await readFile(file, 'utf8'));
    await writeFile(file, `${text}//${digestOf(text)}\n`);
  }
  all.update(path.basename(file)).update(await readFile(file));
}
await writeLicences(result.metafile, `${fresh}/LICENSES.txt`);

// File by file, since the same sources give the same name: a build that is there stays whole while it is replaced by its equal.
// `current` names the build when all of it is in its place, so that a taskdeck that starts meanwhile finds the old one or the new.
const name = all.digest('hex').slice(0, 16);
const built = path.join(place, name);
await mkdir(built, { recursive: true });
for (const file of await readdir(fresh)) await rename(path.join(fresh, file), path.join(built, file));
await rm(fresh, { recursive: true, force: true });
const now = new Date();
await utimes(built, now, now);
const current = path.join(place, `.current.${process.pid}`);
await writeFile(current, `${name}\n`);
await rename(current, path.join(place, 'current'));
for (const old of await earlierBuilds()) await rm(path.join(place, old), { recursive: true, force: true });

/** What is in the folder beside this build, without the newest of those that may still run. */
async function earlierBuilds() {
  const others = (await readdir(place)).filter((entry) => entry !== name && entry !== 'current');
  const builds = others.filter((entry) => /^[0-9a-f]{16}$/.test(entry));
  const times = new Map();
  for (const build of builds) times.set(build, (await stat(path.join(place, build))).mtimeMs);
  const newest = builds.sort((a, b) => times.get(b) - times.get(a)).slice(0, options.only ? 0 : KEPT_BUILDS);
  // Another build may be under way.
  return others.filter((entry) => !newest.includes(entry) && (options.only || !entry.startsWith('.')));
}
