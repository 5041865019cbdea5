// Memoizes Ink's measuring and sanitising of texts, which it does again for every frame.
// Gains: see the end of docs/performance.md.
import { patchedSource, patchFile, replaceOnce } from './patched-source.mjs';

/** Lines of several screens. */
const CACHE_SIZE = 1_000;

const FILES = [
  {
    filter: /widest-line[\\/]index\.js$/,
    sha256: 'c56c70d00610e14d157c1ed4fc3a2b83d96f7e595b1842ba12f3a84217796eb1',
    exported: 'export default function widestLine(',
    local: 'function widestLine(',
    name: 'widestLine',
  },
  {
    filter: /ink[\\/]build[\\/]sanitize-ansi\.js$/,
    sha256: 'd1f9783713dc610e01188ae37e339ce151abb922c4ea4e119deb55f90c50659e',
    exported: 'export default sanitizeAnsi;',
    local: '',
    name: 'sanitizeAnsi',
  },
];

export const inkMemoizedWidths = {
  name: 'ink-memoized-widths',
  setup(esbuild) {
    for (const { filter, sha256, exported, local, name } of FILES) {
      esbuild.onLoad({ filter }, async ({ path }) => {
        const source = replaceOnce(await patchedSource(path, sha256), exported, local);
        const contents = `import { memoize } from ${patchFile('memoize.mjs')};
${source}
export default memoize(${name}, ${CACHE_SIZE});
`;
        return { contents, loader: 'js' };
      });
    }
  },
};
