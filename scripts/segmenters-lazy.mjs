// Four packages create an Intl.Segmenter at load; the first one in a process loads tables of ICU. This plugin creates
// them at the first use. A screen of plain characters needs none.
// Gains: see the end of docs/performance.md.
import { patchedSource } from './patched-source.mjs';

const FILES = [
  [/ink[\\/]build[\\/]line-update\.js$/, '3101b3bbf790a845dc0268343f1d5d033ffa6468f2b8ea8947336c03d50d828f'],
  [
    /ansi-tokenize[\\/]build[\\/]tokenize\.js$/,
    '14d08703aecd8dc2bc792b5a9ef1bddea0125b43b34d1927ac86c79e6a481c59',
  ],
  [/slice-ansi[\\/]tokenize-ansi\.js$/, '511a1f1cbf61497dd4c1310f72641e4d06f36e83389ff9b50b2c070d87292b85'],
  [/wrap-ansi[\\/]index\.js$/, '0c65e1cad00d994a60eb6755ea7ed1bde4d81d072b0ab83d19a301bf67ca1750'],
];

const SEGMENTER = /(?<=^const \w+ = )new Intl\.Segmenter\([^)]*\);/m;

export const segmentersLazy = {
  name: 'segmenters-lazy',
  setup(esbuild) {
    for (const [filter, sha256] of FILES) {
      esbuild.onLoad({ filter }, async ({ path }) => {
        const source = await patchedSource(path, sha256);
        const contents = source.replace(
          SEGMENTER,
          (expression) =>
            `((segmenter) => ({ segment: (text) => (segmenter ??= ${expression.slice(0, -1)}).segment(text) }))();`,
        );
        return { contents, loader: 'js' };
      });
    }
  },
};
