// signal-exit, which Ink uses, calls assert.equal once, to check the type of its argument. Only for that it loads node:assert.
// Gains: see the end of docs/performance.md.
export const signalExitWithoutAssert = {
  name: 'signal-exit-without-assert',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^assert$/ }, ({ path, importer }) =>
      /signal-exit[\\/]/.test(importer) ? { path, namespace: 'assert-equal' } : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'assert-equal' }, () => ({
      contents:
        'exports.equal = (is, wanted, message) => { if (is !== wanted) throw new TypeError(message); };',
    }));
  },
};
