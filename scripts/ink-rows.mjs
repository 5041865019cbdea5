// Ink takes every text of every frame apart into cells with Intl.Segmenter, twice or thrice, and makes strings of them
// again. taskdeck's rows are whole lines of text, which can be put side by side as they are; a text whose element brings
// them along as `rows` (src/ui/widgets/lines.tsx) is neither cleaned nor measured as one.
// Gains: see the end of docs/performance.md.
import { patchedSource, patchFile, replaceOnce } from './patched-source.mjs';

const OUTPUT = '5e6c511c0a573f48cd5765d7f1f16583d2595f7b05775608382bdb990b63f225';
const RENDER = 'de6aebe3d2224648cf2ec899f8897cb6436f76b49d986644a06e53b234d9cb0c';

const AS_TEXT = 'let text = squashTextNodes(node);';
const AS_ROWS = `const { rows } = node.attributes;
        if (rows && newTransformers.length === 0 && output.rows?.(x, y, rows, yogaNode.getComputedWidth())) return;`;

export const inkRows = {
  name: 'ink-rows',
  setup(esbuild) {
    esbuild.onLoad({ filter: /ink[\\/]build[\\/]output\.js$/ }, async ({ path }) => {
      const source = await patchedSource(path, OUTPUT);
      const stock = replaceOnce(source, 'export default class Output {', 'class Output {');
      const contents = `import { rowOutput } from ${patchFile('row-output.mjs')};
import sanitizeAnsi from './sanitize-ansi.js';
${stock}
export default rowOutput(Output, stringWidth, sanitizeAnsi);
`;
      return { contents, loader: 'js' };
    });
    esbuild.onLoad({ filter: /ink[\\/]build[\\/]render-node-to-output\.js$/ }, async ({ path }) => {
      const source = await patchedSource(path, RENDER);
      return { contents: replaceOnce(source, AS_TEXT, `${AS_ROWS}\n        ${AS_TEXT}`), loader: 'js' };
    });
  },
};
