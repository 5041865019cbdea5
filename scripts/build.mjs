// Bundles src/ into dist/: one CommonJS file for each way the program is started. CommonJS because it starts
// about 10 ms sooner than ES modules. Everything is bundled, so the installed package has no dependencies.
import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { licences } from './licences.mjs';
import { yogaOnDemand } from './yoga-on-demand.mjs';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/** Entries refer to each other by a dynamic import of the source; at run time that is a require of the bundle beside it. */
const otherEntries = {
  name: 'other-entries',
  setup(esbuild) {
    const bundles = { './main.tsx': './tui.cjs', './local/main.ts': './local.cjs' };
    esbuild.onResolve({ filter: /^\.\/(main\.tsx|local\/main\.ts)$/ }, (args) =>
      args.kind === 'dynamic-import' ? { path: bundles[args.path], external: true } : undefined,
    );
  },
};

/** Ink loads React's developer tools only when DEV=true; the package is not installed, so the import is emptied. */
const noDevtools = {
  name: 'no-devtools',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^react-devtools-core$/ }, () => ({
      path: 'none',
      namespace: 'no-devtools',
    }));
    esbuild.onResolve({ filter: /^\.\/devtools\.js$/ }, () => ({ path: 'none', namespace: 'no-devtools' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({ contents: 'export default {};' }));
  },
};

await rm('dist', { recursive: true, force: true });
const result = await build({
  entryPoints: { cli: 'src/cli.ts', tui: 'src/main.tsx', local: 'src/local/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'esnext',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', TASKDECK_VERSION: JSON.stringify(version) },
  plugins: [otherEntries, noDevtools, yogaOnDemand],
});
await licences(result.metafile, 'dist/LICENSES.txt');
