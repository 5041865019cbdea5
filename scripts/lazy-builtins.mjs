// Some of Node's own modules take milliseconds to load, and are wanted for a function that is called after the first frame, or never: to
// make an id, to start a program. In the bundles they are loaded by the first call.
// Gains: see the end of docs/performance.md.

/** The functions that are imported by name, as anything else needs the module itself. */
const FUNCTIONS = {
  child_process: ['execFile', 'spawn'],
  crypto: ['createHash', 'randomUUID'],
};

/** Whoever wants more of a module than such functions gets all of it: esbuild says which, and the build fails. */
const moduleOf = (name) =>
  FUNCTIONS[name]
    .map((key) => `export const ${key} = (...args) => require('node:${name}').${key}(...args);`)
    .join('\n');

export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^(?:node:)?(?:child_process|crypto)$/ }, ({ path, importer, kind }) =>
      kind === 'import-statement' && /[\\/](?:src[\\/](?!local|api)|got[\\/])/.test(importer)
        ? { path: path.replace('node:', ''), namespace: 'lazy-builtin' }
        : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => ({ contents: moduleOf(path) }));
    // signal-exit only checks its arguments with it.
    esbuild.onResolve({ filter: /^assert$/ }, ({ importer }) =>
      /signal-exit[\\/]/.test(importer) ? { path: 'assert', namespace: 'lazy-assert' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'lazy-assert' }, () => ({
      contents: "exports.equal = (...args) => require('node:assert').equal(...args);",
    }));
  },
};
