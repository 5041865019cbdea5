// At load, meow initialises code that finds and normalises a package.json. taskdeck passes `pkg` instead, so this
// plugin initialises that code at the first use, which never happens.
// Gains: see the end of docs/performance.md.
import { patchedSource, replaceOnce } from './patched-source.mjs';

const SHA256 = 'b8a6bc10fd20a7a5066d87bc3d93a340d58f2dd07bfdc2ee1d96ab9bf47dc446';

export const meowLazy = {
  name: 'meow-lazy',
  setup(esbuild) {
    esbuild.onLoad({ filter: /meow[\\/]build[\\/]dependencies\.js$/ }, async ({ path }) => {
      let text = await patchedSource(path, SHA256);
      text = replaceOnce(
        text,
        'var libExports = requireLib$1();',
        'const libExports = { codeFrameColumns: (...args) => requireLib$1().codeFrameColumns(...args) };',
      );
      text = replaceOnce(text, 'var normalizeExports = requireNormalize();', '');
      text = replaceOnce(
        text,
        'const normalizePackageData = getDefaultExportFromCjs(normalizeExports);',
        'const normalizePackageData = (...args) => getDefaultExportFromCjs(requireNormalize())(...args);',
      );
      // A call whose result is not used.
      text = replaceOnce(text, 'promisify(execFile);', '');
      return { contents: text, loader: 'js' };
    });
  },
};
