// signal-exit, a dependency of Ink, loads node:assert for a single check of an argument's type. Replaces assert.equal.
// Gains: see the end of docs/performance.md.
export const signalExitWithoutAssert = {
  name: 'signal-exit-without-assert',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^assert$/ }, ({ path, importer }) =>
      /signal-exit[\\/]/.test(importer) ? { path, namespace: 'assert-equal' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'assert-equal' }, () => ({
      contents:
        'exports.equal = (actual, expected, message) => { if (actual !== expected) throw new TypeError(message); };',
    }));
  },
};
