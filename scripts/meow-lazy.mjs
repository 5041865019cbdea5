// meow carries what it takes to find and to tidy somebody's package.json, and sets all of that up when it is loaded.
// taskdeck gives it a name and no file, so none of it is ever used: it is set up at the first use.
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
      // What it is for is gone; the function it makes is thrown away.
      text = replaceOnce(text, 'promisify(execFile);', '');
      return { contents: text, loader: 'js' };
    });
  },
};
