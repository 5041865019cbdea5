// Ink takes every text of every frame apart into cells with Intl.Segmenter, twice or thrice, and makes strings of them
// again. taskdeck's rows are whole lines of text, which can be put side by side as they are.
// Gains: see the end of docs/performance.md.
import { ours, patchedSource, replaceOnce } from './patched-source.mjs';

const SHA256 = '5e6c511c0a573f48cd5765d7f1f16583d2595f7b05775608382bdb990b63f225';

export const inkRows = {
  name: 'ink-rows',
  setup(esbuild) {
    esbuild.onLoad({ filter: /ink[\\/]build[\\/]output\.js$/ }, async ({ path }) => {
      const source = await patchedSource(path, SHA256);
      const stock = replaceOnce(source, 'export default class Output {', 'class Output {');
      const contents = `import { rowOutput } from ${ours('row-output.mjs')};
${stock}
export default rowOutput(Output, stringWidth);
`;
      return { contents, loader: 'js' };
    });
  },
};
