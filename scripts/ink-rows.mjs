// For every frame, Ink splits each text into cells with Intl.Segmenter two or three times, and joins them again.
// taskdeck's rows are complete lines, which this plugin puts side by side. It neither sanitises nor measures a text
// whose element has the attribute `rows` (src/ui/widgets/lines.tsx).
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
      const inkOutput = replaceOnce(source, 'export default class Output {', 'class Output {');
      const contents = `import { rowOutput } from ${patchFile('row-output.mjs')};
import sanitizeAnsi from './sanitize-ansi.js';
${inkOutput}
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
